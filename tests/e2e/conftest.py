"""The whole sandbox, started as `make up` starts it on ports of its own, and a Chromium that sees no outside."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from wire.addresses import Addresses

FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
]
PORTS = {"auth_port": 19100, "bank_port": 19101, "budget_port": 19102, "balance_port": 19103}


def sandbox(command: str, environment: dict[str, str]) -> None:
    """Run one command of the sandbox, and show what it said where it failed."""
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", command],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


RUNTIMES = ["docker"] if os.environ.get("TEST_RUNTIME") == "docker" else ["names", "localhost"]


@pytest.fixture(scope="session", params=RUNTIMES)
def started(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Addresses, dict[str, str]]]:
    """Start everything: local processes under names and on plain localhost, or the Compose stack on its own ports."""
    if request.param == "docker":
        yield from run(Addresses(), {"RUNTIME": "docker"})
        return
    chosen = Addresses(hosts=request.param, **PORTS)
    environment = {f"SANDBOX_{name.upper()}": str(port) for name, port in PORTS.items()}
    environment |= {
        "SANDBOX_HOSTS": request.param,
        "SANDBOX_STATE": str(tmp_path_factory.mktemp("sandbox")),
        "RUNTIME": "local",
    }
    yield from run(chosen, environment)


def run(chosen: Addresses, environment: dict[str, str]) -> Iterator[tuple[Addresses, dict[str, str]]]:
    """Start, and take down whatever happens."""
    try:
        sandbox("up", environment)
        yield chosen, environment
    finally:
        sandbox("down", environment)


@pytest.fixture
def addresses(started: tuple[Addresses, dict[str, str]]) -> Addresses:
    """Begin each journey with the seed data, nobody signed in and no consent remembered."""
    chosen, environment = started
    sandbox("reset", environment)
    return chosen


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()
