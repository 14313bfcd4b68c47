"""Running many jobs again: a request works through a part of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._http import Flow, exchange
from .calls import retry_many_call
from .errors import SluiceError


def retry_all(filters: Mapping[str, Any], project_id: str | None, retries: int) -> Flow[dict[str, int]]:
    """Goes on until nothing is left that fits. Returns how many run again, and how many were skipped.

    Raises SluiceError, with a note of how many run already and of the `cursor` to go on with.
    """
    done = {"retried": 0, "skipped": 0}
    cursor: str | None = filters.get("cursor")
    while True:
        try:
            answer = yield from exchange(retry_many_call(filters, project_id, cursor), retries)
        except SluiceError as error:
            if done["retried"] > 0 and not filters.get("dry_run"):
                error.add_note(f"At least {done['retried']} jobs run again. To go on, give cursor={cursor!r} beside the same filters.")
            raise
        for name in done:
            done[name] += answer[name]
        cursor = answer["next_cursor"]
        if cursor is None:
            return done
