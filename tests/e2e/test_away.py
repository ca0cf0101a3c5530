"""A part is away: pages that a person understands, and everything goes on when it is back."""

from playwright.sync_api import Error, Page, expect

from tests.e2e.conftest import Started
from tests.e2e.steps import asleep, connect, expect_balance, expect_budget, kill, let_networks_settle
from wire.addresses import Addresses


def test_the_bank_is_away(page: Page, addresses: Addresses, started: Started) -> None:
    page.goto(addresses.origin("budget"))
    connect(page)
    expect_budget(page)
    with asleep("bank", started[1]):
        answer = page.goto(addresses.origin("budget"))
        assert answer is not None and answer.status == 503
        expect(page.get_by_role("heading", name="The bank is away")).to_be_visible()
    page.get_by_role("link", name="Back to the first page").click()
    expect_budget(page)


def test_bank_id_is_away(page: Page, addresses: Addresses, started: Started) -> None:
    page.goto(addresses.origin("budget"))
    with asleep("auth", started[1]):
        page.get_by_role("link", name="Connect your bank").click()
        expect(page.get_by_role("heading", name="Bank ID is away")).to_be_visible()
    page.get_by_role("link", name="Back to the first page").click()
    connect(page)
    expect_budget(page)


def test_redis_is_away(page: Page, addresses: Addresses, started: Started) -> None:
    """Nothing is decided without the store, and nothing is forgotten."""
    page.goto(addresses.origin("budget"))
    connect(page)
    expect_budget(page)
    with asleep("redis", started[1]):
        page.goto(addresses.origin("budget"))
        expect(page.get_by_role("heading", name="Budget has lost its notebook")).to_be_visible()
        page.goto(addresses.origin("auth") + "/apps")
        expect(page.get_by_role("heading", name="Bank ID is resting")).to_be_visible()
    page.goto(addresses.origin("budget"))
    expect_budget(page)


def test_redis_is_killed_on_the_way_and_comes_back(page: Page, addresses: Addresses, started: Started) -> None:
    """What was written before is there: sessions, and the connection (the store keeps a log on disk)."""
    page.goto(addresses.origin("budget"))
    connect(page)
    expect_budget(page)
    page.wait_for_timeout(1100)  # the store writes its log to disk once a second
    kill("redis", started[1])
    for _ in range(20):
        try:
            page.goto(addresses.origin("budget"))
        except Error:  # where containers come and go, Chromium drops what it loads
            continue
        if page.get_by_role("heading", name="You have, Alice").is_visible():
            break
        expect(
            page.get_by_role("heading", name="Budget has lost its notebook").or_(
                page.get_by_role("heading", name="The bank is away")
            )
        ).to_be_visible()
        page.wait_for_timeout(250)
    expect_budget(page)
    let_networks_settle(started[1])


def test_balance_says_who_does_not_answer(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("balance"))
    connect(page)
    expect_balance(page)
    page.route(addresses.origin("bank") + "/**", lambda route: route.abort())
    page.get_by_role("button", name="Ask again").click()
    expect(page.get_by_role("alert")).to_contain_text("The bank does not answer")
    page.unroute(addresses.origin("bank") + "/**")
    page.get_by_role("button", name="Ask again").click()
    expect(page.get_by_role("alert")).not_to_be_visible()
    expect_balance(page)
