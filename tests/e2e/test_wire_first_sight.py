"""What is in sight when the wire is opened: the row that the inspector shows, and the diagram on a small screen."""

from playwright.sync_api import Page, expect

from tests.e2e.steps import connect, expect_budget
from tests.e2e.wire_steps import diagram, inspector, names_only
from wire.addresses import Addresses

pytestmark = names_only


def after_a_flow(page: Page, addresses: Addresses, width: int = 1440, height: int = 900) -> Page:
    """Open the wire, in a window of some size, when a flow is over."""
    page.goto(addresses.origin("budget"))
    connect(page)
    expect_budget(page)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(addresses.origin("classroom") + "/wire")
    expect(inspector(page).get_by_role("heading", level=2)).to_be_visible()
    return page


def test_the_row_of_the_message_that_is_opened_is_in_sight(page: Page, addresses: Addresses) -> None:
    """Inspector and rows agree from the start."""
    wire = after_a_flow(page, addresses)
    chosen = diagram(wire).locator("button[aria-pressed=true]")
    expect(chosen).to_have_count(1)
    expect(chosen).to_be_in_viewport(ratio=1)


def test_at_a_zoom_of_200_percent_the_diagram_is_on_the_first_screen(page: Page, addresses: Addresses) -> None:
    """The controls are one row, whose rest unfolds; the sheet at the bottom starts low (WCAG 2.2, 1.4.4)."""
    wire = after_a_flow(page, addresses, 640, 400)
    wire.evaluate("scrollTo(0, 0)")
    expect(diagram(wire).get_by_role("button").first).to_be_in_viewport()
    step_mode = wire.get_by_role("switch", name="Step mode")
    expect(step_mode).to_be_hidden()
    wire.get_by_text("Tools", exact=True).click()
    expect(step_mode).to_be_in_viewport()
