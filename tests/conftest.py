"""Fixtures: one real Valkey and one Chromium for the run, one fresh world for each test."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.chromium import running_chromium
from tests.embedded_valkey import running_valkey
from tests.world import World


@pytest.fixture(scope="session")
def valkey() -> Iterator[str]:
    with running_valkey() as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def world(valkey: str) -> World:
    return World(valkey)
