"""Groups whose jobs are made after the answer to their submit, and lists that do not fit into a request."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from sluice import GroupResult, JobRevokedError, Sluice, SluiceError, WaitTimeoutError, group
from sluice.tasks import HealthCheckOutput, health_check, keywords

MORE_THAN_A_REQUEST_MAKES = 1_001


def submit_large(client: Sluice, countdown: float = 0) -> GroupResult[HealthCheckOutput]:
    probe = health_check.using(client)
    return group([probe.s(echo=number) for number in range(MORE_THAN_A_REQUEST_MAKES)]).apply_async(countdown=countdown)


@pytest.fixture
def paused(client: Sluice) -> Iterator[None]:
    """No jobs of large batches are made until the test resumes the queue, or ends."""
    client.request("POST", "/api/v1/queues/batches/pause", json={})
    try:
        yield
    finally:
        resume(client)


def resume(client: Sluice) -> None:
    client.request("POST", "/api/v1/queues/batches/resume", json={})


def is_made(client: Sluice, id: str) -> bool:
    try:
        client.job(id)
    except SluiceError as error:
        assert error.status == 404
        return False
    return True


def test_a_job_that_is_not_made_yet_is_pending_and_waited_for(client: Sluice, paused: None) -> None:
    jobs = submit_large(client)
    last = jobs.results[-1]
    assert not is_made(client, last.id)

    assert (last.state, last.name, last.result, last.info, last.retries) == ("PENDING", "health_check", None, None, 0)
    assert not jobs.ready() and not jobs.failed() and jobs.results[-1].date_done is None
    with pytest.raises(WaitTimeoutError, match="still PENDING"):
        jobs.get(timeout=0.3)

    resume(client)

    assert [each["echo"] for each in GroupResult(jobs.results[-2:]).get(timeout=240)] == [999, 1_000]
    assert last.job["priority"] == 5


def test_revoking_with_terminate_keeps_jobs_from_being_made(client: Sluice, paused: None) -> None:
    jobs = submit_large(client, countdown=3600)

    jobs.revoke(terminate=True)

    resume(client)
    last = jobs.results[-1]
    with pytest.raises(JobRevokedError):
        last.get(timeout=240)
    assert last.state == "REVOKED" and not is_made(client, last.id)


def test_revoking_without_terminate_waits_for_the_jobs_to_be_made(client: Sluice, paused: None) -> None:
    jobs = submit_large(client, countdown=3600)
    revoking = threading.Thread(target=GroupResult(jobs.results[-2:]).revoke)
    revoking.start()
    revoking.join(1)
    assert revoking.is_alive()

    resume(client)

    revoking.join(240)
    assert [each.state for each in jobs.results[-3:]] == ["PENDING", "REVOKED", "REVOKED"]
    assert is_made(client, jobs.results[-1].id)
    client.request("POST", f"/api/v1/batches/{jobs.results[0].job['batch_id']}/cancel", json={})


def test_a_list_that_does_not_fit_into_a_request_is_uploaded(client: Sluice) -> None:
    text = "The harbour of Hanstholm has a lighthouse. " * 22_000
    jobs = group([keywords.using(client).s(f"{number} {text}") for number in range(5)]).apply_async(countdown=3600)

    assert [each.job["batch_id"] for each in jobs] == [jobs.results[0].job["batch_id"]] * 5
    jobs.revoke()
