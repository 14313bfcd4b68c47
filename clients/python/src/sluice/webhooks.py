"""Checking that a webhook comes from Sluice, by the Standard Webhooks specification (standardwebhooks.com)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any, cast

from .errors import WebhookVerificationError

TOLERANCE_SECONDS = 5 * 60
"""A timestamp may differ so much from this machine's clock."""


def verify_webhook(body: bytes | str, headers: Mapping[str, str], secret: str) -> dict[str, Any]:
    """Checks the signature and the time of a webhook and returns its JSON.

    body: exactly what was received, before any parsing. headers: those of the request, in any case.
    secret: `whsec_...` of `sluice webhooks rotate`. Drop repeats by the header `webhook-id`.
    Raises WebhookVerificationError.
    """
    sent = {name.lower(): value for name, value in headers.items()}
    try:
        message_id, timestamp, signatures = (sent[f"webhook-{part}"] for part in ("id", "timestamp", "signature"))
    except KeyError as missing:
        raise WebhookVerificationError(f"The header {missing.args[0]} is missing.") from None
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        raise WebhookVerificationError(f"The timestamp is more than {TOLERANCE_SECONDS // 60} minutes off.")
    content = body.encode() if isinstance(body, str) else body
    digest = hmac.new(_key(secret), f"{message_id}.{timestamp}.".encode() + content, hashlib.sha256).digest()
    expected = base64.b64encode(digest).decode()
    for signature in signatures.split():
        version, _, value = signature.partition(",")
        if version == "v1" and hmac.compare_digest(value.encode(), expected.encode()):
            return cast("dict[str, Any]", json.loads(content))
    raise WebhookVerificationError("No signature fits the body and this secret.")


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise ValueError("The secret is not whsec_ and base64.") from None
