"""Both flows, as a person at the browser goes through them, under names and on plain localhost."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import connect, sign_in
from wire.addresses import Addresses

pytestmark = pytest.mark.parametrize("started", ["names", "localhost"], indirect=True)


def test_budget_shows_the_balance_and_holds_no_token_in_the_browser(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("budget"))
    connect(page)
    expect(page.get_by_text("You have, Alice")).to_be_visible()
    expect(page.get_by_text("4,182.55")).to_be_visible()
    assert page.url == addresses.origin("budget") + "/"
    names = {cookie["name"] for cookie in page.context.cookies()}
    assert names == {"bankid_session", "budget_session"}


def test_budget_cannot_empty_the_account(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("budget"))
    connect(page)
    page.get_by_role("button", name="Try to empty the account").click()
    expect(page.get_by_text("insufficient_scope").first).to_be_visible()


def test_denied_consent_is_explained_by_budget(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("budget"))
    connect(page, "Deny")
    expect(page.get_by_text("access_denied").first).to_be_visible()


def test_disconnecting_forgets_and_revokes(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("budget"))
    connect(page)
    page.get_by_role("button", name="Disconnect").click()
    expect(page.get_by_role("status")).to_have_text("Disconnected. We gave our key back and forgot it.")
    page.reload()
    expect(page.get_by_role("link", name="Connect your bank")).to_be_visible()


def test_balance_shows_the_balance_and_stores_nothing(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("balance"))
    connect(page)
    expect(page.locator("#sum")).to_contain_text("4,182.55")
    assert "code=" not in page.url
    stored = page.evaluate("[sessionStorage.length, localStorage.length, document.cookie]")
    assert stored == [0, 0, ""]


def test_balance_cannot_empty_the_account(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("balance"))
    connect(page)
    page.get_by_role("button", name="Try to empty the account").click()
    expect(page.get_by_text("insufficient_scope").first).to_be_visible()


def test_denied_consent_is_explained_by_balance(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("balance"))
    connect(page, "Deny")
    expect(page.get_by_text("access_denied").first).to_be_visible()


@pytest.mark.parametrize(("decision", "ends"), [("Allow", "4,182.55"), ("Deny", "You said no.")])
def test_balance_is_answered_from_a_window_of_its_own(
    page: Page, addresses: Addresses, decision: str, ends: str
) -> None:
    """The page stays, and the window goes when it has answered (RFC 9700 §4.17)."""
    page.goto(addresses.origin("balance"))
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Connect in a window").click()
    window = opened.value
    expect(page.get_by_role("status").first).to_contain_text("Bank ID is open in a window of its own.")
    sign_in(window)
    expect(window.get_by_text("the answer is for")).to_be_visible()
    with window.expect_event("close"):
        window.get_by_role("button", name=decision, exact=True).click(no_wait_after=True)
    expect(page.get_by_text(ends).first).to_be_visible()
    assert page.evaluate("[history.length, sessionStorage.length]") == [2, 0]  # about:blank, and this page


def test_two_tabs_finish_each_their_own_flow(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("balance"))
    connect(page)
    expect(page.locator("#sum")).to_contain_text("4,182.55")
    first, second = page.context.new_page(), page.context.new_page()
    for tab in (first, second):
        tab.goto(addresses.origin("balance"))
        tab.get_by_role("button", name="Connect your bank").click()
        expect(tab.get_by_role("button", name="Allow")).to_be_visible()
    for tab in (second, first):
        tab.get_by_role("button", name="Allow").click()
        expect(tab.locator("#sum")).to_contain_text("4,182.55")
