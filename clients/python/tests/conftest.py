"""These tests talk to a running API: SLUICE_URL and SLUICE_API_KEY name it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

import sluice


@pytest.fixture(scope="session")
def url() -> str:
    if "SLUICE_URL" not in os.environ:
        pytest.skip("SLUICE_URL and SLUICE_API_KEY name the API to test against")
    return os.environ["SLUICE_URL"]


@pytest.fixture
def client(url: str) -> Iterator[sluice.Sluice]:
    with sluice.Sluice(url) as client:
        yield client
