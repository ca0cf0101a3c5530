"""What is in sight when the wire is opened: the row that the inspector shows, and the diagram on a small screen."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import connect, expect_budget
from tests.e2e.wire_steps import diagram, inspector
from wire.addresses import Addresses


def after_a_flow(page: Page, addresses: Addresses, width: int = 1440, height: int = 900) -> Page:
    """Open the wire, in a window of some size, when a flow is over."""
    page.goto(addresses.origin("budget"))
    connect(page)
    expect_budget(page)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(addresses.origin("classroom") + "/wire")
    expect(inspector(page).get_by_role("heading", level=2)).to_be_visible()
    expect(page.locator("#custody [role=row]").nth(3)).to_be_attached()  # the ledger has taken its room
    return page


ON_TOP = """row => {
  const { left, right, top, bottom } = row.getBoundingClientRect();
  const corners = [[left + 20, top + 3], [left + 20, bottom - 3], [right - 20, top + 3], [right - 20, bottom - 3]];
  return corners.every(([x, y]) => row.contains(document.elementFromPoint(x, y)));
}"""


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1920, 1080), (1280, 720), (360, 740)])
def test_the_row_of_the_message_that_is_opened_is_in_sight(
    page: Page, addresses: Addresses, width: int, height: int
) -> None:
    """Inspector and rows agree from the start, and neither ledger nor sheet lies over the row."""
    wire = after_a_flow(page, addresses, width, height)
    chosen = diagram(wire).locator("button[aria-pressed=true]")
    expect(chosen).to_have_count(1)
    expect(chosen).to_be_in_viewport(ratio=1)
    assert chosen.evaluate(ON_TOP)


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768), (360, 740)])
def test_time_travel_stays_under_the_hand(page: Page, addresses: Addresses, width: int, height: int) -> None:
    """The page follows the message that is looked at; the buttons that lead there must not scroll away with it."""
    wire = after_a_flow(page, addresses, width, height)
    last = int(wire.locator("#count").inner_text().split()[0])
    back = wire.get_by_role("button", name="Step back")
    where = back.bounding_box()
    assert where
    for number in range(last - 1, last - 9, -1):
        wire.mouse.click(where["x"] + 8, where["y"] + 8)
        expect(wire.locator("#count")).to_have_text(re.compile(f"^{number} / "))
    assert back.bounding_box() == where


def test_at_a_zoom_of_200_percent_the_diagram_is_on_the_first_screen(page: Page, addresses: Addresses) -> None:
    """The controls are one row, whose rest unfolds; the sheet at the bottom starts low (WCAG 2.2, 1.4.4)."""
    wire = after_a_flow(page, addresses, 640, 400)
    wire.evaluate("scrollTo(0, 0)")
    expect(diagram(wire).get_by_role("button").first).to_be_in_viewport()
    step_mode = wire.get_by_role("switch", name="Step mode")
    expect(step_mode).to_be_hidden()
    wire.get_by_text("Tools", exact=True).click()
    expect(step_mode).to_be_in_viewport()
