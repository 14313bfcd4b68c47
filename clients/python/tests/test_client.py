"""The blocking and the asyncio client, against a running API."""

from __future__ import annotations

import asyncio
import inspect
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

import sluice
from sluice import AsyncSluice, Sluice, SluiceError, UnreachableError
from sluice.documents import DIRECT_UPLOAD_BYTES
from sluice.submission import submission
from sluice.tasks import health_check, summarize


def test_a_document_becomes_text(client: Sluice, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Ms. Meier, your parcel has arrived.", "utf-8")

    accepted = client.documents.upload(path)
    client.wait(accepted["task_id"], timeout=240)

    assert "parcel has arrived" in client.documents.text(accepted["id"])
    client.documents.delete(accepted["id"])
    with pytest.raises(SluiceError):
        client.documents.get(accepted["id"])


def test_a_file_over_4_mb_goes_to_storage(client: Sluice) -> None:
    text = ("All work and no play makes Jack a dull boy.\n" * 120_000).encode()
    assert len(text) > 4 * 1024 * 1024

    accepted = client.documents.upload(text, file_name="long.txt")

    assert client.wait(accepted["task_id"], timeout=240)["status"] == "SUCCESS"
    assert client.documents.get(accepted["id"])["searchable_text"] is None
    assert client.documents.text(accepted["id"]).startswith("All work and no play")


def test_jobs_are_listed_over_pages(client: Sluice) -> None:
    sent = client.batch("health_check", [{"echo": number} for number in range(5)])
    for id in sent["task_ids"]:
        client.wait(id, timeout=240)

    listed = [job["task_id"] for job in client.jobs(batch_id=sent["batch_id"], limit=2)]

    assert sorted(listed) == sorted(sent["task_ids"])


def test_any_route_can_be_called(client: Sluice) -> None:
    assert client.request("GET", "/api/v1/queues")["queues"]


def test_a_wrong_key_says_so(url: str) -> None:
    with Sluice(url, "slc_wrong") as client, pytest.raises(SluiceError, match="does not know this key") as caught:
        client.submit("health_check")
    assert caught.value.status == 403


def test_the_asyncio_client_does_the_same(url: str) -> None:
    async def run() -> None:
        async with AsyncSluice(url) as client:
            jobs = await asyncio.gather(*(health_check.adelay(client, number) for number in range(5)))
            outputs = await asyncio.gather(*(job.get(timeout=240) for job in jobs))
            assert [each["echo"] for each in outputs] == [0, 1, 2, 3, 4]
            assert await jobs[0].ready() and await jobs[0].status() == "SUCCESS"
            await jobs[0].revoke(terminate=True)
            with pytest.raises(SluiceError) as caught:
                await client.revoke(jobs[0].id)
            assert caught.value.status == 409

            accepted = await client.documents.upload(b"A short text.", file_name="a.txt")
            await client.wait(accepted["task_id"], timeout=240)
            assert "short text" in await client.documents.text(accepted["id"])
            assert [job async for job in client.jobs(task_name="process_document", limit=1)]

            waiting = await client.submit("health_check", countdown=3600)
            await waiting.revoke()
            with pytest.raises(sluice.JobRevokedError):
                await waiting.get(timeout=10)

    asyncio.run(run())


def test_nothing_at_the_address_is_an_error_of_its_own() -> None:
    with Sluice("http://127.0.0.1:9", "key", retries=0) as client, pytest.raises(UnreachableError, match="127.0.0.1"):
        client.submit("health_check")


def test_no_address_at_all_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SLUICE_URL", raising=False)
    with pytest.raises(ValueError, match="SLUICE_URL"):
        Sluice()


class _Flaky(BaseHTTPRequestHandler):
    """Answers 503 twice, then accepts, as the API and as its storage; notes the keys that it was given."""

    keys: list[str | None] = []

    def do_POST(self) -> None:  # noqa: N802 - the base class's name
        self.rfile.read(int(self.headers["content-length"]))
        self.keys.append(self.headers["idempotency-key"])
        accepted = {
            "id": "one",
            "task_id": "one",
            "passages": [],
            "upload": {"url": f"http://{self.headers['host']}/storage", "fields": {"key": "one"}},
        }
        is_down = self.path != "/api/v1/documents" and len(self.keys) < 3
        status, body = (503, b'{"message": "busy"}') if is_down else (202, json.dumps(accepted).encode())
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("retry-after", "0")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def flaky() -> Iterator[tuple[Sluice, list[str | None]]]:
    """A client of such a server, and the keys that it was given."""
    keys: list[str | None] = []
    server = HTTPServer(("127.0.0.1", 0), type("Flaky", (_Flaky,), {"keys": keys}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with Sluice(f"http://127.0.0.1:{server.server_port}", "key") as client:
            yield client, keys
    finally:
        server.shutdown()
        server.server_close()


def test_a_submit_is_repeated_with_the_same_key() -> None:
    with flaky() as (client, keys):
        assert client.submit("health_check").id == "one"

    assert len(keys) == 3
    assert len(set(keys)) == 1


def test_a_revoke_is_repeated_as_it_does_no_more_the_second_time() -> None:
    with flaky() as (client, keys):
        sluice.AsyncResult[object]("one", client).revoke()

    assert keys == [None] * 3


LARGE = b"x" * (DIRECT_UPLOAD_BYTES + 1)


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.documents.search("bridge"),
        lambda client: client.documents.upload(b"text", file_name="a.txt"),
        lambda client: client.documents.upload(LARGE, file_name="a.txt"),
    ],
    ids=["a search", "an upload", "an upload to storage"],
)
def test_what_does_no_more_the_second_time_is_repeated(call: Callable[[Sluice], object]) -> None:
    with flaky() as (client, keys):
        call(client)

    assert keys == [None] * 3


@pytest.mark.parametrize(
    "submit",
    [
        lambda options: summarize.apply_async(["text"], **options),
        lambda options: summarize.s("text").apply_async(**options),
        lambda options: sluice.group(summarize.s("one"), summarize.s("two")).apply_async(**options),
        lambda options: sluice.send_task("summarize", ["text"], **options),
    ],
    ids=["apply_async", "a signature", "a group", "send_task"],
)
def test_an_option_that_does_not_exist_is_refused_by_its_name(
    submit: Callable[[dict[str, object]], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLUICE_URL", "http://127.0.0.1:9")
    with pytest.raises(TypeError, match="countdwon"):
        submit({"countdwon": 5})


def test_the_options_that_are_typed_are_those_that_are_taken() -> None:
    taken = {name for name, each in inspect.signature(submission).parameters.items() if each.kind is each.KEYWORD_ONLY}

    assert set(sluice.SubmitOptions.__annotations__) == taken
