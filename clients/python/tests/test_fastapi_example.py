"""The example application, by its own HTTP API."""

from __future__ import annotations

import base64
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from standardwebhooks import Webhook

from sluice.tasks import summarize

pytestmark = pytest.mark.usefixtures("url")

sys.path.insert(0, str(Path(__file__).parent.parent / "examples"))


def test_a_summary_is_submitted_and_followed() -> None:
    from fastapi_app import app  # type: ignore[import-not-found, unused-ignore]

    http = TestClient(app)
    sent = http.post("/summaries", json={"text": "Rivers carve valleys. They carry sand to the sea. " * 5})
    assert sent.status_code == 202
    path = f"/summaries/{sent.json()['task_id']}"

    while (answer := http.get(path).json())["status"] in ("PENDING", "STARTED", "RETRY"):
        time.sleep(0.2)

    assert answer["status"] == "SUCCESS"
    assert answer["result"]["summary"]
    assert http.get("/summaries/no-such-job").status_code == 404


def test_a_summary_that_waits_is_revoked() -> None:
    from fastapi_app import app  # type: ignore[import-not-found, unused-ignore]

    waiting = summarize.apply_async(args=["Rivers carve valleys."], countdown=3600)

    assert TestClient(app).delete(f"/summaries/{waiting.id}").status_code == 204
    assert waiting.state == "REVOKED"


def test_a_summary_that_has_ended_is_left_as_it_is() -> None:
    from fastapi_app import app  # type: ignore[import-not-found, unused-ignore]

    http = TestClient(app)
    ended = summarize.delay("Rivers carve valleys. They carry sand to the sea. " * 5)
    ended.get(timeout=240)

    assert http.delete(f"/summaries/{ended.id}").status_code == 204
    assert http.get(f"/summaries/{ended.id}").json()["status"] == "SUCCESS"
    assert http.delete("/summaries/no-such-job").status_code == 404


def test_a_webhook_is_taken_with_a_right_signature_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from fastapi_app import app  # type: ignore[import-not-found, unused-ignore]

    http = TestClient(app)
    secret = "whsec_" + base64.b64encode(b"k" * 32).decode()
    monkeypatch.setenv("SLUICE_WEBHOOK_SECRET", secret)
    body = '{"type": "task.succeeded", "data": {"data": {"task_id": "one"}}}'
    now = datetime.now(tz=timezone.utc)
    signed = {
        "webhook-id": "x",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign("x", now, body),
    }

    assert http.post("/hooks/sluice", content=body, headers=signed).status_code == 204
    assert capsys.readouterr().out == "task.succeeded one\n"
    assert http.post("/hooks/sluice", content=body + " ", headers=signed).status_code == 401
    assert http.post("/hooks/sluice", content=body, headers={"webhook-id": "x"}).status_code == 401
