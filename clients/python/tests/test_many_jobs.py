"""Many jobs in few requests: groups, retries by a filter, and what a job has submitted."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from sluice import (
    AsyncResult,
    AsyncSluice,
    GroupResult,
    JobFailedError,
    Sluice,
    SluiceError,
    WaitTimeoutError,
    group,
)
from sluice.tasks import health_check

Answer = Callable[[httpx.Request, Counter[str]], httpx.Response]


def told(number: int, status: str = "SUCCESS", result: Any = None) -> dict[str, Any]:
    """A job as the API shows it, as far as it is read here."""
    error = {"type": "Broken", "message": "it is", "retryable": False} if status == "FAILURE" else None
    ready = status in ("SUCCESS", "FAILURE", "REVOKED")
    about = {"task_id": f"job-{number}", "task_name": "probe", "status": status, "ready": ready}
    return {**about, "result": result, "error": error, "successful": status == "SUCCESS"}


def client_of(answer: Answer) -> tuple[Sluice, Counter[str]]:
    """A client of an API that answers so, and its requests by method and path."""
    seen: Counter[str] = Counter()

    def handle(request: httpx.Request) -> httpx.Response:
        path = request.url.path if "/status" in request.url.path else request.url.path.rsplit("/", 1)[0]
        seen[f"{request.method} {path}"] += 1
        return answer(request, seen)

    return Sluice("http://sluice", "key", transport=httpx.MockTransport(handle)), seen


def jobs_of(request: httpx.Request, state: Callable[[int], dict[str, Any]]) -> httpx.Response:
    """What `POST /jobs/status` answers: no result over 1 KB. One job by its id has it."""
    if request.method == "GET":
        return httpx.Response(200, json=state(int(request.url.path.rsplit("-", 1)[1])))
    jobs = [state(int(id.split("-")[1])) for id in json.loads(request.content)["task_ids"]]
    brief = [{**job, "result": None if len(json.dumps(job["result"])) > 1_000 else job["result"]} for job in jobs]
    return httpx.Response(200, json={"jobs": brief, "missing": []})


def group_of(client: Sluice, count: int) -> GroupResult[Any]:
    return GroupResult([AsyncResult(f"job-{number}", client) for number in range(count)])


STATUS = "POST /api/v1/jobs/status"
JOB = "GET /api/v1/jobs"


def test_a_group_is_read_a_hundred_jobs_at_a_time() -> None:
    client, seen = client_of(lambda request, _: jobs_of(request, lambda number: told(number, result={"n": number})))

    assert [each["n"] for each in group_of(client, 250).get()] == list(range(250))
    assert seen == {STATUS: 3}


def test_only_results_that_were_left_out_are_read_one_by_one() -> None:
    def state(number: int) -> dict[str, Any]:
        return told(number, result="x" * (2_000 if number % 10 == 0 else 10))

    client, seen = client_of(lambda request, _: jobs_of(request, state))

    assert [len(each) for each in group_of(client, 30).get()] == [2_000, *[10] * 9] * 3
    assert seen == {STATUS: 1, JOB: 3}


def test_a_group_is_waited_for_and_asks_only_for_what_has_not_ended() -> None:
    asked: list[int] = []

    def answer(request: httpx.Request, seen: Counter[str]) -> httpx.Response:
        asked.append(len(json.loads(request.content)["task_ids"]))
        return jobs_of(request, lambda number: told(number, "SUCCESS" if number < 2 * seen[STATUS] else "STARTED", 1))

    client, _ = client_of(answer)

    assert group_of(client, 6).get(interval=0) == [1] * 6
    assert asked == [6, 4, 2]


def test_a_failed_job_is_told_once_those_before_it_have_ended() -> None:
    def answer(request: httpx.Request, seen: Counter[str]) -> httpx.Response:
        first = "STARTED" if seen[STATUS] == 1 else "SUCCESS"
        states = {0: first, 1: "FAILURE", 2: "STARTED"}
        return jobs_of(request, lambda number: told(number, states[number], 1))

    client, seen = client_of(answer)
    with pytest.raises(JobFailedError, match="job-1"):
        group_of(client, 3).get(interval=0)
    assert seen[STATUS] == 2


def test_the_time_of_a_group_is_over_and_names_the_first_that_waits() -> None:
    client, _ = client_of(lambda request, _: jobs_of(request, lambda number: told(number, "STARTED" if number else "SUCCESS", 1)))

    with pytest.raises(WaitTimeoutError, match="job-1 is still STARTED after 0 s"):
        group_of(client, 2).get(timeout=0)


def test_the_states_of_a_group_are_read_a_hundred_at_a_time_and_no_further_than_needed() -> None:
    client, seen = client_of(lambda request, _: jobs_of(request, lambda number: told(number, "SUCCESS" if number < 150 else "STARTED", 1)))
    jobs = group_of(client, 250)

    assert jobs.completed_count() == 150
    assert seen == {STATUS: 3}
    assert not jobs.ready() and not jobs.successful() and not jobs.failed()
    # What has ended is known.
    assert seen == {STATUS: 3 + 1 + 1 + 2}


def test_a_group_in_which_a_job_is_gone_says_so() -> None:
    def answer(request: httpx.Request, _: Counter[str]) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(404, json={"detail": "There is no job job-0."})
        return httpx.Response(200, json={"jobs": [], "missing": ["job-0"]})

    client, _ = client_of(answer)
    with pytest.raises(SluiceError, match="There is no job"):
        group_of(client, 1).get()


def test_a_retry_by_a_filter_goes_on_page_by_page() -> None:
    bodies: list[dict[str, Any]] = []

    def answer(request: httpx.Request, _: Counter[str]) -> httpx.Response:
        assert dict(request.url.params) == {"project_id": "shop"}
        bodies.append(json.loads(request.content))
        more = "more" if len(bodies) == 1 else None
        return httpx.Response(200, json={"retried": 100, "skipped": 1, "sample": [], "next_cursor": more})

    client, _ = client_of(answer)

    done = client.retry_many(task_name="summarize", status="REVOKED", project_id="shop")

    assert done == {"retried": 200, "skipped": 2}
    filters = {"task_name": "summarize", "status": "REVOKED"}
    assert bodies == [filters, {**filters, "cursor": "more"}]


def test_a_retry_that_is_refused_on_its_way_says_how_many_run() -> None:
    def answer(request: httpx.Request, _: Counter[str]) -> httpx.Response:
        if "cursor" in json.loads(request.content):
            return httpx.Response(429, json={"detail": "3 jobs wait."})
        return httpx.Response(200, json={"retried": 5, "skipped": 0, "sample": [], "next_cursor": "more"})

    client, _ = client_of(answer)
    with pytest.raises(SluiceError, match="3 jobs wait") as caught:
        client.retry_many(all=True)
    assert caught.value.__notes__ == ["At least 5 jobs run again. To go on, give cursor='more' beside the same filters."]


def test_revoked_jobs_run_again_by_a_filter(client: Sluice) -> None:
    sent = client.batch("health_check", [{"echo": number} for number in range(3)], countdown=3600)
    batch_id = sent["batch_id"]
    client.request("POST", "/api/v1/jobs/revoke", json={"batch_id": batch_id})

    assert client.retry_many(batch_id=batch_id, status="REVOKED", dry_run=True) == {"retried": 3, "skipped": 0}
    assert client.retry_many(batch_id=batch_id, status="REVOKED") == {"retried": 3, "skipped": 0}

    jobs: GroupResult[Any] = GroupResult([AsyncResult(id, client) for id in sent["task_ids"]])
    assert sorted(each["echo"] for each in jobs.get(timeout=240)) == [0, 1, 2]


def test_what_a_job_has_submitted_is_listed(client: Sluice, url: str) -> None:
    job = client.submit("review_content", {"text": "Water.", "target_score": 100, "max_rewrites": 1})
    job.get(timeout=240)

    names = [child["task_name"] for child in client.children(job.id)]
    assert "evaluate_content" in names and "escalate" in names

    async def again() -> list[str]:
        async with AsyncSluice(url) as other:
            assert await other.retry_many(trace_id="of-no-job") == {"retried": 0, "skipped": 0}
            return [child["task_name"] async for child in other.children(job.id)]

    assert asyncio.run(again()) == names


def test_the_jobs_of_batches_are_among_what_a_job_has_submitted() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.url.path}?{request.url.query.decode()}")
        if request.url.path.endswith("/children"):
            if request.url.params.get("cursor") is None:
                return httpx.Response(200, json={"jobs": [told(1)], "batch_ids": ["all"], "next_cursor": "more"})
            return httpx.Response(200, json={"jobs": [told(4)], "batch_ids": [], "next_cursor": None})
        if request.url.path == "/api/v1/jobs/parent":
            return httpx.Response(200, json={**told(0), "project_id": "shop"})
        assert request.url.path == "/api/v1/jobs"
        assert request.url.params["batch_id"] == "all" and request.url.params["project_id"] == "shop"
        again = "cursor" in request.url.params
        return httpx.Response(200, json={"jobs": [told(3 if again else 2)], "next_cursor": None if again else "rest"})

    ids = [f"job-{number}" for number in (1, 2, 3, 4)]
    assert [job["task_id"] for job in Sluice("http://sluice", transport=httpx.MockTransport(answer)).children("parent")] == ids
    once = list(asked)

    async def again() -> list[str]:
        async with AsyncSluice("http://sluice", transport=httpx.MockTransport(answer)) as other:
            return [job["task_id"] async for job in other.children("parent")]

    assert asyncio.run(again()) == ids
    assert asked == [*once, *once]


def test_a_group_and_a_batch_take_any_iterable() -> None:
    sent: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        sent.append([each["echo"] for each in body["inputs"]])
        ids = [f"job-{number}" for number in range(len(body["inputs"]))]
        return httpx.Response(202, json={"batch_id": "all", "task_ids": ids})

    client = Sluice("http://sluice", "key", transport=httpx.MockTransport(answer))
    probe = health_check.using(client)

    jobs = group(probe.s(echo=number) for number in range(3)).apply_async()
    client.batch("health_check", ({"echo": number} for number in range(2)))

    assert [job.id for job in GroupResult(job for job in jobs)] == ["job-0", "job-1", "job-2"]
    assert sent == [[0, 1, 2], [0, 1]]


def test_a_group_of_a_real_api_gives_large_results_as_well(url: str) -> None:
    requests: Counter[str] = Counter()

    class Counting(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            path = request.url.path
            requests["one" if path.startswith("/api/v1/jobs/") and not path.endswith("/status") else path] += 1
            return super().handle_request(request)

    # Random digits: what compresses to 1 KB or less is in the list.
    large = {number: secrets.token_hex(1_500) for number in (3, 50, 119)}
    echoes: list[Any] = [large.get(number, number) for number in range(120)]
    with Sluice(url, transport=Counting()) as client:
        probe = health_check.using(client)
        jobs = group([probe.s(echo=echo) for echo in echoes]).apply_async()
        assert [each["echo"] for each in jobs.get(timeout=240)] == echoes

    # Those alone whose results the list leaves out are read one by one.
    assert requests["one"] == len(large)
