"""What a person does in these journeys, by role and label, and how a party is put to sleep meanwhile."""

import contextlib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from playwright.sync_api import Page, expect

PACKAGES = {
    "auth": "auth_server",
    "bank": "resource_server",
    "budget": "client_app",
    "classroom": "classroom",
    "redis": "valkey-server",
}
PASSWORDS = {"alice": "looking-glass", "bob": "brass-lantern", "carol": "winter-garden"}


def press_connect(page: Page, held: bool = False) -> None:
    """Press what leads from an app to Bank ID: a link in Budget, a button in Balance; where it is held, do not wait."""
    name = "Connect your bank"
    page.get_by_role("link", name=name).or_(page.get_by_role("button", name=name)).click(no_wait_after=held)


def sign_in(page: Page, user: str = "alice", password: str | None = None, held: bool = False) -> None:
    page.get_by_label("User name").fill(user)
    page.get_by_label("Password").fill(password or PASSWORDS[user])
    page.get_by_role("button", name="Sign in").click(no_wait_after=held)


def decide(page: Page, decision: str = "Allow", held: bool = False) -> None:
    page.get_by_role("button", name=decision, exact=True).click(no_wait_after=held)


def connect(page: Page, decision: str = "Allow", user: str = "alice") -> None:
    """Go from the app to Bank ID, sign in, decide."""
    press_connect(page)
    sign_in(page, user)
    decide(page, decision)


def expect_budget(page: Page, name: str = "Alice") -> None:
    """See Budget's first page with somebody's balance on it."""
    expect(page.get_by_role("heading", name=f"You have, {name}")).to_be_visible()


def expect_balance(page: Page, sum_shown: str = "4,182.55") -> None:
    """See Balance's page with a sum on it."""
    expect(page.get_by_role("heading", name="Your balance")).to_be_visible()
    expect(page.locator("#sum")).to_contain_text(sum_shown)


@contextlib.contextmanager
def asleep(part: str, environment: dict[str, str]) -> Iterator[None]:
    """Let a part hear and not answer; afterwards it goes on where it was."""
    if environment["RUNTIME"] == "docker":
        subprocess.run(["docker", "compose", "pause", part], check=True, capture_output=True)
        try:
            yield
        finally:
            subprocess.run(["docker", "compose", "unpause", part], check=True, capture_output=True)
        return
    processes = processes_of(part, environment)
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            process.resume()


def kill(part: str, environment: dict[str, str]) -> None:
    """End a part without warning; whoever watches over it starts it again."""
    if environment["RUNTIME"] == "docker":
        subprocess.run(["docker", "compose", "restart", "--timeout", "0", part], check=True, capture_output=True)
        return
    for process in processes_of(part, environment):
        process.kill()


def let_networks_settle(environment: dict[str, str]) -> None:
    """Wait until those of a container that was started anew are there: Chromium drops what it loads meanwhile."""
    if environment["RUNTIME"] == "docker":
        time.sleep(3)


def processes_of(part: str, environment: dict[str, str]) -> list[psutil.Process]:
    """Find a part of this very sandbox below its own supervisor."""
    supervisor = psutil.Process(int((Path(environment["SANDBOX_STATE"]) / "supervisord.pid").read_text()))
    found = [
        process
        for process in supervisor.children(recursive=True)
        if any(PACKAGES[part] == word.partition(" ")[0].rpartition("/")[2] for word in process.cmdline())
    ]
    assert found, f"no process of {part}"
    return found
