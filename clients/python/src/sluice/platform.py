"""The functions by which the replaced platform started its jobs, under their names."""

from __future__ import annotations

import uuid
from typing import Any

from .client import default_client
from .errors import SluiceError
from .result import AsyncResult


def start_high_priority_job(
    function_path: str, project_id: int | str, job_id: str, trace_id: str = "N/A", **kwargs: Any
) -> str:
    """Runs the task that lists `function_path`, on the high lane; `kwargs` are its input. Returns the id of its job.

    `job_id` is kept as a tag of the job. Raises SluiceError with status 422 when no task lists that path.
    """
    return _start("execute_high_priority_task", function_path, project_id, job_id, trace_id, kwargs)


def start_low_priority_job(
    function_path: str, project_id: int | str, job_id: str, trace_id: str = "N/A", **kwargs: Any
) -> str:
    """As `start_high_priority_job`, on the low lane."""
    return _start("execute_low_priority_task", function_path, project_id, job_id, trace_id, kwargs)


def get_task_status(task_id: str) -> dict[str, Any]:
    """`{task_id, status, result, info}` of a job."""
    result: AsyncResult[Any] = AsyncResult(task_id)
    return {"task_id": task_id, "status": result.status, "result": _plain(result.result), "info": _plain(result.info)}


def revoke_task(task_id: str, terminate: bool = False) -> bool:
    """Revokes a job. Returns False when that is not possible: it has ended, runs, or does not exist."""
    try:
        default_client().revoke(task_id, terminate)
    except SluiceError as error:
        if error.status in (404, 409):
            return False
        raise
    return True


def _start(task: str, path: str, project_id: int | str, job_id: str, trace_id: str, kwargs: dict[str, Any]) -> str:
    body = {"function_path": path, "project_id": project_id, "job_id": job_id, "trace_id": trace_id, **kwargs}
    sent = default_client().request("POST", f"/api/v1/tasks/{task}", json=body, idempotency_key=str(uuid.uuid4()))
    return str(sent["task_id"])


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Exception) else value
