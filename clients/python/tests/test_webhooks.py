"""Signatures as the specification's own library makes them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time

import pytest

from sluice import WebhookVerificationError, verify_webhook

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
BODY = b'{"type": "task.succeeded", "data": {"success": true}}'


def headers(timestamp: int | None = None, key: bytes = b"k" * 32) -> dict[str, str]:
    at = str(int(time.time()) if timestamp is None else timestamp)
    digest = hmac.new(key, f"msg_1.{at}.".encode() + BODY, hashlib.sha256).digest()
    return {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": at,
        "Webhook-Signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def test_a_right_signature_gives_the_event() -> None:
    assert verify_webhook(BODY, headers(), SECRET)["type"] == "task.succeeded"


def test_one_of_two_signatures_is_enough() -> None:
    given = headers()
    given["Webhook-Signature"] = f"v1,{base64.b64encode(b'old').decode()} {given['Webhook-Signature']}"
    assert verify_webhook(BODY.decode(), given, SECRET)


@pytest.mark.parametrize(
    ("offset", "key", "changed", "body"),
    [
        (0, b"k" * 32, {}, BODY + b" "),
        (-400, b"k" * 32, {}, BODY),
        (400, b"k" * 32, {}, BODY),
        (0, b"other", {}, BODY),
        (0, b"k" * 32, {"Webhook-Signature": "v2,abc"}, BODY),
        (0, b"k" * 32, {"Webhook-Timestamp": "soon"}, BODY),
    ],
)
def test_what_is_not_right_is_refused(offset: int, key: bytes, changed: dict[str, str], body: bytes) -> None:
    given = {**headers(int(time.time()) + offset, key), **changed}
    with pytest.raises(WebhookVerificationError):
        verify_webhook(body, given, SECRET)


def test_a_missing_header_is_named() -> None:
    with pytest.raises(WebhookVerificationError, match="webhook-timestamp"):
        verify_webhook(BODY, {"webhook-id": "msg_1"}, SECRET)


def test_the_reference_library_agrees() -> None:
    webhooks = pytest.importorskip("standardwebhooks").Webhook
    assert webhooks(SECRET).verify(BODY, {name.lower(): value for name, value in headers().items()})
