"""Fixtures: one real Valkey and one Chromium for the run, one fresh world for each test."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from labs.syllabus import all_labs
from tests.support.chromium import running_chromium
from tests.support.commands import DOCKER, IN_DOCKER, sandbox
from tests.support.embedded_valkey import running_valkey
from tests.support.labs_world import Labs, running_labs
from tests.support.world import World

SETTINGS = ("SANDBOX_", "WIRE_", "AUTH_", "BANK_", "BUDGET_", "BALANCE_", "CLASSROOM_", "LABS_")
for name in [name for name in os.environ if name.startswith(SETTINGS)]:
    del os.environ[name]  # what this shell has chosen for a sandbox of its own
os.environ["RES_OPTIONS"] = "timeout:1 attempts:1"  # where a name is not known, a resolver may be silent for long
os.environ["WIRE_PATIENCE"] = "10"  # seconds: what is recorded must not depend on how busy the machine is


APART = ("test_sandbox_troubles.py", "test_browser_defences.py")  # they are slow, and their tests share nothing
BROWSER_LABS = {name for name, lab in all_labs().items() if lab.browser}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say what runs together, which tests get a second try, and what takes longest and so begins.

    The tests in Chromium get one: it drops what it loads when any network of the machine comes or goes. All this must
    be said first, since the plugin that hands out the tests reads it in this same hook.
    """
    for item in items:
        group = group_of(item)
        if group and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(group))
        if drives_chromium(item):
            item.add_marker(pytest.mark.flaky(reruns=1))
    if IN_DOCKER:  # the stack is changed once
        items.sort(key=lambda item: parameters_of(item).get("started") == "localhost")
    else:
        items.sort(key=lambda item: not ("e2e" in item.path.parts or item.path.name in APART or drives_chromium(item)))


def pytest_collection_finish(session: pytest.Session) -> None:
    """See that the plugin has noted what runs together: it fails to without a word where it does not know pytest."""
    grouped = [item for item in session.items if item.get_closest_marker("xdist_group")]
    if session.config.getoption("loadgroup", False) and not all("@" in item.nodeid for item in grouped):
        raise pytest.UsageError("this pytest-xdist does not know this pytest: tests of a group would not run together")


def group_of(item: pytest.Item) -> str:
    """Return whose tests share what they have started: those of one lab its runs, those of a host mode its sandbox.

    A file shares what it has made. The long ones share what every worker has: whoever is free takes the next.
    """
    if lab := lab_of(item):
        return lab
    if parameters_of(item).get("started") == "localhost":
        return "localhost"
    if "classroom" in item.path.parts:
        return "classroom"  # the journeys are recorded once in a worker
    return "" if "e2e" in item.path.parts or item.path.name in APART else item.path.name


def lab_of(item: pytest.Item) -> str:
    """Return the name of the lab that a test is about, where one of its parameters names it."""
    names = [str(getattr(value, "name", value)) for value in parameters_of(item).values()]
    return next((name for name in names if name in all_labs()), "")


def parameters_of(item: pytest.Item) -> dict[str, Any]:
    callspec = getattr(item, "callspec", None)
    return dict(callspec.params) if callspec else {}


def drives_chromium(item: pytest.Item) -> bool:
    """Whether a test opens pages itself, or plays a lab that does."""
    group = item.get_closest_marker("xdist_group")
    lab = lab_of(item) or str(group.args[0] if group else "")
    plays = {"labs", "secure"} & set(getattr(item, "fixturenames", ())) and lab in BROWSER_LABS
    return "chromium" in getattr(item, "fixturenames", ()) or bool(plays)


@pytest.fixture(scope="session")
def valkey() -> Iterator[str]:
    with running_valkey() as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def stack() -> Iterator[None]:
    """Take the Compose stack down at the end: all tests share one, and reset it."""
    yield
    sandbox("down", DOCKER)


@pytest.fixture(scope="session")
def labs() -> Iterator[Labs]:
    """Give one process of labs for the whole run: worlds do not disturb one another, and a test says so."""
    with running_labs() as started:
        yield started


@pytest.fixture
def world(valkey: str) -> World:
    return World(valkey)
