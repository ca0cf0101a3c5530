"""Moving money through Budget's form: refused without the scope, done with it, and never twice."""

from playwright.sync_api import Page, expect

from tests.e2e.steps import connect, decide, expect_budget
from wire.addresses import Addresses


def send(page: Page, to_account: str, amount: str) -> None:
    page.get_by_label("To account").fill(to_account)
    page.get_by_label("Amount").fill(amount)
    page.get_by_role("button", name="Send money").click()


def test_a_transfer_takes_a_permission_that_is_asked_for_apart(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("budget"))
    connect(page)
    send(page, "bob-current", "2.50")
    expect(page.get_by_role("heading", name="The bank said no")).to_be_visible()
    expect(page.get_by_text("insufficient_scope").first).to_be_visible()
    page.get_by_role("link", name="Back to the first page").click()
    page.get_by_role("link", name="Allow Budget to make transfers").click()
    decide(page)
    expect_budget(page)
    send(page, "bob-current", "2.50")
    expect(page.get_by_role("status")).to_have_text("Sent €2.50 to bob-current.")
    expect(page.get_by_text("€4,180.05")).to_be_visible()
    page.reload()
    expect(page.get_by_text("€4,180.05")).to_be_visible()  # a reload sends nothing again


def test_an_amount_that_cannot_be_read_moves_nothing(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("budget"))
    connect(page)
    send(page, "bob-current", "all of it")
    expect(page.get_by_role("heading", name="We could not read the form")).to_be_visible()
    page.get_by_role("link", name="Back to the first page").click()
    expect(page.get_by_text("€4,182.55")).to_be_visible()
