"""The wire while something is away: the page says so and goes on, and nothing is lost or doubled."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Resetting, Started
from tests.e2e.steps import (
    asleep,
    connect,
    decide,
    expect_budget,
    kill,
    let_networks_settle,
    press_connect,
    sign_in,
)
from tests.e2e.wire_steps import diagram, flow_tab, message, only_flow, open_wire
from tests.support.commands import sandbox
from wire.addresses import Addresses


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
    let_networks_settle(started[1])


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


def test_reset_reaches_every_page(page: Page, addresses: Addresses, resetting: Resetting) -> None:
    """What was stored is gone, and so no page goes on showing it; a presenter begins with the next flow by itself."""
    open_wire(page, addresses)
    present, front, parties = (page.context.new_page() for _ in range(3))
    nothing = present.get_by_role("heading", name="Nothing to present yet")
    present.goto(f"{addresses.origin('classroom')}/wire/present")
    expect(nothing).to_be_visible()
    page.goto(addresses.origin("budget"))
    connect(page)
    expect_budget(page)
    expect(present.locator("#place")).to_have_text(re.compile(r"^1 / [1-9]"))
    expect(nothing).to_be_hidden()
    front.goto(addresses.origin("classroom"))
    parties.goto(f"{addresses.origin('classroom')}/parties")
    held = front.locator("[data-party=bank] .chip"), parties.locator("[data-party=bank] li")
    watch = front.locator("[data-flow=budget]").get_by_role("link", name="Watch on the wire")
    for secrets in held:
        expect(secrets).not_to_have_count(0)
    expect(watch).to_have_attribute("href", re.compile("flow="))
    resetting.reset()
    for secrets in held:
        expect(secrets).to_have_count(0)
    expect(front.get_by_text("nothing received yet").first).to_be_visible()
    expect(watch).to_have_attribute("href", "/wire")
    expect(nothing).to_be_visible()
    expect(present.locator("#slide article")).to_have_count(0)
    page.goto(addresses.origin("budget"))
    connect(page)
    expect_budget(page)
    expect(present.locator("#place")).to_have_text(re.compile(r"^1 / [1-9]"))
