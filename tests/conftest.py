"""Fixtures: one real Valkey and one Chromium for the run, one fresh world for each test."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.chromium import running_chromium
from tests.support.embedded_valkey import running_valkey
from tests.support.world import World

SETTINGS = ("SANDBOX_", "WIRE_", "AUTH_", "BANK_", "BUDGET_", "BALANCE_", "CLASSROOM_", "LABS_")
for name in [name for name in os.environ if name.startswith(SETTINGS)]:
    del os.environ[name]  # what this shell has chosen for a sandbox of its own
os.environ["RES_OPTIONS"] = "timeout:1 attempts:1"  # where a name is not known, a resolver may be silent for long
os.environ["WIRE_PATIENCE"] = "10"  # seconds: what is recorded must not depend on how busy the machine is


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say what runs together, and give a test in Chromium a second try.

    Chromium drops what it loads when any network of the machine comes or goes. A file's tests share what they have
    started, and all journeys through the whole sandbox share one of each kind.
    """
    for item in items:
        journey = getattr(item, "callspec", None) and item.callspec.params.get("started")  # type: ignore[attr-defined]
        item.add_marker(pytest.mark.xdist_group(f"the sandbox on {journey}" if journey else item.path.name))
        if "chromium" in getattr(item, "fixturenames", ()) or {"labs", "docker"} & set(item.path.parts):
            item.add_marker(pytest.mark.flaky(reruns=1))


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
