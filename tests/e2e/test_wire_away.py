"""The wire while something is away: the page says so and goes on, and nothing is lost or doubled."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Started, sandbox
from tests.e2e.steps import asleep, connect, decide, expect_budget, kill, press_connect, sign_in
from tests.e2e.wire_steps import diagram, flow_tab, message, names_only, only_flow, open_wire
from wire.addresses import Addresses

pytestmark = names_only


def shown_ids(wire: Page, addresses: Addresses) -> None:
    """Expect exactly the messages of the one flow, each once, in its place."""
    ids = [each["id"] for each in only_flow(addresses)["messages"]]
    rows = diagram(wire).locator("li.msg")
    expect(rows).to_have_count(len(ids))
    assert [row.get_attribute("data-id") for row in rows.all()] == ids


def test_redis_goes_and_comes_back(page: Page, addresses: Addresses, started: Started) -> None:
    wire = open_wire(page, addresses)
    page.goto(addresses.origin("budget"))
    press_connect(page)
    expect(message(wire, "Bank ID to Browser: 200 OK")).to_be_visible()
    with asleep("redis", started[1]):
        expect(wire.get_by_text("Redis is away")).to_be_visible()
        expect(message(wire, "Bank ID to Browser: 200 OK")).to_be_visible()
    expect(wire.get_by_text("Redis is away")).to_be_hidden()
    sign_in(page)
    decide(page)
    expect_budget(page)
    expect(message(wire, "Budget answers with a page")).to_be_visible()
    shown_ids(wire, addresses)


def test_the_classroom_is_killed_and_the_page_catches_up(
    chromium: Browser, addresses: Addresses, started: Started
) -> None:
    """What was recorded meanwhile is there, in its place."""
    with chromium.new_context() as context:  # its console may complain of refused connections
        page = context.new_page()
        wire = open_wire(page, addresses)
        page.goto(addresses.origin("budget"))
        press_connect(page)
        expect(message(wire, "Bank ID to Browser: 200 OK")).to_be_visible()
        kill("classroom", started[1])
        sign_in(page)
        decide(page)
        expect_budget(page)
        expect(message(wire, "Budget answers with a page")).to_be_visible(timeout=30_000)
        shown_ids(wire, addresses)


def test_reset_empties_the_page(page: Page, addresses: Addresses, started: Started) -> None:
    wire = open_wire(page, addresses)
    page.goto(addresses.origin("budget"))
    connect(page)
    expect_budget(page)
    expect(flow_tab(wire, re.compile("^Budget, for alice"))).to_be_checked()
    sandbox("reset", started[1])
    expect(wire.get_by_role("heading", name="Nothing on the wire yet")).to_be_visible()
    expect(diagram(wire)).to_be_hidden()
    page.goto(addresses.origin("budget"))
    connect(page)
    expect_budget(page)
    expect(flow_tab(wire, re.compile("^Budget, for alice"))).to_be_checked()
    shown_ids(wire, addresses)
