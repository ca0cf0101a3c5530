"""What the classroom's tests read: journeys that were recorded from the running parties, once in a run."""

import re
from typing import Any

import pytest

from classroom.derive.conversation import Conversation
from tests.support import journeys
from tests.support.conversation import Browser, Sandbox
from wire.message import Entry

Recorded = dict[str, list[Entry]]


@pytest.fixture(scope="session")
def recorded(valkey: str) -> Recorded:
    """Every journey by name, as the wire wrote it down."""
    return {name: record(valkey) for name, record in JOURNEYS.items()}


def budget(valkey: str) -> list[Entry]:
    """Budget from the first page to the last: look, try to take it all, refresh, disconnect."""
    sandbox = Sandbox(valkey)
    browser = journeys.connect_budget(Browser(sandbox))
    journeys.empty_the_account(browser)
    journeys.look_again_after_a_while(sandbox, browser)
    journeys.disconnect(browser)
    return sandbox.entries()


def balance(valkey: str) -> list[Entry]:
    """Balance in its tab, which tells what it does without a message."""
    sandbox = Sandbox(valkey)
    journeys.Tab(Browser(sandbox)).connect().look().revoke()
    return sandbox.entries()


def message(valkey: str) -> list[Entry]:
    """Balance once more, answered from a window of its own."""
    sandbox = Sandbox(valkey)
    journeys.Tab(Browser(sandbox)).connect(response_mode="web_message").look()
    return sandbox.entries()


def denied(valkey: str) -> list[Entry]:
    sandbox = Sandbox(valkey)
    journeys.connect_budget(Browser(sandbox), "bob", "deny")
    return sandbox.entries()


def waiting(valkey: str) -> list[Entry]:
    """Somebody has come as far as the sign-in page, and typed a wrong password."""
    sandbox = Sandbox(valkey)
    browser = Browser(sandbox).go(f"{journeys.BUDGET}/connect")
    journeys.sign_in(browser, "carol", "wrong")
    return sandbox.entries()


def replayed(valkey: str) -> list[Entry]:
    """A code is traded twice: a public client's, by the same verifier."""
    sandbox = Sandbox(valkey)
    tab = journeys.Tab(Browser(sandbox)).connect()
    tab.trade(tab.code)
    tab.look()
    return sandbox.entries()


def stolen(valkey: str) -> list[Entry]:
    """A thief tries Budget's code without Budget's secret."""
    sandbox = Sandbox(valkey)
    browser = journeys.connect_budget(Browser(sandbox))
    journeys.steal_and_replay(sandbox, browser.code)
    return sandbox.entries()


def stranger(valkey: str) -> list[Entry]:
    """A client that we did not write: no `state`, its secret in the form, and once a challenge by `plain`."""
    sandbox = Sandbox(valkey)
    client = journeys.Stranger(sandbox)
    client.look(client.trade(client.ask()["code"])["access_token"])
    assert client.ask(code_challenge_method="plain")["error"] == "invalid_request"
    return sandbox.entries()


def itself(valkey: str) -> list[Entry]:
    sandbox = Sandbox(valkey)
    journeys.work_for_itself(sandbox)
    return sandbox.entries()


def together(valkey: str) -> list[Entry]:
    """Alice and Bob connect Budget at the same time, click by click."""
    sandbox = Sandbox(valkey)
    browsers = {"alice": Browser(sandbox), "bob": Browser(sandbox)}
    for step in (
        lambda browser, user: browser.go(f"{journeys.BUDGET}/").follow("/connect"),
        journeys.sign_in,
        lambda browser, user: journeys.decide(browser),
        lambda browser, user: journeys.empty_the_account(browser),
    ):
        for user, browser in browsers.items():
            step(browser, user)
    return sandbox.entries()


def stepped(valkey: str) -> list[Entry]:
    """In step mode every redirect is held for a moment as far as Bank ID's consent page; then it is switched off."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WIRE_STEP_MODE", "true")
        sandbox = Sandbox(valkey)
    tell(sandbox, on=True)
    browser = let_go(sandbox, Browser(sandbox).go(f"{journeys.BUDGET}/connect"))
    let_go(sandbox, journeys.sign_in(browser))
    tell(sandbox, on=False)
    journeys.decide(browser)
    return sandbox.entries()


def let_go(sandbox: Sandbox, browser: Browser, action: str = "go") -> Browser:
    """Let go of one redirect after the other, or drop the first, until a page that does not wait is there."""
    while held := re.search(r"url=(/\.wire/held/(\w+))", browser.page):
        tell(sandbox, exchange=held[2], action=action)
        browser.follow(held[1])
    return browser


def tell(sandbox: Sandbox, **word: Any) -> None:
    """Say something to each party's step mode, as the classroom does."""
    for app in sandbox.apps.values():
        app.wsgi_app.app.channel.take(word)  # type: ignore[attr-defined]


ALL = (budget, balance, message, denied, waiting, replayed, stolen, stranger, itself, together, stepped)
JOURNEYS = {journey.__name__: journey for journey in ALL}


def conversation_of(entries: list[Entry]) -> Conversation:
    """Return what the classroom makes of entries."""
    conversation = Conversation()
    for entry in entries:
        conversation.add(entry)
    return conversation
