"""Batches: lists that are too large for a request, and jobs that are made after the answer to their submit."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from ._http import FIRST_POLL_SECONDS, LONGEST_POLL_SECONDS, POLL_GROWTH, Call, Flow, Pause, exchange
from .calls import batch_call, form_call, job_call, revoke_call, segment
from .errors import SluiceError, WaitTimeoutError
from .submission import SubmitOptions

DIRECT_BYTES = int(3.5 * 1024 * 1024)
"""What one request takes, with room for its other fields; larger lists are uploaded to S3 first."""
LONGEST_MAKING_SECONDS = 300.0
"""How long a revoke waits for a job to be made."""


@dataclass(frozen=True)
class BatchPlace:
    """Which job of which batch."""

    batch_id: str
    index: int
    task_name: str


def submit_batch(
    name: str, inputs: Iterable[Mapping[str, Any]], options: SubmitOptions, retries: int
) -> Flow[dict[str, Any]]:
    """Queues a task for each of the inputs, which are uploaded first when a request cannot hold them."""
    given = list(inputs)
    lines = [json.dumps(each, allow_nan=False) for each in given]
    content = ("\n".join(lines) + "\n").encode()
    upload_id: str | None = None
    if len(content) > DIRECT_BYTES:
        made = yield from exchange(Call("POST", "/api/v1/batches/uploads", json={"size": len(content)}), retries)
        form, upload_id = made["upload"], cast(str, made["upload_id"])
        yield from exchange(form_call(form, content), retries)
    call = batch_call(name, given if upload_id is None else upload_id, options)
    return cast("dict[str, Any]", (yield from exchange(call, retries)))


def read_job(task_id: str, place: BatchPlace | None, retries: int) -> Flow[dict[str, Any]]:
    """The job as the API shows it. Of a batch, one that is not made yet is PENDING, and one that never will be REVOKED.

    Such a job has the fields of this package's results alone. Raises SluiceError with status 404 when there is none.
    """
    job = yield from _find(task_id, retries)
    if isinstance(job, dict):
        return job
    status = None if place is None else (yield from _status_in_batch(place, retries))
    if place is None or status is None:
        raise job
    if status == "PENDING":
        return _without_record(task_id, place, status)
    # It was made meanwhile, or has ended.
    again = yield from _find(task_id, retries)
    if isinstance(again, dict):
        return again
    if status != "REVOKED":
        raise again
    return _without_record(task_id, place, status)


def revoke_job(task_id: str, place: BatchPlace | None, terminate: bool, retries: int) -> Flow[None]:
    """Revokes a job, once it is made. Silent where nothing is to be revoked any more, or it runs without `terminate`.

    Raises SluiceError with status 404 when there is no such job.
    """
    deadline = time.monotonic() + LONGEST_MAKING_SECONDS
    pause = FIRST_POLL_SECONDS
    while not (yield from try_to_revoke(task_id, place, terminate, retries)):
        if time.monotonic() > deadline:
            raise WaitTimeoutError(f"Job {task_id} is not made yet after {LONGEST_MAKING_SECONDS} s: it is not revoked.")
        yield Pause(pause)
        pause = min(pause * POLL_GROWTH, LONGEST_POLL_SECONDS)


def try_to_revoke(task_id: str, place: BatchPlace | None, terminate: bool, retries: int) -> Flow[bool]:
    """As `revoke_job`, at once. Returns False for a job that is not made yet."""
    try:
        yield from exchange(revoke_call(task_id, terminate), retries)
    except SluiceError as error:
        if error.status == 409:
            return True
        if error.status != 404 or place is None:
            raise
        return bool((yield from read_job(task_id, place, retries))["ready"])
    return True


def cancel_batch(batch_id: str, retries: int) -> Flow[None]:
    """Keeps a batch's jobs from being made, and revokes those that have not ended, running ones too."""
    yield from exchange(Call("POST", f"/api/v1/batches/{segment(batch_id)}/cancel", json={}, safe=True), retries)


def _find(task_id: str, retries: int) -> Flow[dict[str, Any] | SluiceError]:
    """The job, or what the API says when there is none."""
    try:
        return cast("dict[str, Any]", (yield from exchange(job_call(task_id), retries)))
    except SluiceError as error:
        if error.status != 404:
            raise
        return error


def _status_in_batch(place: BatchPlace, retries: int) -> Flow[str | None]:
    """What the batch says of its job; None when it knows no more of it."""
    path = f"/api/v1/batches/{segment(place.batch_id)}"
    try:
        line = yield from exchange(Call("GET", f"{path}/results", query={"from": place.index, "limit": 1}), retries)
        if line["status"] != "EXPIRED":
            return cast(str, line["status"])
        # What a cancelled batch has not made counts as revoked, a moment later.
        batch = yield from exchange(Call("GET", path), retries)
        return "PENDING" if batch["status"] == "CANCELLING" else None
    except SluiceError as error:
        if error.status != 404:
            raise
        return None


def _without_record(task_id: str, place: BatchPlace, status: str) -> dict[str, Any]:
    ready = status == "REVOKED"
    about = {"task_id": task_id, "task_name": place.task_name, "batch_id": place.batch_id, "status": status}
    nothing = {"result": None, "error": None, "progress": None, "finished_at": None, "attempts": 0}
    return {**about, **nothing, "ready": ready, "successful": False}
