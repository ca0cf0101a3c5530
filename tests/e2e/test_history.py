"""Reload and Back, after connecting: what an app with a server keeps, and what a page loses and says so."""

from playwright.sync_api import Page, expect

from tests.e2e.steps import connect, decide, expect_balance, expect_budget
from wire.addresses import Addresses


def test_budget_keeps_the_connection_over_a_reload(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("budget"))
    connect(page)
    expect_budget(page)
    page.reload()
    expect_budget(page)


def test_balance_loses_the_token_in_a_reload_and_says_so(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("balance"))
    connect(page)
    expect_balance(page)
    page.reload()
    expect(page.get_by_role("status").first).to_contain_text("whatever token this tab held is gone")
    expect(page.get_by_role("button", name="Connect your bank")).to_be_visible()


def test_budget_is_still_connected_after_back(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("budget"))
    connect(page)
    expect_budget(page)
    page.go_back()  # to Bank ID, which remembers the consent and answers the old request once more
    expect(page).to_have_url(f"{addresses.origin('budget')}/")  # it redeems nothing, and leads a connected person home
    expect_budget(page)


def test_balance_redeems_nothing_after_back_and_connects_anew(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("balance"))
    connect(page)
    expect_balance(page)
    page.go_back()
    decide(page)
    expect(page.get_by_role("alert")).to_contain_text("belongs to no request of this tab")
    page.get_by_role("button", name="Connect your bank").click()
    decide(page)
    expect_balance(page)
