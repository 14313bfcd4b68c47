"""The client of the HTTP API: `Sluice` blocks, `AsyncSluice` is for asyncio. Both do the same by the same rules."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from typing import Any, TypeVar, Unpack, cast

import httpx

from ._http import Answer, Call, Flow, Pause, Send, exchange, wait_for_job
from .batches import read_job, submit_batch
from .calls import children_call, job_call, jobs_call, revoke_call, submit_call
from .documents import AsyncDocuments, Documents
from .result import AsyncResult, AwaitableResult
from .retrying import retry_all
from .submission import SubmitOptions

T = TypeVar("T")

DEFAULT_RETRIES = 4
REQUEST_TIMEOUT_SECONDS = 35.0
"""The gateway ends a request after 30 s."""
UPLOAD_TIMEOUT_SECONDS = 300.0
"""For a file that goes straight to S3."""


def _settings(url: str | None, api_key: str | None) -> tuple[str, str | None]:
    base = url or os.environ.get("SLUICE_URL")
    if not base:
        raise ValueError("Which API? Give url=, or set SLUICE_URL and SLUICE_API_KEY.")
    return base.rstrip("/"), api_key or os.environ.get("SLUICE_API_KEY")


def _headers(api_key: str | None) -> dict[str, str]:
    return {} if api_key is None else {"authorization": f"Bearer {api_key}"}


class Sluice:
    """A blocking client. It may be shared by threads; close it, or use it in a `with` statement.

    `url` and `api_key` default to SLUICE_URL and SLUICE_API_KEY. `retries` counts how often a call that is safe to
    repeat is repeated after 429, 502, 503, 504 or a lost connection.
    """

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        *,
        retries: int = DEFAULT_RETRIES,
        timeout: float = REQUEST_TIMEOUT_SECONDS,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        base, key = _settings(url, api_key)
        self.retries = retries
        self._http = httpx.Client(base_url=base, headers=_headers(key), timeout=timeout, transport=transport)
        self.documents = Documents(self)

    def __enter__(self) -> Sluice:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def run_flow(self, flow: Flow[T]) -> T:
        """Drives a flow of this package with this client's connections."""
        answer: Answer = None
        while True:
            try:
                step = flow.send(answer)
            except StopIteration as end:
                return cast(T, end.value)
            if isinstance(step, Pause):
                time.sleep(step.seconds)
                answer = None
            else:
                answer = self._send(step)

    def _send(self, step: Send) -> Answer:
        try:
            if step.call.storage:
                with httpx.Client(timeout=UPLOAD_TIMEOUT_SECONDS) as storage:
                    return storage.request(**step.call.request())
            return self._http.request(**step.call.request())
        except httpx.TransportError as error:
            return error

    def call(self, call: Call) -> Any:
        """Makes a call. Returns the answer's JSON or text. Raises SluiceError."""
        return self.run_flow(exchange(call, self.retries))

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        query: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> Any:
        """Calls any route, such as `request("GET", "/api/v1/queues")`. Returns the answer's JSON or text.

        Raises SluiceError.
        """
        return self.call(Call(method, path, json=json, query=query, idempotency_key=idempotency_key))

    def submit(
        self, name: str, input: Mapping[str, Any] | None = None, **options: Unpack[SubmitOptions]
    ) -> AsyncResult[Any]:
        """Queues a task by its name. The options are those of `Task.apply_async`.

        Raises SluiceError, with `errors` when the input does not fit.
        """
        accepted = self.call(submit_call(name, input or {}, options))
        return AsyncResult(accepted["task_id"], client=self)

    def wait(self, task_id: str, timeout: float | None = None, interval: float | None = None) -> dict[str, Any]:
        """Returns the job as soon as it is ready, whatever its outcome.

        Raises WaitTimeoutError after `timeout` seconds.
        """
        return self.run_flow(wait_for_job(lambda: read_job(task_id, None, self.retries), timeout, interval))

    def job(self, task_id: str) -> dict[str, Any]:
        """The job as the API shows it. Raises SluiceError with status 404 when there is none."""
        return cast("dict[str, Any]", self.call(job_call(task_id)))

    def jobs(self, **filters: Any) -> Iterator[dict[str, Any]]:
        """All jobs that fit, newest first; pages are fetched as they are needed. Filters: status, task_name, ..."""
        cursor: str | None = None
        while True:
            page = self.call(jobs_call(filters, cursor))
            yield from page["jobs"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def children(self, task_id: str) -> Iterator[dict[str, Any]]:
        """The jobs that a job has submitted, those of its batches too. Pages are fetched as they are needed.

        Results over 1 KB are left out.
        """
        cursor: str | None = None
        while True:
            page = self.call(children_call(task_id, cursor))
            yield from page["jobs"]
            if page["batch_ids"]:
                # An admin's key lists the jobs of its own project, unless it names another.
                project = self.job(task_id)["project_id"]
                for batch_id in page["batch_ids"]:
                    yield from self.jobs(batch_id=batch_id, project_id=project)
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def retry_many(self, *, project_id: str | None = None, **filters: Any) -> dict[str, int]:
        """Runs all failed jobs that fit again, page by page; with `status="REVOKED"`, the revoked ones.

        Filters: task_name, trace_id, batch_id, tag, q, created_after, created_before, housekeeping, or `all=True`.
        With `dry_run=True` nothing runs. Returns how many: `retried`, `skipped`.
        Raises SluiceError; a note in it says how many run already, and the `cursor` to go on with.
        """
        return self.run_flow(retry_all(filters, project_id, self.retries))

    def revoke(self, task_id: str, terminate: bool = False) -> dict[str, Any]:
        """Revokes a job, a running one only with `terminate`.

        Raises SluiceError with status 409 when it runs without, or has ended; `AsyncResult.revoke` does not.
        """
        return cast("dict[str, Any]", self.call(revoke_call(task_id, terminate)))

    def batch(self, name: str, inputs: Iterable[Mapping[str, Any]], **options: Unpack[SubmitOptions]) -> dict[str, Any]:
        """Queues a task for each of the inputs, up to 10,000. Returns the batch: `batch_id`, `task_ids`.

        A list over 3.5 MB is uploaded first. Of more than 1,000, a job that is not made yet is not found (404). They
        are background work, of priority 1, unless `priority` says otherwise. Raises SluiceError.
        """
        return self.run_flow(submit_batch(name, inputs, options, self.retries))


class AsyncSluice:
    """The client for asyncio: as `Sluice`, with methods that are awaited."""

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        *,
        retries: int = DEFAULT_RETRIES,
        timeout: float = REQUEST_TIMEOUT_SECONDS,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        base, key = _settings(url, api_key)
        self.retries = retries
        self._http = httpx.AsyncClient(base_url=base, headers=_headers(key), timeout=timeout, transport=transport)
        self.documents = AsyncDocuments(self)

    async def __aenter__(self) -> AsyncSluice:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def run_flow(self, flow: Flow[T]) -> T:
        """Drives a flow of this package with this client's connections."""
        answer: Answer = None
        while True:
            try:
                step = flow.send(answer)
            except StopIteration as end:
                return cast(T, end.value)
            if isinstance(step, Pause):
                await asyncio.sleep(step.seconds)
                answer = None
            else:
                answer = await self._send(step)

    async def _send(self, step: Send) -> Answer:
        try:
            if step.call.storage:
                async with httpx.AsyncClient(timeout=UPLOAD_TIMEOUT_SECONDS) as storage:
                    return await storage.request(**step.call.request())
            return await self._http.request(**step.call.request())
        except httpx.TransportError as error:
            return error

    async def call(self, call: Call) -> Any:
        """See `Sluice.call`."""
        return await self.run_flow(exchange(call, self.retries))

    async def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        query: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> Any:
        """See `Sluice.request`."""
        return await self.call(Call(method, path, json=json, query=query, idempotency_key=idempotency_key))

    async def submit(
        self, name: str, input: Mapping[str, Any] | None = None, **options: Unpack[SubmitOptions]
    ) -> AwaitableResult[Any]:
        """See `Sluice.submit`."""
        accepted = await self.call(submit_call(name, input or {}, options))
        return AwaitableResult(accepted["task_id"], client=self)

    async def wait(self, task_id: str, timeout: float | None = None, interval: float | None = None) -> dict[str, Any]:
        """See `Sluice.wait`."""
        return await self.run_flow(wait_for_job(lambda: read_job(task_id, None, self.retries), timeout, interval))

    async def job(self, task_id: str) -> dict[str, Any]:
        """See `Sluice.job`."""
        return cast("dict[str, Any]", await self.call(job_call(task_id)))

    async def jobs(self, **filters: Any) -> AsyncIterator[dict[str, Any]]:
        """See `Sluice.jobs`."""
        cursor: str | None = None
        while True:
            page = await self.call(jobs_call(filters, cursor))
            for job in page["jobs"]:
                yield job
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def children(self, task_id: str) -> AsyncIterator[dict[str, Any]]:
        """See `Sluice.children`."""
        cursor: str | None = None
        while True:
            page = await self.call(children_call(task_id, cursor))
            for job in page["jobs"]:
                yield job
            if page["batch_ids"]:
                project = (await self.job(task_id))["project_id"]
                for batch_id in page["batch_ids"]:
                    async for job in self.jobs(batch_id=batch_id, project_id=project):
                        yield job
            cursor = page["next_cursor"]
            if cursor is None:
                return

    async def retry_many(self, *, project_id: str | None = None, **filters: Any) -> dict[str, int]:
        """See `Sluice.retry_many`."""
        return await self.run_flow(retry_all(filters, project_id, self.retries))

    async def revoke(self, task_id: str, terminate: bool = False) -> dict[str, Any]:
        """See `Sluice.revoke`."""
        return cast("dict[str, Any]", await self.call(revoke_call(task_id, terminate)))

    async def batch(self, name: str, inputs: Iterable[Mapping[str, Any]], **options: Unpack[SubmitOptions]) -> dict[str, Any]:
        """See `Sluice.batch`."""
        return await self.run_flow(submit_batch(name, inputs, options, self.retries))


_default: Sluice | None = None


def default_client() -> Sluice:
    """The client that tasks use which were given none: made once, from SLUICE_URL and SLUICE_API_KEY."""
    global _default
    if _default is None:
        _default = Sluice()
    return _default


def configure(
    url: str | None = None,
    api_key: str | None = None,
    *,
    retries: int = DEFAULT_RETRIES,
    timeout: float = REQUEST_TIMEOUT_SECONDS,
    transport: httpx.BaseTransport | None = None,
) -> Sluice:
    """Makes the default client of this process anew, as `app.conf.broker_url = ...` did. Returns it."""
    global _default
    client = Sluice(url, api_key, retries=retries, timeout=timeout, transport=transport)
    if _default is not None:
        _default.close()
    _default = client
    return client


__all__ = ["AsyncSluice", "Sluice", "configure", "default_client"]
