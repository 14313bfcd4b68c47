"""The example application, by its own HTTP API."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

pytestmark = pytest.mark.usefixtures("url")

sys.path.insert(0, str(Path(__file__).parent.parent / "examples"))


def test_a_summary_is_submitted_and_followed(monkeypatch: pytest.MonkeyPatch) -> None:
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
    monkeypatch.setenv("SLUICE_WEBHOOK_SECRET", "whsec_c2VjcmV0")
    assert http.post("/hooks/sluice", content=b"{}", headers={"webhook-id": "x"}).status_code == 401
