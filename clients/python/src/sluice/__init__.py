"""Sluice's client for Python, with the habits of Celery.

    from sluice.tasks import summarize

    result = summarize.delay("A long text ...", max_length=60)
    print(result.get(timeout=60)["summary"])

`sluice.tasks` holds the tasks of the service, typed; `sluice-types` writes such a module for a stack of your own.
"""

from .client import AsyncSluice, Sluice, configure, default_client
from .errors import (
    JobFailedError,
    JobRevokedError,
    SluiceError,
    UnreachableError,
    WaitTimeoutError,
    WebhookVerificationError,
)
from .groups import GroupResult
from .platform import get_task_status, revoke_task, start_high_priority_job, start_low_priority_job
from .result import AsyncResult, AwaitableResult
from .submission import SubmitOptions
from .task import Signature, Task, group, send_task, task
from .webhooks import verify_webhook

__all__ = [
    "AsyncResult",
    "AsyncSluice",
    "AwaitableResult",
    "GroupResult",
    "JobFailedError",
    "JobRevokedError",
    "Signature",
    "Sluice",
    "SluiceError",
    "SubmitOptions",
    "Task",
    "UnreachableError",
    "WaitTimeoutError",
    "WebhookVerificationError",
    "configure",
    "default_client",
    "get_task_status",
    "group",
    "revoke_task",
    "send_task",
    "start_high_priority_job",
    "start_low_priority_job",
    "task",
    "verify_webhook",
]
