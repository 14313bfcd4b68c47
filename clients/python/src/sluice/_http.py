"""One call of the API without its transport: what is sent, what an answer means, and when to try again.

Flows are generators that yield `Send` and `Pause`; `client.py` drives them with a blocking or an asyncio transport.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, TypeAlias, TypeVar

import httpx

from .errors import JobFailedError, JobRevokedError, SluiceError, UnreachableError, WaitTimeoutError

RETRIED_STATUSES = frozenset({429, 502, 503, 504})
FIRST_DELAY_SECONDS = 0.25
LONGEST_DELAY_SECONDS = 30.0
FIRST_POLL_SECONDS = 0.1
LONGEST_POLL_SECONDS = 2.0
POLL_GROWTH = 1.3

# What the gateway says too briefly to help: it checks keys before Sluice sees a request.
GATEWAY_MEANING = {
    401: "The API asks for a key, and none was given.",
    403: "The API does not know this key.",
}


@dataclass(frozen=True)
class Call:
    """One call: `path` begins with a slash and is sent below the base URL."""

    method: str
    path: str
    json: Any = None
    content: bytes | None = None
    content_type: str | None = None
    query: Mapping[str, Any] | None = None
    form: Mapping[str, str] | None = None
    """Posted with `content` as its file."""
    storage: bool = False
    """Whether `path` is a presigned URL of S3, which must not see the API's key."""
    idempotency_key: str | None = None
    safe: bool = False
    """Whether the route itself does no more when it is called twice."""

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice does no more than sending it once."""
        return self.safe or self.method in ("GET", "HEAD") or self.idempotency_key is not None

    def request(self) -> dict[str, Any]:
        """The arguments of httpx's `request`."""
        if self.form is not None:
            return {"method": self.method, "url": self.path, "data": self.form, "files": {"file": self.content or b""}}
        headers = {"accept": "application/json"}
        if self.idempotency_key is not None:
            headers["idempotency-key"] = self.idempotency_key
        content = self.content
        if self.json is not None:
            content = json.dumps(self.json, allow_nan=False).encode()
            headers["content-type"] = "application/json"
        elif self.content_type is not None:
            headers["content-type"] = self.content_type
        query = {name: _query_value(value) for name, value in (self.query or {}).items() if value is not None}
        return {"method": self.method, "url": self.path, "content": content, "headers": headers, "params": query or None}


@dataclass(frozen=True)
class Send:
    """Send this; answered with an `httpx.Response` or an `httpx.TransportError`."""

    call: Call


@dataclass(frozen=True)
class Pause:
    """Wait so many seconds."""

    seconds: float


T = TypeVar("T")
Step: TypeAlias = "Send | Pause"
Answer: TypeAlias = "httpx.Response | httpx.TransportError | None"
Flow: TypeAlias = Generator[Step, Answer, T]


def _query_value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def exchange(call: Call, retries: int) -> Flow[Any]:
    """Sends a call, again where that is safe and may help, up to `retries` times. Returns the answer's JSON or text.

    Raises SluiceError.
    """
    attempt = 0
    while True:
        answer = yield Send(call)
        error = _fault(answer)
        if error is None:
            assert isinstance(answer, httpx.Response)
            return read_body(answer)
        delay = _retry_delay(error, attempt) if call.repeatable and attempt < retries else None
        if delay is None:
            raise error
        attempt += 1
        yield Pause(delay)


def wait_for_job(
    read: Callable[[], Flow[dict[str, Any]]], timeout: float | None, interval: float | None
) -> Flow[dict[str, Any]]:
    """Reads a job until it is ready: quickly at first, then every two seconds, or every `interval` seconds.

    Raises WaitTimeoutError after `timeout` seconds.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    pause = FIRST_POLL_SECONDS
    last: str | None = None
    while True:
        job = yield from read()
        if job["ready"]:
            return job
        # A job that has begun may end at once, however long it waited before.
        if job["status"] != last:
            pause = FIRST_POLL_SECONDS
        last = job["status"]
        seconds = interval if interval is not None else pause
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise WaitTimeoutError(f"Job {job['task_id']} is still {job['status']} after {timeout} s.")
            seconds = min(seconds, left)
        yield Pause(seconds)
        pause = min(pause * POLL_GROWTH, LONGEST_POLL_SECONDS)


def outcome(job: Mapping[str, Any], propagate: bool) -> Any:
    """A finished job's result; its exception where it has none.

    Raises JobFailedError or JobRevokedError if `propagate`.
    """
    if job["status"] == "SUCCESS":
        return job["result"]
    error = JobRevokedError(job) if job["status"] == "REVOKED" else JobFailedError(job)
    if propagate:
        raise error
    return error


def read_body(response: httpx.Response) -> Any:
    """JSON where the answer says so, else text."""
    if "json" not in response.headers.get("content-type", ""):
        return response.text
    try:
        return response.json()
    except ValueError:
        return response.text


def _fault(answer: Answer) -> SluiceError | None:
    if isinstance(answer, httpx.TransportError):
        host = answer.request.url.host if answer._request is not None else "The API"
        reason = str(answer) or type(answer).__name__
        error = UnreachableError(f"{host} does not answer: {reason}.")
        error.__cause__ = answer
        return error
    assert answer is not None
    if answer.is_success:
        return None
    status, body = answer.status_code, read_body(answer)
    problem = body if isinstance(body, dict) and isinstance(body.get("detail"), str) else None
    text = body.get("message") if isinstance(body, dict) else body
    message = problem["detail"] if problem else GATEWAY_MEANING.get(status) or (str(text)[:200] if text else "")
    return SluiceError(
        _with_fields(message, problem) or f"The API answered {status} without a word.",
        status=status,
        problem=problem,
        retry_after=_retry_after(answer.headers.get("retry-after")),
    )


def _with_fields(message: str, problem: Mapping[str, Any] | None) -> str:
    """A 422's message names the fields at fault, so that a log line is enough."""
    faults = (problem or {}).get("errors")
    if not isinstance(faults, list):
        return message
    named = [f"{each.get('path')}: {each.get('message')}" for each in faults[:5] if isinstance(each, dict)]
    return f"{message} ({'; '.join(named)})" if named else message


def _retry_after(header: str | None) -> float | None:
    """RFC 9110, 10.2.3: seconds, or a date."""
    if header is None:
        return None
    if header.strip().isdigit():
        return float(header)
    try:
        return max(0.0, float(parsedate_to_datetime(header).timestamp()) - time.time())
    except ValueError:
        return None


def _retry_delay(error: SluiceError, attempt: int) -> float | None:
    if not isinstance(error, UnreachableError) and error.status not in RETRIED_STATUSES:
        return None
    asked = error.retry_after or 0.0
    if asked > LONGEST_DELAY_SECONDS:
        return None
    return asked + random.random() * FIRST_DELAY_SECONDS * 2.0**attempt
