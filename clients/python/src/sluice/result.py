"""A job that was submitted, with the words of Celery's AsyncResult."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from ._http import Flow, outcome, wait_for_job
from .batches import BatchPlace, cancel_batch, read_job, revoke_job, try_to_revoke
from .errors import SluiceError

if TYPE_CHECKING:
    from .client import AsyncSluice, Sluice

R = TypeVar("R")


class AsyncResult(Generic[R]):
    """A job by its id. Every property asks the API, until the job is ready: then its record is kept."""

    def __init__(self, id: str, client: Sluice | None = None, *, place: BatchPlace | None = None) -> None:
        self.id = id
        """The job's id, also as `task_id`."""
        self._client = client
        self._place = place
        self._finished: dict[str, Any] | None = None

    @property
    def task_id(self) -> str:
        return self.id

    @property
    def client(self) -> Sluice:
        if self._client is None:
            from .client import default_client

            self._client = default_client()
        return self._client

    @property
    def job(self) -> dict[str, Any]:
        """The job as the API shows it. One of a group that is not made yet has few of its fields."""
        return self._finished or self._keep(self.client.run_flow(self._read()))

    def _read(self) -> Flow[dict[str, Any]]:
        return read_job(self.id, self._place, self.client.retries)

    def _keep(self, job: dict[str, Any]) -> dict[str, Any]:
        if job["ready"]:
            self._finished = job
        return job

    @property
    def status(self) -> str:
        """PENDING, STARTED, RETRY, SUCCESS, FAILURE or REVOKED."""
        return cast(str, self.job["status"])

    @property
    def state(self) -> str:
        """The same as `status`."""
        return self.status

    @property
    def result(self) -> R | Exception | None:
        """The task's output; the exception of a job that failed; None as long as there is no outcome."""
        job = self.job
        return cast("R | Exception", outcome(job, propagate=False)) if job["ready"] else None

    @property
    def info(self) -> Any:
        """The progress of a job that runs, otherwise the same as `result`."""
        job = self.job
        return self.result if job["ready"] else job["progress"]

    @property
    def name(self) -> str:
        """The task's name."""
        return cast(str, self.job["task_name"])

    @property
    def retries(self) -> int:
        """Attempts after the first."""
        return max(0, cast(int, self.job["attempts"]) - 1)

    @property
    def date_done(self) -> datetime | None:
        """When the job ended, in UTC."""
        at = self.job["finished_at"]
        return None if at is None else datetime.fromisoformat(at.replace("Z", "+00:00"))

    def ready(self) -> bool:
        """Whether the job has an outcome."""
        return cast(bool, self.job["ready"])

    def successful(self) -> bool:
        """Whether the outcome is SUCCESS."""
        return cast(bool, self.job["successful"])

    def failed(self) -> bool:
        """Whether the outcome is FAILURE."""
        return self.status == "FAILURE"

    def get(self, timeout: float | None = None, propagate: bool = True, interval: float | None = None) -> R:
        """Waits for the outcome and returns the task's output.

        timeout: seconds, after which WaitTimeoutError (a TimeoutError) is raised; the job goes on.
        propagate: raise JobFailedError or JobRevokedError; without it the exception is returned.
        interval: seconds between two questions; by default they begin fast and slow down to 2 s.
        """
        if self._finished is None:
            self._keep(self.client.run_flow(wait_for_job(self._read, timeout, interval)))
        return cast(R, outcome(self.job, propagate))

    def wait(self, timeout: float | None = None, propagate: bool = True, interval: float | None = None) -> R:
        """The same as `get`."""
        return self.get(timeout, propagate, interval)

    def revoke(self, terminate: bool = False) -> None:
        """Keeps a waiting job from running, and ends a running one with `terminate`.

        As Celery's, it says nothing when there is nothing to revoke: a job that has ended stays as it is, and one that
        runs goes on without `terminate`. `Sluice.revoke` tells. Raises SluiceError with status 404 when there is none.
        """
        self.client.run_flow(revoke_job(self.id, self._place, terminate, self.client.retries))

    def _revoke_in_group(self, terminate: bool) -> set[str]:
        """As `revoke`; silent when there is no such job. Returns the batch that had to be cancelled as a whole."""
        if self._finished is not None:
            return set()
        try:
            if not terminate or self._place is None:
                self.revoke(terminate)
            elif not self.client.run_flow(try_to_revoke(self.id, self._place, terminate, self.client.retries)):
                self.client.run_flow(cancel_batch(self._place.batch_id, self.client.retries))
                return {self._place.batch_id}
        except SluiceError as error:
            if error.status != 404:
                raise
        return set()

    def __repr__(self) -> str:
        return f"<AsyncResult: {self.id}>"

    def __str__(self) -> str:
        return self.id

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AsyncResult) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)


class AwaitableResult(Generic[R]):
    """A job by its id, for asyncio: the methods of `AsyncResult`, to be awaited."""

    def __init__(self, id: str, client: AsyncSluice) -> None:
        self.id = id
        self.client = client

    async def job(self) -> dict[str, Any]:
        """The job as the API shows it."""
        return await self.client.job(self.id)

    async def status(self) -> str:
        """PENDING, STARTED, RETRY, SUCCESS, FAILURE or REVOKED."""
        return cast(str, (await self.job())["status"])

    async def ready(self) -> bool:
        """Whether the job has an outcome."""
        return cast(bool, (await self.job())["ready"])

    async def get(self, timeout: float | None = None, propagate: bool = True, interval: float | None = None) -> R:
        """See `AsyncResult.get`."""
        return cast(R, outcome(await self.client.wait(self.id, timeout, interval), propagate))

    async def revoke(self, terminate: bool = False) -> None:
        """See `AsyncResult.revoke`."""
        await self.client.run_flow(revoke_job(self.id, None, terminate, self.client.retries))
