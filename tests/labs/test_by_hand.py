"""Whatever the learner types into a step, and in whatever order the steps are taken, somebody answers in words."""

import pytest

from labs.steps import Step
from labs.syllabus import Lab, all_labs
from tests.support.labs_world import Labs

LABS = all_labs()
ADDRESS = "http://budget.localhost/callback?code=no-such-code&state=0"
GARBAGE = ("x", " ", "http://[", ADDRESS, "http://x/?code=%00%ff", "é\u2028𝄞" + "a" * 20_000)


def acted(labs: Labs, lab: Lab, step: Step, given: str) -> str:
    """Press a step's button; return the page that comes."""
    address = f"{labs.world(lab.name).here.attacker}/act/{step.name}"
    answer = labs.http.post(address, data={"given": given})
    assert answer.status_code == 200, (step.name, given)
    return answer.text


@pytest.mark.parametrize("name", LABS)
def test_steps_out_of_order_and_with_garbage_are_answered(
    labs: Labs, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = LABS[name]
    monkeypatch.setattr(lab.module("attack"), "sleep", lambda _: None, raising=False)  # nothing has begun to wait for
    for on in (False, True):
        labs.turn(name, on=on)
        for step in reversed([step for step in lab.steps if step.who != "Alice"]):
            for given in GARBAGE if step.asks else ("",):
                acted(labs, lab, step, given)


def test_what_is_missing_is_said(labs: Labs) -> None:
    labs.turn("code-replay", on=False)
    lab = LABS["code-replay"]
    _, redeems, _, reads = lab.steps
    assert "There is no token here: a step before this one is missing" in acted(labs, lab, reads, "")
    assert "There is no code here" in acted(labs, lab, redeems, "http://budget.localhost/callback?state=1")
    assert "This is no URL" in acted(labs, lab, redeems, "http://[")


def test_nothing_is_spent_where_there_is_no_token(labs: Labs) -> None:
    here = labs.world("code-replay").here
    answer = labs.http.post(f"{here.attacker}/spend", data={"use": "accounts", "value": ""}, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/loot")


def test_a_session_that_was_won_is_held(labs: Labs) -> None:
    labs.turn("forged-proxy-header", on=False)
    lab = LABS["forged-proxy-header"]
    won = acted(labs, lab, lab.steps[0], "")
    assert '<ul class="held" aria-label="session">' in won
    loot = labs.http.get(f"{labs.world(lab.name).here.attacker}/loot").text
    assert 'id="kind-session"' in loot and "Nothing yet" not in loot


def test_a_password_that_is_held_opens_bank_id(labs: Labs) -> None:
    labs.turn("as-open-redirector", on=False)
    here = labs.world("as-open-redirector").here
    labs.http.post(f"{here.attacker}/bank-id", data={"username": "alice", "password": "looking-glass"})
    loot = labs.http.get(f"{here.attacker}/loot").text
    assert "Sign in with it" in loot and '<input name="username" value="alice"' in loot
    spent = {"use": "sign_in", "value": "looking-glass", "username": "alice"}
    told = labs.http.post(f"{here.attacker}/spend", data=spent).text
    assert "303 See Other" in told and 'aria-label="session"' in told
    assert "403" in labs.http.post(f"{here.attacker}/spend", data=spent | {"value": "wrong"}).text


def test_messages_are_those_between_two_notes(labs: Labs) -> None:
    labs.turn("code-replay", on=False)
    first, second = labs.attack("code-replay"), labs.attack("code-replay")
    between = {end: first[end] for end in ("after", "until")}
    found = [one["id"] for one in labs.ask("GET", "/code-replay/messages", params=between).json()["messages"]]
    assert set(first["evidence"]) <= set(found)
    assert not set(second["evidence"]) & set(found)
    assert labs.ask("GET", "/code-replay/messages", params=between | {"until": "now"}).status_code == 400
