"""The labs by button in Chromium: every lab's page opens, and a page bears whatever is done to it meanwhile."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from labs.syllabus import all_labs
from tests.e2e.learner import Learner, press
from tests.e2e.test_labs_by_hand import BY_HAND, VERDICTS
from tests.support.labs_world import Labs, running_labs

CONTROLS = ("#defence", "#run", "#reset", "#read")
RUN_HERE = ("mix-up-budget", "session-fixation", "token-in-url")  # the same button on every page plays all of them


@pytest.mark.parametrize("name", all_labs())
def test_the_page_opens_and_switches(labs: Labs, page: Page, name: str) -> None:
    lab = all_labs()[name]
    labs.turn(name, on=False)
    learner = Learner(labs, page, name)
    expect(page.get_by_role("heading", level=1)).to_have_text(lab.title)
    expect(learner.steps).to_have_count(len(lab.steps))
    expect(page.get_by_role("button", name="Run the attack")).to_be_enabled()
    page.evaluate("window.same = true")
    expect(page.locator(".weak .now")).to_be_visible()
    learner.turn("on")
    expect(page.locator(".safe .now")).to_be_visible()
    assert page.evaluate("window.same"), "nothing was loaded anew"


@pytest.mark.parametrize("name", RUN_HERE)
def test_the_button_plays_the_attack_in_both_positions(labs: Labs, page: Page, name: str) -> None:
    labs.turn(name, on=False)
    learner = Learner(labs, page, name)
    for position, verdict in VERDICTS.items():
        if position == "on":
            learner.turn("on")
        learner.runs(verdict)
    outcome = page.get_by_role("row", name="Outcome").get_by_role("cell")
    expect(outcome).to_contain_text(list(VERDICTS.values()))
    learner.turn("off")
    expect(page.locator(".weak .now")).to_be_visible()


@pytest.fixture
def learner(labs: Labs, page: Page) -> Learner:
    labs.turn("code-replay", on=False)
    return Learner(labs, page, "code-replay")


def meanwhile(page: Page, path: str, act: Callable[[], object]) -> None:
    """Do something before a request is let through."""

    def hold(route: Route) -> None:
        act()
        route.continue_()

    page.route(re.compile(path), hold)


def asked(page: Page) -> list[str]:
    """Keep what a page asks of the labs, which is not looking."""
    found: list[str] = []
    page.on("request", lambda one: found.append(one.url.rpartition("/")[2]) if one.method != "GET" else None)
    return found


def test_two_clicks_are_one_run(learner: Learner) -> None:
    said = asked(learner.lab)
    learner.lab.get_by_role("button", name="Run the attack").dblclick()
    expect(learner.lab.get_by_role("heading", name="It worked")).to_be_visible()
    expect(learner.lab.locator("#run")).to_be_enabled()
    assert said == ["attack"]


def test_while_one_thing_is_under_way_no_other_can_be_begun(learner: Learner) -> None:
    """Otherwise its verdict would stand under the wrong position of the switch."""
    found: list[bool] = []
    meanwhile(learner.lab, "/attack$", lambda: found.extend(map(learner.lab.is_disabled, CONTROLS)))
    learner.runs("It worked")
    assert found == [True] * len(CONTROLS)
    for control in CONTROLS:
        expect(learner.lab.locator(control)).to_be_enabled()
    expect(learner.lab.get_by_role("row", name="Outcome").get_by_role("cell").first).to_contain_text("It worked")


def test_a_verdict_goes_when_the_switch_is_turned(learner: Learner) -> None:
    learner.runs("It worked")
    learner.turn("on")
    expect(learner.lab.locator("#result")).to_be_hidden()


def test_a_switch_that_was_turned_elsewhere_is_seen(labs: Labs, learner: Learner) -> None:
    """In another tab: when somebody comes back to this one, and at the latest when it has run the attack."""
    labs.turn(learner.name, on=True)
    learner.lab.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(learner.switch).to_be_checked()
    labs.turn(learner.name, on=False)
    learner.runs("It worked")
    expect(learner.switch).not_to_be_checked()
    outcome = learner.lab.get_by_role("row", name="Outcome").get_by_role("cell")
    expect(outcome).to_contain_text(["It worked", "not run yet"])


def test_the_page_shows_its_own_run_where_another_tab_has_turned_the_switch_since(labs: Labs, learner: Learner) -> None:
    def turn_and_run() -> None:
        labs.turn(learner.name, on=True)
        labs.attack(learner.name)

    meanwhile(learner.lab, "/messages", turn_and_run)
    learner.runs("It worked")
    press(learner.lab.get_by_text("The same as a list"))
    expect(learner.lab.locator("#wire > li").first).to_contain_text("Step 1")
    expect(learner.lab.locator("#wire").get_by_role("link", name="Step 1")).to_have_count(1)
    expect(learner.diagram.get_by_role("link", name="Step 1")).to_have_count(1)


def test_the_switch_is_where_it_was_after_a_reload_and_on_the_way_back(learner: Learner) -> None:
    learner.turn("on")
    learner.lab.reload()
    expect(learner.switch).to_be_checked()
    learner.lab.goto(f"{learner.labs.origin}/")
    learner.labs.turn(learner.name, on=False)
    learner.lab.go_back()
    expect(learner.switch).not_to_be_checked()


def nobody(route: Route) -> None:
    route.abort()


def broken(route: Route) -> None:
    route.fulfill(status=502, body="<h1>Bad Gateway</h1>")


@pytest.mark.parametrize(
    ("way", "says"),
    [(nobody, "The labs do not answer. Are they running?"), (broken, "The labs answered 502 Bad Gateway.")],
    ids=["nobody answers", "not the labs"],
)
def test_what_could_not_be_done_is_said_and_leaves_the_switch_as_it_was(
    learner: Learner, way: Callable[[Route], None], says: str
) -> None:
    learner.lab.route(re.compile("/defence$"), way)
    learner.switch.click()
    expect(learner.lab.get_by_text(says)).to_be_visible()
    expect(learner.switch).not_to_be_checked()


def test_without_the_classroom_nobody_reads_the_wire_and_the_page_says_so(page: Page) -> None:
    with running_labs() as labs:
        learner = Learner(labs, page, "code-replay")
        labs.servers[1].shutdown()
        labs.servers[1].server_close()
        press(page.get_by_role("button", name="Run the attack"))
        expect(page.get_by_role("heading", name="It could not be run")).to_be_focused()
        expect(page.get_by_text("The classroom does not answer, and it alone reads the wire.")).to_be_visible()
        expect(page.locator("iframe")).to_have_count(0)
        expect(learner.switch).to_be_enabled()


def test_a_run_by_button_is_no_verdict_on_what_was_done_by_hand(learner: Learner) -> None:
    learner.runs("It worked")
    learner.reads("It did not run")


def test_where_there_is_no_browser_the_button_names_the_command(page: Page) -> None:
    """The path by hand needs none but the learner's own."""
    with running_labs(browser="http://127.0.0.1:1") as labs:
        learner = Learner(labs, page, "cookie-csrf")
        page.get_by_role("button", name="Run the attack").click()
        expect(page.get_by_role("heading", name="It could not be run")).to_be_visible()
        expect(page.get_by_text("Start one with `make up BROWSER=1`.")).to_be_visible()
        BY_HAND[learner.name](learner)
        learner.reads(VERDICTS["off"])
