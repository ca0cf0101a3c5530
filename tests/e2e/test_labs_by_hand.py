"""The labs by hand in Chromium: every link and form of a lab, with the defence off and on, ends as it should."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from labs.syllabus import all_labs
from tests.e2e.learner import Learner, press, somebody
from tests.support.labs_world import Labs

VERDICTS = {"off": "It worked", "on": "Refused"}


def code_replay(learner: Learner) -> None:
    learner.goes(1)
    learner.agrees()
    learner.acts(2, given=learner.on_the_wire("/callback"))
    learner.goes(3)
    learner.acts(4)


def redirect_matrix(learner: Learner) -> None:
    learner.acts(1)
    learner.follows(2)
    learner.agrees()
    learner.acts(3)


def login_csrf(learner: Learner) -> None:
    learner.goes(1)
    learner.agrees()
    learner.goes(2)
    learner.acts(3)
    learner.follows(4).get_by_role("link", name="See the photos").click()
    learner.tab.wait_for_load_state()
    learner.goes(5)


def scheme_hijack(learner: Learner) -> None:
    for number in (1, 2):
        learner.goes(number)
        learner.installs()
    learner.goes(3)
    learner.agrees()
    code = learner.handed_over("Torch")
    learner.acts(4)
    learner.acts(5, given=code)


def password_grant(learner: Learner) -> None:
    page = learner.goes(1)
    page.get_by_label("Your name at Bank ID").fill("alice")
    page.get_by_label("Your password at Bank ID").fill("looking-glass")
    learner.presses("Show me my balance")
    learner.acts(2)


def over_broad_token(learner: Learner) -> None:
    learner.goes(1)
    learner.agrees()
    learner.goes(2)
    learner.presses("Try to empty the account")


def cookie_csrf(learner: Learner) -> None:
    learner.goes(1)
    learner.agrees()
    learner.goes(2)
    learner.presses("Show more kittens")
    learner.goes(3)
    learner.presses("Show the kittens")


def front_channel_eavesdropper(learner: Learner) -> None:
    learner.goes(1)
    learner.presses("Connect your bank")
    learner.agrees()
    learner.acts(2)
    learner.acts(3)


def code_injection(learner: Learner) -> None:
    learner.goes(1)
    learner.agrees()
    learner.acts(2, given=learner.tab.url)
    learner.acts(3)
    learner.acts(4)


def refresh_theft(learner: Learner) -> None:
    learner.goes(1)
    learner.installs()
    learner.acts(2)
    learner.follows(3)
    learner.agrees()
    learner.acts(4, given=learner.handed_over("Piggy"))
    for number in (5, 6, 7, 8, 9):
        learner.acts(number)


def mix_up(learner: Learner) -> None:
    learner.goes(1)
    learner.presses("Connect with Wonder ID")
    learner.agrees()
    expect(learner.tab.get_by_role("alert")).to_be_visible()
    learner.acts(2)
    learner.acts(3)


def mix_up_budget(learner: Learner) -> None:
    learner.acts(1)
    learner.goes(2)
    learner.agrees()
    learner.acts(3)


def login_csrf_balance(learner: Learner) -> None:
    learner.acts(1)
    page = learner.follows(2)
    lure = page.url
    with page.expect_navigation():
        page.get_by_role("link", name="Look in Balance").click()
    page.get_by_role("button", name="Connect your bank").click()
    page.wait_for_url(f"{learner.labs.world(learner.name).here.auth}/**")
    learner.step(3)
    page.bring_to_front()
    page.go_back()
    page.go_back()
    expect(page).to_have_url(lure)
    page.get_by_role("link", name="I am coming").click()
    expect(page.get_by_text(re.compile("€13.37|belongs to no request of this tab")).first).to_be_visible()


def clickjacking(learner: Learner) -> None:
    learner.goes(1)
    learner.agrees()
    learner.acts(2)
    page = learner.follows(3)
    page.get_by_label("Show what lies over the button").check()
    button = page.get_by_role("button", name="Adopt the kitten").bounding_box()
    assert button
    framed = page.frames[-1]
    if not framed.url.startswith("chrome-error:"):  # it takes clicks when it has been painted
        framed.evaluate("new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))")
    page.mouse.click(button["x"] + button["width"] / 2, button["y"] + button["height"] / 2)
    if not framed.url.startswith("chrome-error:"):
        framed.wait_for_url("**/collect**")
    learner.acts(4)


def postmessage_star(learner: Learner) -> None:
    learner.acts(1)
    page = learner.follows(2)
    learner.opens(page.get_by_role("button", name="Sign in to read it"))
    learner.agrees()
    expect(learner.tab.get_by_role("status")).to_contain_text("It was said to the page that opened this window")
    learner.acts(3)


def postmessage_forged(learner: Learner) -> None:
    learner.acts(1)
    page = learner.follows(2)
    balance = learner.opens(page.get_by_role("button", name="Sign in to read it"))
    learner.opens(balance.get_by_role("button", name="Connect in a window"))
    connected = balance.get_by_role("heading", name="Your balance")
    expect(connected.or_(balance.get_by_text("Another page sent an answer"))).to_be_visible()
    if not connected.is_visible():
        learner.signs_in()
        with learner.tab.expect_event("close"):
            learner.tab.get_by_role("button", name="Allow", exact=True).click(no_wait_after=True)
    expect(balance.get_by_text("The bank answered:")).to_be_visible()


BY_HAND: dict[str, Callable[[Learner], None]] = {
    one.__name__.replace("_", "-"): one
    for one in (
        password_grant,
        redirect_matrix,
        scheme_hijack,
        code_replay,
        front_channel_eavesdropper,
        over_broad_token,
        cookie_csrf,
        login_csrf,
        code_injection,
        refresh_theft,
        mix_up,
        mix_up_budget,
        login_csrf_balance,
        clickjacking,
        postmessage_star,
        postmessage_forged,
    )
}


BY_BUTTON_TOO = ("code-replay", "redirect-matrix", "cookie-csrf")


@pytest.fixture
def learner(labs: Labs, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Learner]:
    labs.turn(request.param, on=False)
    labs.ask("POST", f"/{request.param}/reset")
    with somebody(labs, chromium, request.param) as found:
        yield found


@pytest.mark.parametrize("learner", BY_HAND, indirect=True)
def test_by_hand_the_wire_says_what_the_lab_says(learner: Learner) -> None:
    """The same as of what the button plays, which is tried here for three: tests/labs plays all."""
    for position, verdict in VERDICTS.items():
        if position == "on":
            learner.turn("on")
        BY_HAND[learner.name](learner)
        assert learner.worked == list(range(1, learner.steps.count() + 1)), "every step, in its order"
        learner.worked.clear()
        learner.reads(verdict)
        if learner.name in BY_BUTTON_TOO:
            learner.runs(verdict)
    if learner.name in BY_BUTTON_TOO:
        both = learner.lab.get_by_role("row", name="Outcome").get_by_role("cell")
        expect(both).to_contain_text(list(VERDICTS.values()))
    press(learner.lab.get_by_role("button", name="Reset this world"))
    expect(learner.lab.get_by_role("status").filter(has_text="This world begins anew")).to_be_visible()
    expect(learner.lab.locator("#result")).to_be_hidden()
    expect(learner.lab.locator("#both-runs")).to_be_hidden()


@pytest.mark.parametrize("learner", ["redirect-matrix"], indirect=True)
def test_by_hand_with_each_rule_beside_the_switch(learner: Learner) -> None:
    sources = {"prefix": "startswith", "host only": "netloc in hosts", "substring": "known in redirect_uri"}
    for rule, source in sources.items():
        learner.chooses(rule)
        expect(learner.lab.locator(".src.weak")).to_contain_text(source)
        redirect_matrix(learner)
        learner.reads("It worked")
    expect(learner.switch).not_to_be_checked()


@pytest.mark.parametrize("learner", ["redirect-matrix"], indirect=True)
def test_what_the_attacker_holds_can_be_looked_at_and_spent(learner: Learner) -> None:
    redirect_matrix(learner)
    loot = learner.opens(learner.lab.get_by_role("link", name="What the attacker holds"))
    code = loot.get_by_role("region", name="code 1")
    expect(code).to_contain_text("GET /collect, in the URL")
    steps = loot.get_by_role("region", name="The attack, step by step")
    told = [f"{step.who.capitalize()}: {step.says}" for step in all_labs()[learner.name].steps]
    expect(steps.get_by_role("listitem")).to_contain_text(told)
    expect(steps.get_by_role("button", name="Do it")).to_have_count(2)
    loot.get_by_role("region", name="access_token").get_by_role("button", name="Ask the bank for accounts").click()
    expect(loot.get_by_text("200 OK")).to_be_visible()
    expect(loot.get_by_text("alice-current")).to_be_visible()
    loot.go_back()
    loot.get_by_role("button", name="Ask for a balance").click()
    expect(loot.get_by_text('"balance"')).to_be_visible()
    loot.get_by_role("link", name="Back to the loot").click()
    loot.get_by_text("Redeem it", exact=True).click()
    loot.get_by_role("button", name="Redeem it at Bank ID").click()
    expect(loot.get_by_text("invalid_grant")).to_be_visible()  # it was redeemed, and works once
    loot.get_by_role("link", name="The lab").click()
    expect(loot.get_by_role("heading", name="By hand")).to_be_visible()


@pytest.mark.parametrize("learner", ["code-injection"], indirect=True)
def test_each_step_of_the_attackers_says_what_came_of_it_and_what_is_next(learner: Learner) -> None:
    early = learner.acts(4)
    expect(early.get_by_role("heading", name="This cannot be done now")).to_be_visible()
    expect(early.get_by_role("button", name="Do step 2")).to_be_visible()
    learner.goes(1)
    learner.agrees()
    page = learner.acts(2, given=learner.tab.url)
    expect(page.get_by_role("region", name="What the attacker has won by it")).to_contain_text("the history")
    page.get_by_role("region", name="Next").get_by_role("button", name="Do it").click()
    expect(page.get_by_role("heading", name="Step 3 of 4 is done")).to_be_visible()
    expect(page.get_by_role("region", name="Where Mallory’s browser is now")).to_contain_text("has not been asked yet")
    page.get_by_role("region", name="Next").get_by_role("button", name="Do it").click()
    expect(page.get_by_role("region", name="Where Mallory’s browser is now")).to_contain_text("You have, Alice")
    page.get_by_role("link", name="Back to the steps of the lab").click()
    expect(page).to_have_url(re.compile("/labs/code-injection#hand$"))


@pytest.mark.parametrize("learner", ["scheme-hijack"], indirect=True)
def test_what_was_uninstalled_is_handed_nothing(learner: Learner) -> None:
    for number in (1, 2):
        learner.goes(number)
        learner.installs()
    learner.tab.get_by_role("button", name="Uninstall").click()
    expect(learner.tab.get_by_role("status")).to_have_text("Given up.")
    learner.goes(1)
    learner.tab.get_by_role("link", name="Connect your bank").click()
    learner.agrees()
    assert learner.handed_over("Piggy")


@pytest.mark.parametrize("learner", ["scheme-hijack"], indirect=True)
def test_where_no_app_has_claimed_the_scheme_the_phone_says_so_and_the_learner_can_be_the_phone(
    learner: Learner,
) -> None:
    learner.goes(2)
    learner.tab.get_by_role("link", name="Try it").click()
    expect(learner.tab.get_by_role("status")).to_contain_text("Nothing was opened")
    learner.installs()
    learner.tab.get_by_role("link", name="Try it").click()
    expect(learner.tab.get_by_text("It works: this browser hands such URIs to Torch.")).to_be_visible()
    learner.tab.go_back()
    learner.tab.get_by_role("button", name="Uninstall").click()
    phone = learner.tab
    phone.get_by_text("Nothing happens after Allow?").click()
    scheme = learner.labs.world(learner.name).here.scheme
    phone.get_by_role("textbox", name="The URI that begins with").fill(f"{scheme}://auth_code_handler?code=abc")
    phone.get_by_role("button", name="Hand it to Torch").click()
    assert learner.handed_over("Torch") == "abc"
