"""What goes wrong for a caller. Every error that this package raises itself is a `SluiceError`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class SluiceError(Exception):
    """The API refused a call, or something kept the client from an answer."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        problem: Mapping[str, Any] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        """HTTP status; None when there was no answer."""
        self.problem = problem
        """Problem details (RFC 9457), where the API answered with them."""
        self.retry_after = retry_after
        """Seconds after which the API wants to be asked again."""

    @property
    def errors(self) -> Sequence[Mapping[str, Any]]:
        """The fields at fault, each with `path` (a JSON pointer) and `message`."""
        errors = (self.problem or {}).get("errors")
        return errors if isinstance(errors, list) else []


class UnreachableError(SluiceError):
    """There was no answer: no connection, or none in time."""


class WaitTimeoutError(SluiceError, TimeoutError):
    """The job had no outcome within the time given. It goes on."""


class JobFailedError(SluiceError):
    """The job that was waited for failed."""

    def __init__(self, job: Mapping[str, Any]) -> None:
        error = job.get("error") or {}
        self.job = job
        self.type: str = error.get("type", job["status"])
        """The error's name, such as `RateLimitError`."""
        self.retryable: bool = bool(error.get("retryable", False))
        what = f"{error['type']}: {error['message']}" if error else f"is {job['status']}"
        super().__init__(f"Job {job['task_id']} of {job['task_name']} {'failed with ' if error else ''}{what}")


class JobRevokedError(JobFailedError):
    """The job that was waited for was revoked or has expired."""


class WebhookVerificationError(SluiceError):
    """A webhook's signature or timestamp is not right: do not act on it."""
