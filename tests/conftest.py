"""Fixtures: one real Valkey for the run, one fresh world for each test."""

from collections.abc import Iterator

import pytest

from tests.embedded_valkey import running_valkey
from tests.world import World


@pytest.fixture(scope="session")
def valkey() -> Iterator[str]:
    with running_valkey() as address:
        yield address


@pytest.fixture
def world(valkey: str) -> World:
    return World(valkey)
