"""The whole sandbox, started as `make up` starts it on ports of its own, and a watch over all that the browser does."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from tests.support.commands import DOCKER, IN_DOCKER, sandbox
from tests.support.ports import free_port
from wire.addresses import Addresses

# The labs' tests start labs of their own, and tests/docker has others; what a page does by itself is the same anywhere.
ELSEWHERE = (
    "labs_* pages history wire_again wire_first_sight wire_for_all wire_hostile wire_take_away wire_time silent_clients"
)
collect_ignore_glob = [f"test_{name}.py" for name in ELSEWHERE.split()] if IN_DOCKER else []
NAMES = ("auth", "bank", "budget", "balance", "classroom", "labs", "cafe")
Started = tuple[Addresses, dict[str, str]]
expect.set_options(timeout=10_000)  # milliseconds: a busy machine takes its time


class Resetting:
    """`make reset` as often as it is asked for, by one process: to start Python takes longer than to reset."""

    COMMAND = (
        "import sys; from sandbox.__main__ import run\nfor _ in sys.stdin: print('status', run('reset'), flush=True)"
    )

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", self.COMMAND],
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def reset(self) -> None:
        assert self.process.stdin and self.process.stdout
        print(file=self.process.stdin, flush=True)
        said = iter(self.process.stdout.readline, "status 0\n")
        assert "" not in (line for line in said), "make reset has failed"

    def stop(self) -> None:
        self.process.communicate(timeout=10)


@pytest.fixture(scope="session")
def resetting(started: Started) -> Iterator[Resetting]:
    found = Resetting(started[1])
    yield found
    found.stop()


@pytest.fixture(scope="session", params=["names"])
def started(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """Start everything, under names unless a test says otherwise: local processes, or the Compose stack."""
    if IN_DOCKER:
        environment = DOCKER | {"SANDBOX_HOSTS": request.param}
        request.getfixturevalue("stack")
        sandbox("up", environment)  # what runs already is only changed
        yield Addresses(hosts=request.param), environment
        return
    ports: dict[str, Any] = {f"{name}_port": free_port() for name in NAMES}
    chosen = Addresses(hosts=request.param, **ports)
    environment = {f"SANDBOX_{name.upper()}": str(port) for name, port in ports.items()}
    environment |= {
        "SANDBOX_HOSTS": request.param,
        "SANDBOX_STATE": str(tmp_path_factory.mktemp("sandbox")),
        "RUNTIME": "local",
        "WIRE_PATIENCE": "1",  # where Redis sleeps, a kept connection waits for what is written behind an answer
    }
    yield from run(chosen, environment)


def run(chosen: Addresses, environment: dict[str, str]) -> Iterator[Started]:
    """Start, and take down whatever happens."""
    try:
        sandbox("up", environment)
        yield chosen, environment
    finally:
        sandbox("down", environment)


@pytest.fixture
def addresses(started: Started, resetting: Resetting) -> Addresses:
    """Begin each journey with the seed data, nobody signed in and no consent remembered."""
    resetting.reset()
    return started[0]


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Open a page; at the end of its journey no policy was violated, no script broke and nobody outside was asked."""
    context = chromium.new_context()
    context.set_default_timeout(10_000)
    wrong: list[str] = []
    context.on("console", lambda message: wrong.extend(complaint(message)))
    context.on("weberror", lambda error: wrong.append(f"a script broke: {error.error}"))
    context.on("request", lambda request: wrong.extend(outside(request)))
    yield context.new_page()
    context.close()
    assert wrong == []


def complaint(message: ConsoleMessage) -> list[str]:
    """Keep what the console complains of, except that a page or an API answered with an error status on purpose."""
    on_purpose = message.text.startswith("Failed to load resource") and not is_asset(message.location["url"])
    complains = message.type in ("error", "warning")
    return [f"{message.text} ({message.location['url']})"] if complains and not on_purpose else []


def is_asset(url: str) -> bool:
    return urlsplit(url).path.endswith((".css", ".js", ".svg", ".json"))


def outside(request: Request) -> list[str]:
    """Keep a request that leaves this machine."""
    host = urlsplit(request.url).hostname or ""
    inside = host in ("localhost", "127.0.0.1") or host.endswith(".localhost") or request.url.startswith("web+")
    return [] if inside else [f"asked outside: {request.url}"]
