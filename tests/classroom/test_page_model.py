"""What the wire's page knows: the module itself in a browser, told of messages and flows as the classroom does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

SCRIPTS = Path(__file__).resolve().parents[2] / "classroom" / "static" / "js"
PAGE = "http://classroom.localhost/"
TELL = """async ([chosen, events]) => {
  const { Model } = await import("/shared/model.js");
  const model = new Model();
  for (const [at, [id, flow]] of Object.entries(events.messages)) model.hear({ id, flow, at: Number(at), world: "" });
  model.chosen = chosen;
  model.rebuild();
  for (const [id, messages] of events.flows) model.hearFlow({ id, messages, world: "" });
  return { chosen: model.chosen, flows: [...model.flows.keys()], shown: model.list.map(({ id }) => id) };
}"""


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    """Return a page from which the classroom's modules can be imported."""
    page = chromium.new_page()
    page.route(f"{PAGE}**", serve)
    page.goto(PAGE)
    yield page
    page.close()


def serve(route: Route) -> None:
    name = route.request.url.removeprefix(PAGE)
    if name.endswith(".js"):
        route.fulfill(path=SCRIPTS / name, content_type="text/javascript")
    else:
        route.fulfill(body="", content_type="text/html")


def told(page: Page, chosen: str, messages: dict[str, str], *flows: tuple[str, list[str]]) -> Any:
    """Return what the page shows after it has heard messages, each with its flow, and then flows."""
    return page.evaluate(TELL, [chosen, {"messages": [*messages.items()], "flows": flows}])


def test_a_guest_that_moves_to_another_flow_takes_nothing_along(page: Page) -> None:
    """Both flows are still there, and whoever looked at the first one still does."""
    heard = told(
        page, "f1", {"1": "f1", "2": "f1", "3": "f3"},
        ("f1", ["1", "2"]), ("f3", ["3"]), ("f3", ["2", "3"]), ("f1", ["1"]),
    )  # fmt: skip
    assert heard == {"chosen": "f1", "flows": ["f1", "f3"], "shown": ["1"]}


def test_a_guest_that_nobody_can_place_any_more_leaves_its_flow(page: Page) -> None:
    heard = told(page, "f1", {"1": "f1", "2": "f1"}, ("f1", ["1", "2"]), ("f1", ["1"]))
    assert heard == {"chosen": "f1", "flows": ["f1"], "shown": ["1"]}


def test_a_flow_whose_first_message_is_another_flows_has_become_a_part_of_it(page: Page) -> None:
    """Whoever looked at it goes along."""
    heard = told(page, "f2", {"1": "f1", "2": "f2"}, ("f1", ["1"]), ("f2", ["2"]), ("f1", ["1", "2"]))
    assert heard == {"chosen": "f1", "flows": ["f1"], "shown": ["1", "2"]}


TURN = """async () => {
  const { Model } = await import("/shared/model.js");
  const model = new Model();
  const seen = () => [[...model.flows.keys()].join(" "), model.more];
  const all = [];
  await model.load();
  all.push(seen());
  await model.loadEarlier();
  all.push(seen());
  model.flows.set("f9", { id: "f9", began_at: 9 });
  await model.load();
  all.push(seen());
  return all;
}"""


def test_the_list_of_flows_is_turned_page_by_page(page: Page) -> None:
    """What the newest page does not list, and should, is gone; of what began before, it says nothing."""
    flows = [{"id": f"f{number}", "began_at": number, "world": ""} for number in (5, 4, 3, 2)]

    def answer(route: Route) -> None:
        is_first = "before=" not in route.request.url
        part = flows[:2] if is_first else flows[2:]
        assert is_first or "before=f4" in route.request.url
        route.fulfill(json={"flows": part, "next": part[-1]["id"], "more": is_first})

    page.route("**/api/flows?*", answer)
    first, earlier, again = page.evaluate(TURN)
    page.unroute("**/api/flows?*")
    assert (first, earlier) == (["f5 f4", True], ["f5 f4 f3 f2", False])
    assert again == ["f5 f4 f3 f2", True]
