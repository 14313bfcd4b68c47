"""The calls that a Celery producer makes, against a running API."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

import sluice
from sluice import AsyncResult, GroupResult, JobRevokedError, SluiceError, group, task
from sluice.tasks import health_check, keywords, normalize, summarize, summarize_text

pytestmark = pytest.mark.usefixtures("url")

TEXT = (
    "The city council met on Tuesday. It decided to build a new bridge across the river. The bridge will cost four "
    "million euros and be open to cyclists only. Construction begins in spring."
)


def test_delay_takes_positional_arguments_in_the_order_of_the_schema() -> None:
    result = summarize.delay(TEXT, 20, "en")

    output = result.get(timeout=240)

    assert output["summary"]
    assert output["summary_length"] <= 20
    assert result.ready() and result.successful() and not result.failed()
    assert (result.state, result.status, result.name) == ("SUCCESS", "SUCCESS", "summarize")
    assert result.result == output
    assert result.date_done is not None and result.date_done.tzinfo is not None
    assert result.retries == 0


def test_the_replaced_names_are_aliases() -> None:
    assert summarize_text is summarize
    assert keywords.delay(text=TEXT, max_keywords=3).get(timeout=240)["count"] <= 3


def test_the_example_of_normalize_is_an_object_in_the_end() -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    assert "normalized" in normalize.delay("I live in Berlin.", schema).get(timeout=240)


def test_a_task_is_sent_by_its_name() -> None:
    sent = sluice.send_task("app.tasks.texts.summarize_text", args=[TEXT], kwargs={"max_length": 20}, priority=9)

    assert sent.get(timeout=240)["summary_length"] <= 20
    assert (sent.name, sent.job["priority"]) == ("summarize", 9)
    with pytest.raises(TypeError):
        sluice.send_task("app.tasks.no_such_task", args=[1])
    with pytest.raises(SluiceError) as caught:
        sluice.send_task("app.tasks.no_such_task", kwargs={"n": 1})
    assert caught.value.status == 404


def test_a_wrong_number_of_arguments_is_a_type_error_before_any_request() -> None:
    with pytest.raises(TypeError):
        summarize.delay()  # type: ignore[call-arg]


def test_input_that_does_not_fit_names_the_field() -> None:
    with pytest.raises(SluiceError) as caught:
        summarize.delay("text", max_length=1)

    assert caught.value.status == 422
    assert [each["path"] for each in caught.value.errors] == ["/input/max_length"]
    assert "/input/max_length" in str(caught.value)


def test_countdown_and_eta_delay_a_job() -> None:
    later = health_check.apply_async(kwargs={"echo": 1}, countdown=3600)
    at = health_check.apply_async(eta=datetime.now(timezone.utc) + timedelta(hours=1))

    assert (later.status, at.status) == ("PENDING", "PENDING")
    assert not later.ready()
    assert later.result is None
    for each in (later, at):
        each.revoke()
        with pytest.raises(JobRevokedError):
            each.get(timeout=10)


def test_a_time_without_a_zone_is_refused_before_any_request() -> None:
    with pytest.raises(ValueError, match="time zone"):
        health_check.apply_async(eta=datetime.now())


def test_a_job_that_expires_first_is_revoked() -> None:
    result = health_check.apply_async(countdown=3, expires=1)

    with pytest.raises(JobRevokedError):
        result.get(timeout=240)


def test_the_same_task_id_and_input_is_the_same_job() -> None:
    key = uuid.uuid4().hex
    first = health_check.apply_async(kwargs={"echo": 1}, task_id=key)
    again = health_check.apply_async(kwargs={"echo": 1}, task_id=key)

    assert again == first
    with pytest.raises(SluiceError) as caught:
        health_check.apply_async(kwargs={"echo": 2}, task_id=key)
    assert caught.value.status == 409


def test_a_repeat_that_is_to_expire_gives_seconds() -> None:
    key = uuid.uuid4().hex
    first = health_check.apply_async(task_id=key, expires=600)
    assert health_check.apply_async(task_id=key, expires=timedelta(minutes=10)) == first

    until = datetime.now(timezone.utc) + timedelta(minutes=10)
    key = uuid.uuid4().hex
    health_check.apply_async(task_id=key, expires=until)
    with pytest.raises(SluiceError) as caught:
        health_check.apply_async(task_id=key, expires=until)
    assert caught.value.status == 409


def test_get_times_out_and_the_job_goes_on() -> None:
    result = health_check.apply_async(countdown=3600)
    with pytest.raises(TimeoutError):
        result.get(timeout=0.3)
    assert result.status == "PENDING"
    result.revoke()


def test_a_job_that_was_revoked_gives_its_exception_without_propagate() -> None:
    result = health_check.apply_async(countdown=3600)
    result.revoke()

    assert isinstance(result.get(timeout=10, propagate=False), JobRevokedError)


def test_revoking_a_job_that_has_ended_changes_nothing_and_says_nothing() -> None:
    ended = health_check.delay()
    ended.get(timeout=240)

    AsyncResult[object](ended.id).revoke()
    AsyncResult[object](ended.id).revoke(terminate=True)

    assert AsyncResult[object](ended.id).status == "SUCCESS"
    with pytest.raises(SluiceError) as caught:
        AsyncResult[object]("no-such-job").revoke()
    assert caught.value.status == 404


@pytest.mark.parametrize("terminate", [False, True])
def test_revoking_a_group_goes_past_jobs_that_have_ended_or_are_gone(terminate: bool) -> None:
    ended = health_check.delay()
    ended.get(timeout=240)
    waiting = health_check.apply_async(countdown=3600)
    gone = AsyncResult[Any]("no-such-job")

    GroupResult([AsyncResult[Any](ended.id), gone, waiting]).revoke(terminate)

    assert (AsyncResult[object](ended.id).status, waiting.status) == ("SUCCESS", "REVOKED")


@pytest.mark.parametrize("count", [1, 2])
def test_the_jobs_of_a_group_take_the_same_lane_however_many_there_are(count: int) -> None:
    calls = [health_check.s(echo=number) for number in range(count)]
    usual = group(calls).apply_async(countdown=3600)
    background = group(calls).apply_async(countdown=3600, priority=2)

    assert [each.job["priority"] for each in usual] == [health_check.apply_async().job["priority"]] * count
    assert [each.job["priority"] for each in background] == [2] * count
    for jobs in (usual, background):
        jobs.revoke()


def test_a_group_of_one_task_is_a_batch_and_keeps_the_order() -> None:
    jobs = group([health_check.s(echo=number) for number in range(5)]).apply_async()

    outputs = jobs.get(timeout=240)

    assert [each["echo"] for each in outputs] == [0, 1, 2, 3, 4]
    assert jobs.successful() and jobs.completed_count() == 5
    assert jobs.results[0].job["batch_id"] is not None


def test_a_group_of_several_tasks() -> None:
    calls: list[sluice.Signature[object]] = [health_check.s(echo=1), keywords.s(TEXT)]  # type: ignore[list-item]
    assert len(group(calls).delay().get(timeout=240)) == 2


def test_a_task_declared_by_hand() -> None:
    @task("health_check")
    def probe(echo: str) -> dict[str, str]:
        raise NotImplementedError

    assert probe.delay("hello").get(timeout=240)["echo"] == "hello"


def test_a_result_by_its_id(client: sluice.Sluice) -> None:
    sent = health_check.using(client).delay(7)

    assert AsyncResult[object](sent.id).get(timeout=240)
    assert health_check.AsyncResult(sent.id).get(timeout=240)["echo"] == 7
    with pytest.raises(SluiceError) as caught:
        _ = AsyncResult[object]("no-such-job").status
    assert caught.value.status == 404


def test_the_replaced_status_and_revoke_functions() -> None:
    waiting = health_check.apply_async(countdown=3600)

    assert sluice.get_task_status(waiting.id) == {
        "task_id": waiting.id,
        "status": "PENDING",
        "result": None,
        "info": None,
    }
    assert sluice.revoke_task(waiting.id) is True
    assert sluice.get_task_status(waiting.id)["status"] == "REVOKED"
    ended = health_check.delay()
    ended.get(timeout=240)
    assert sluice.revoke_task(ended.id) is False
    assert sluice.revoke_task("no-such-job") is False


@pytest.mark.parametrize(
    ("start", "priority"), [(sluice.start_high_priority_job, 9), (sluice.start_low_priority_job, 1)]
)
def test_the_replaced_start_functions(start: Callable[..., str], priority: int) -> None:
    id = start("app.tasks.summarize_text", 7, "4711", "trace-1", text=TEXT)

    assert AsyncResult[dict[str, object]](id).get(timeout=240)["summary"]
    job = AsyncResult[object](id).job
    assert (job["task_name"], job["priority"], job["trace_id"]) == ("summarize", priority, "trace-1")
    assert job["tags"] == {"job_id": "4711"}
    with pytest.raises(SluiceError):
        start("os.system", 7, "4711")
