"""Balance, a public client: where its secrets are, and where they never are."""

from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.support.balance_world import Balance, is_connected
from tests.support.stops import stops
from tests.support.world import WrongAnswer

STORED = """async () => [
    ...Object.entries(localStorage), ...Object.entries(sessionStorage), document.cookie, window.name,
    ...(await indexedDB.databases()), ...(await caches.keys()),
].filter(Boolean).map((found) => JSON.stringify(found))"""


def holds_nothing(page: Page, name: str) -> None:
    """No storage of the tab has anything in it."""
    if found := page.evaluate(STORED):
        raise WrongAnswer(f"expected nothing {name}, found {found}")


def history_of(page: Page) -> list[str]:
    """Return every address to which the tab could go back or forward."""
    session = page.context.new_cdp_session(page)
    return [entry["url"] for entry in session.send("Page.getNavigationHistory")["entries"]]


@stops("js.tokensStayInMemory")
def test_nothing_is_stored_but_the_question_while_it_is_open(balance: Balance) -> None:
    """(RFC 10017 §8.4-1; RFC 6750 §5.3-2)"""
    tab = balance.open()
    holds_nothing(tab, "before")
    tab, asked = balance.leave(tab)
    tab.goto(balance.origin)
    (pending,) = tab.evaluate(STORED)
    assert asked["state"] in pending
    tab.goto(balance.answer(asked))
    is_connected(tab)
    holds_nothing(tab, "after")
    assert tab.locator("#stored").inner_text() == "nothing"
    assert {cookie["domain"] for cookie in balance.context.cookies()} == {"auth.localhost"}


@stops("js.codeLeavesTheAddressBar")
def test_the_code_has_left_the_address_bar_and_the_history_before_it_is_sent(balance: Balance) -> None:
    """(RFC 6749 §3.1.2.5-1)"""
    balance.auth.may_answer.clear()
    tab = balance.open()
    with tab.expect_request("**/token"):
        balance.connect(tab)
    shown = [tab.url, *history_of(tab)]
    balance.auth.may_answer.set()
    is_connected(tab)
    for address in [*shown, *history_of(tab)]:
        if urlsplit(address).query:
            raise WrongAnswer(f"expected a clean address, got {address}")


@stops("spa.referrer_is_withheld")
def test_code_and_token_travel_in_no_address_and_no_referer(balance: Balance) -> None:
    """(RFC 6750 §2-1, §5.3-2; RFC 9700 §4.2.4-1)"""
    tab = balance.connect()
    is_connected(tab)
    tab.get_by_role("button", name="Try to empty the account").click()
    tab.get_by_text("insufficient_scope").first.wait_for()
    tab.get_by_role("button", name="Forget now").click()
    tab.get_by_text("revoked at Bank ID").wait_for()
    (token,), (code,) = balance.auth.access_tokens, balance.auth.codes
    for sent in balance.wire:
        assert token not in sent.address
        assert code not in sent.address or sent.path == "/callback"
        if referer := sent.headers.get("Referer"):
            raise WrongAnswer(f"expected no Referer, got {referer} at {sent.address}")
    asked = [sent for sent in balance.wire if sent.party == "bank" and sent.method != "OPTIONS"]
    assert {sent.headers["Authorization"] for sent in asked} == {f"Bearer {token}"}
    assert {sent.method for sent in asked} == {"GET", "POST"}
    assert not [sent for sent in asked if token in sent.body]


def test_a_reload_loses_the_token_and_says_so(balance: Balance) -> None:
    """(RFC 10017 §8.4-1)"""
    tab = balance.connect()
    is_connected(tab)
    asked = len([sent for sent in balance.wire if sent.party == "bank"])
    tab.reload()
    tab.get_by_text("The page was reloaded").wait_for()
    assert tab.get_by_role("button", name="Connect your bank").is_enabled()
    assert len([sent for sent in balance.wire if sent.party == "bank"]) == asked


def test_forgetting_revokes_the_token(balance: Balance) -> None:
    """Who needs a token no more gives it back (RFC 7009 §2.1)."""
    tab = balance.connect()
    is_connected(tab)
    tab.get_by_role("button", name="Forget now").click()
    tab.get_by_text("revoked at Bank ID").wait_for()
    (sent,) = balance.asked("/revoke")
    (token,) = balance.auth.access_tokens
    assert sent.form == {"token": token, "token_type_hint": "access_token", "client_id": "balance"}
    assert token[:8] not in tab.content()


def test_without_a_revocation_endpoint_the_token_goes_nowhere(balance: Balance) -> None:
    """The endpoint is optional: no other address gets the token in its place (RFC 8414 §2)."""
    balance.auth.metadata["revocation_endpoint"] = None
    tab = balance.connect()
    is_connected(tab)
    sent_before = len(balance.wire)
    tab.get_by_role("button", name="Forget now").click()
    tab.get_by_text("revocation_endpoint: (missing)").wait_for()
    assert tab.get_by_role("button", name="Connect your bank").is_enabled()
    assert len(balance.wire) == sent_before
