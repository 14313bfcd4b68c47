"""What a submit sends: Celery's options turned into those of the API."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, TypedDict


class SubmitOptions(TypedDict, total=False):
    """The options of a submit; see `submission` for their meaning."""

    countdown: float | timedelta | None
    eta: datetime | None
    expires: float | timedelta | datetime | None
    priority: int | None
    task_id: str | None
    callback_url: str | None
    trace_id: str | None


@dataclass(frozen=True)
class Submission:
    """A task's name and input, the options as the API spells them, and the key that makes a repeat harmless."""

    name: str
    input: Mapping[str, Any]
    idempotency_key: str
    options: dict[str, Any] = field(default_factory=dict)


def submission(
    name: str,
    input: Mapping[str, Any],
    *,
    countdown: float | timedelta | None = None,
    eta: datetime | None = None,
    expires: float | timedelta | datetime | None = None,
    priority: int | None = None,
    task_id: str | None = None,
    callback_url: str | None = None,
    trace_id: str | None = None,
) -> Submission:
    """Builds a submission.

    countdown: seconds until the job is due. eta: the time at which it is due, with a time zone.
    expires: seconds, or a time with a zone; a job that was not started by then is revoked. The API takes seconds, which
    are others at each call until the same time: give seconds where a call with a `task_id` may be repeated, else the
    repeat is refused (409).
    priority: 0 to 10; 5 and over takes the high lane. task_id: becomes the Idempotency-Key, so that a repeat with the
    same input gives the same job; the job's own id is in the result. callback_url: gets a signed webhook at the end.
    Raises ValueError for a time without a time zone.
    """
    options = {
        "delay_seconds": _seconds(countdown),
        "eta": None if eta is None else _zoned("eta", eta).isoformat(),
        "expires_in": _expires_in(expires),
        "priority": priority,
        "callback_url": callback_url,
        "trace_id": trace_id,
    }
    given = {name: value for name, value in options.items() if value is not None}
    return Submission(name, input, task_id or str(uuid.uuid4()), given)


def _seconds(value: float | timedelta | None) -> float | None:
    return value.total_seconds() if isinstance(value, timedelta) else value


def _expires_in(value: float | timedelta | datetime | None) -> float | None:
    if isinstance(value, datetime):
        # A time that has passed expires at once; the API wants a positive number.
        return max(0.001, (_zoned("expires", value) - datetime.now(timezone.utc)).total_seconds())
    return _seconds(value)


def _zoned(name: str, value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"{name} has no time zone: use datetime.now(timezone.utc), or .astimezone().")
    return value
