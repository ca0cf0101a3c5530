"""What a learner does in the classroom, by role and label."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.classroom.room import until
from tests.e2e.steps import connect, decide, expect_balance, expect_budget, press_connect
from wire.addresses import Addresses
from wire.session import http_session

PAGES = {
    "front-door": "/",
    "wire": "/wire",
    "present": "/wire/present",
    "compare": "/wire/compare",
    "parties": "/parties",
}


def open_wire(page: Page, addresses: Addresses, query: str = "") -> Page:
    """Open the wire in a tab of its own, and wait until it listens."""
    if not query:
        until(lambda: not api(addresses, "/api/flows")["flows"], 30)  # the classroom may be behind
    wire = page.context.new_page()
    wire.goto(addresses.origin("classroom") + "/wire" + query)
    if not query:
        expect(wire.get_by_role("heading", name="Nothing on the wire yet")).to_be_visible()
    return wire


def open_wire_with_both_flows(page: Page, addresses: Addresses) -> Page:
    """Open the wire with a finished flow of Budget's and one of Balance's on it."""
    wire = open_wire(page, addresses)
    page.goto(addresses.origin("budget"))
    connect(page)
    expect_budget(page)
    page.goto(addresses.origin("balance"))
    press_connect(page)
    decide(page)
    expect_balance(page)
    expect(message(wire, "Balance to Bank API: GET /accounts").first).to_be_visible()
    return wire


def diagram(wire: Page) -> Locator:
    return wire.get_by_role("group", name="Messages of this flow, in order")


def message(wire: Page, words: str | re.Pattern[str]) -> Locator:
    """Find the rows whose name holds the words."""
    return diagram(wire).get_by_role("button", name=words)


def flow_tab(wire: Page, words: str | re.Pattern[str]) -> Locator:
    return wire.get_by_role("group", name="Flow", exact=True).get_by_role("radio", name=words)


def inspector(wire: Page) -> Locator:
    return wire.get_by_role("complementary", name="The selected message")


def opened(wire: Page, words: str | re.Pattern[str], which: int = 0) -> Locator:
    """Open a message, and wait until the inspector shows it."""
    row = message(wire, words).nth(which)
    row.click()
    expect(row).to_have_attribute("aria-pressed", "true")
    expect(inspector(wire).get_by_role("heading", level=2)).to_be_visible()
    return inspector(wire)


def custody(wire: Page, secret: str, holder: str) -> Locator:
    """Find the cell that says how somebody holds a secret."""
    table = wire.get_by_role("table", name="Custody: who holds what")
    heads = table.get_by_role("columnheader").all_inner_texts()
    row = table.get_by_role("row", name=re.compile(f"^{secret} "))
    return row.get_by_role("cell").nth(heads.index(holder) - 1)


def held(wire: Page) -> Locator:
    return wire.get_by_role("region", name="Held in step mode").get_by_role("listitem")


def step_mode(wire: Page, on: bool = True) -> None:
    """Press the switch, and see that it took."""
    switch = wire.get_by_role("switch", name="Step mode")
    switch.click()
    expect(switch).to_be_checked(checked=on)


def let_go(wire: Page, words: str) -> None:
    """Let go of what waits, which is this."""
    waiting = held(wire).filter(has_text=words).first
    exchange = waiting.get_attribute("data-exchange")
    waiting.get_by_role("button", name="Let go", exact=True).click()
    expect(wire.locator(f"[data-exchange='{exchange}']")).to_have_count(0)


def api(addresses: Addresses, path: str) -> Any:
    """Ask the classroom as a program does."""
    answer = http_session("a test").get(addresses.origin("classroom") + path)
    assert answer.ok, answer.text
    return answer.json()


def only_flow(addresses: Addresses) -> Any:
    """Return the one flow that there is, with its messages."""
    [flow] = api(addresses, "/api/flows")["flows"]
    return api(addresses, f"/api/flows/{flow['id']}")
