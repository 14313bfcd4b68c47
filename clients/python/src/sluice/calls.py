"""The calls of the API that both clients make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ._http import Call
from .submission import SubmitOptions, submission


def submit_call(name: str, input: Mapping[str, Any], options: SubmitOptions) -> Call:
    """Queues a task; see `submission` for the options."""
    sent = submission(name, input, **options)
    body = {"input": sent.input, **sent.options}
    return Call("POST", f"/api/v1/tasks/{segment(name)}", json=body, idempotency_key=sent.idempotency_key)


def batch_call(name: str, inputs: Sequence[Mapping[str, Any]] | str, options: SubmitOptions) -> Call:
    """Queues a task for each of the inputs, or of a list that was uploaded, by its `upload_id`."""
    sent = submission(name, {}, **options)
    given = {"upload_id": inputs} if isinstance(inputs, str) else {"inputs": list(inputs)}
    body = {"task_name": name, **given, **sent.options}
    return Call("POST", "/api/v1/batches", json=body, idempotency_key=sent.idempotency_key)


def job_call(task_id: str) -> Call:
    """Reads a job."""
    return Call("GET", f"/api/v1/jobs/{segment(task_id)}")


def jobs_call(filters: Mapping[str, Any], cursor: str | None) -> Call:
    """Reads a page of jobs."""
    return Call("GET", "/api/v1/jobs", query={**filters, "cursor": cursor})


def statuses_call(task_ids: Sequence[str]) -> Call:
    """Reads up to a hundred jobs; results over 1 KB are left out."""
    return Call("POST", "/api/v1/jobs/status", json={"task_ids": list(task_ids)}, safe=True)


def children_call(task_id: str, cursor: str | None) -> Call:
    """Reads a page of what a job has submitted."""
    return Call("GET", f"/api/v1/jobs/{segment(task_id)}/children", query={"cursor": cursor})


def retry_many_call(filters: Mapping[str, Any], project_id: str | None, cursor: str | None) -> Call:
    """Runs a part of the jobs that fit again."""
    body = {name: value for name, value in {**filters, "cursor": cursor}.items() if value is not None}
    return Call("POST", "/api/v1/jobs/retry", json=body, query={"project_id": project_id})


def revoke_call(task_id: str, terminate: bool) -> Call:
    """Revokes a job."""
    return Call("POST", f"/api/v1/jobs/{segment(task_id)}/revoke", json={"terminate": terminate}, safe=True)


def document_call(document_id: str) -> Call:
    """Reads a document."""
    return Call("GET", f"/api/v1/documents/{segment(document_id)}")


def delete_document_call(document_id: str) -> Call:
    """Deletes a document."""
    return Call("DELETE", f"/api/v1/documents/{segment(document_id)}")


def search_call(query: str, options: Mapping[str, Any]) -> Call:
    """Searches the documents that are indexed."""
    return Call("POST", "/api/v1/documents/search", json={"query": query, **options}, safe=True)


def form_call(form: Mapping[str, Any], content: bytes) -> Call:
    """Brings a file to storage by the form that the API gave; again is the same file in the same place."""
    return Call("POST", form["url"], form=form["fields"], content=content, storage=True, safe=True)


def segment(value: str) -> str:
    """Escapes a part of a path.

    Raises ValueError when it is empty, which would name another route.
    """
    if not value:
        raise ValueError("An id must not be empty.")
    return quote(value, safe="")
