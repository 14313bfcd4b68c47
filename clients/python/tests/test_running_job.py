"""What `revoke` does to a job that runs, against a running API on this machine."""

from __future__ import annotations

import select
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

import sluice
from sluice import AsyncResult, GroupResult, JobRevokedError, SluiceError
from sluice.tasks import health_check


@dataclass
class SilentModel:
    """A model server that takes every request and never answers: jobs run until they are ended."""

    provider: str
    let_go: threading.Event = field(default_factory=threading.Event)
    """Set when a worker has closed its connection."""
    over: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def model(client: sluice.Sluice) -> Iterator[SilentModel]:
    silent = SilentModel(f"silent-{uuid.uuid4().hex[:8]}")

    class Silent(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            while not silent.over.is_set():
                readable, _, _ = select.select([self.connection], [], [], 0.2)
                if readable and self.connection.recv(1, socket.MSG_PEEK) == b"":
                    silent.let_go.set()
                    return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    provider = {"type": "openai-compatible", "base_url": f"http://127.0.0.1:{server.server_address[1]}/v1"}
    client.request("PUT", f"/api/v1/llm/providers/{silent.provider}", json=provider)
    try:
        yield silent
    finally:
        silent.over.set()
        server.shutdown()
        server.server_close()


def started(result: AsyncResult[object]) -> AsyncResult[object]:
    for _ in range(600):
        if result.status == "STARTED":
            return result
        time.sleep(0.2)
    raise AssertionError(f"The job is {result.status}.")


def test_a_running_job_is_ended_by_terminate_alone(client: sluice.Sluice, model: SilentModel) -> None:
    body = {"input": {"text": "The river rose."}, "config": {"provider": model.provider, "model": "none"}}
    sent = client.request("POST", "/api/v1/tasks/summarize", json=body)
    result = started(AsyncResult[object](sent["task_id"], client=client))

    result.revoke()
    with pytest.raises(SluiceError) as caught:
        client.revoke(result.id)
    assert caught.value.status == 409
    waiting = health_check.using(client).apply_async(countdown=3600)
    GroupResult[Any]([result, waiting]).revoke()
    assert (result.status, waiting.status) == ("STARTED", "REVOKED")
    assert not model.let_go.is_set()

    result.revoke(terminate=True)

    with pytest.raises(JobRevokedError):
        result.get(timeout=60)
    assert result.status == "REVOKED"
    # Not in the record alone: the worker gives its run up.
    assert model.let_go.wait(60)
