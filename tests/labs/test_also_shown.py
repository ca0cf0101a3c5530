"""What a lab shows beside its verdict: the control, the other half, and who else is hurt or spared."""

from dataclasses import replace
from typing import Any

import pytest

import auth_server
from labs.chromium import BrowserStage
from labs.steps import Step
from labs.syllabus import all_labs
from tests.support.labs_world import Labs, running_labs

Exchange = tuple[str, str, int, str]  # who asked, method and path, status, error
BY_BUDGET, BY_ATTACKER, BY_BROWSER, BY_PIGGY = "budget", "attacker", "browser", "piggy"

SHOWN: dict[tuple[str, bool], list[Exchange]] = {
    # The thief's second use ends what Budget bought in good faith.
    ("code-replay", True): [(BY_BUDGET, "GET /accounts", 401, "invalid_token")],
    ("code-replay", False): [(BY_BUDGET, "GET /accounts", 200, "")],
    # The thief without the verifier does not burn the code.
    ("scheme-hijack", True): [
        (BY_ATTACKER, "POST /token", 400, "invalid_grant"),
        (BY_PIGGY, "POST /token", 200, ""),
    ],
    # Budget's code comes out, too, and is useless both ways.
    ("open-redirector", False): [
        (BY_ATTACKER, "POST /token", 401, "invalid_client"),
        (BY_BUDGET, "POST /token", 400, "invalid_grant"),
    ],
    # A form straight to the bank opens nothing, whatever the cookie of Budget does.
    ("cookie-csrf", False): [(BY_BROWSER, "POST /transfers", 401, "unauthorized")],
    ("cookie-csrf", True): [(BY_BROWSER, "POST /transfers", 401, "unauthorized")],
    # The picture brings no cookie, and so no session.
    ("login-csrf", False): [(BY_BROWSER, "GET /callback", 400, "")],
    # A question is open in Alice's tab, and yet no other one's answer will do.
    ("login-csrf-balance", True): [(BY_BROWSER, "GET /authorize", 303, "")],
    # The family dies: the app that did nothing wrong loses its access, too.
    ("refresh-theft", True): [
        (BY_ATTACKER, "POST /token", 400, "invalid_grant"),
        (BY_PIGGY, "POST /token", 400, "invalid_grant"),
    ],
    # Alice has typed her password into Budget, whatever the server answers then.
    ("password-grant", True): [(BY_BROWSER, "POST /password", 502, "")],
}


def exchanges(labs: Labs, name: str, verdict: dict[str, Any]) -> list[Exchange]:
    """Return each answer of a run, with who had asked."""
    responses = [message for message in labs.messages(name, verdict) if message["kind"] == "response"]
    return [
        (
            response["to"]["id"].partition(":")[0],
            f"{response['method']} {response['path']}",
            response["status"],
            error_of(response),
        )
        for response in responses
    ]


def error_of(response: dict[str, Any]) -> str:
    """Return the `error` of an answer in JSON."""
    body = response.get("body", "") if '"error"' in response.get("body", "") else ""
    return body.partition('"error":"')[2].partition('"')[0]


@pytest.mark.parametrize(("name", "on"), SHOWN, ids=str)
def test_it_is_on_the_wire(labs: Labs, name: str, on: bool) -> None:
    on_the_wire = exchanges(labs, name, labs.run(name, on=on))
    assert [due for due in SHOWN[name, on] if due not in on_the_wire] == [], on_the_wire


def test_budget_shows_each_server_the_secret_that_it_has_for_it(labs: Labs) -> None:
    """Were Wonder ID shown Bank ID's, it could redeem the code itself (RFC 6749 §2.3)."""
    messages = labs.messages("mix-up-budget", labs.run("mix-up-budget", on=False))
    asked = [message for message in messages if message["kind"] == "request" and message["path"] == "/token"]
    shown = [
        (one["party"], each["value"]) for one in asked for each in one["artifacts"] if each["kind"] == "client_secret"
    ]
    assert [party for party, _ in shown] == ["attacker", "auth"]
    assert len({secret for _, secret in shown}) == 2


def test_a_thief_who_is_first_to_refresh_is_found_out_by_the_owners_next_refresh() -> None:
    """Rotation detects a theft, and does not prevent it: until then the thief has a token (RFC 9700 §4.14.2)."""
    known = all_labs()["refresh-theft"]
    lab = replace(known)
    installed, asks, allows, redeems, steals, piggy, thief, _, reads = known.steps
    lab.__dict__["steps"] = [installed, asks, allows, redeems, steals, thief, reads, piggy, reads]
    with running_labs(known={lab.name: lab}) as labs:
        labs.turn(lab.name, on=True)
        told = labs.attack(lab.name)
        found = [each for each in exchanges(labs, lab.name, told) if each[0] in (BY_PIGGY, BY_ATTACKER)]
        labs.turn(lab.name, on=False)
        assert labs.attack(lab.name)["succeeded"] is True
    assert found[-4:] == [
        (BY_ATTACKER, "POST /token", 200, ""),
        (BY_ATTACKER, "GET /accounts", 200, ""),
        (BY_PIGGY, "POST /token", 400, "invalid_grant"),
        (BY_ATTACKER, "GET /accounts", 401, "invalid_token"),
    ]
    assert told["succeeded"] is False


def test_with_pkce_a_foreign_code_is_worth_nothing_in_alices_session_whatever_state_says(labs: Labs) -> None:
    """The world of `login-csrf` looks at no verifier; where the server does, it refuses (RFC 9700 §4.7.1)."""
    labs.turn("login-csrf", on=False)
    labs.world("login-csrf").parties["auth"].extensions["defences"] = auth_server.defences.Defences()
    told = labs.attack("login-csrf")
    assert (BY_BUDGET, "POST /token", 400, "invalid_grant") in exchanges(labs, "login-csrf", told)
    assert told["succeeded"] is False


def test_a_cookie_that_is_lax_stops_the_form_of_another_site_by_itself(labs: Labs) -> None:
    """Without the token in the form (RFC 10017 §6.1.3.2)."""
    labs.turn("cookie-csrf", on=False)
    config = labs.world("cookie-csrf").parties["budget"].config
    old = {name: config[name] for name in ("SESSION_COOKIE_SAMESITE", "SESSION_COOKIE_SECURE")}
    config.update(SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=False)
    try:
        told = labs.attack("cookie-csrf")
    finally:
        config.update(old)
    assert (BY_BROWSER, "POST /transfers", 409, "") in exchanges(labs, "cookie-csrf", told)  # connected to no bank
    assert told["succeeded"] is False


def test_where_alice_begins_at_balance_the_leaked_code_is_bound_to_its_verifier() -> None:
    """The picture is told the code all the same, and the thief has another verifier (RFC 9700 §4.2)."""
    known = all_labs()["referer-leak"]
    lab = replace(known)

    def alice_connects(stage: BrowserStage) -> None:
        stage.alice.go(f"{stage.here.balance}/").click("Connect your bank").agree().rest()

    makes_a_link, _, *redeems = known.steps
    lab.__dict__["steps"] = [makes_a_link, Step(alice_connects, "Alice", "", ""), *redeems]
    with running_labs(known={lab.name: lab}) as labs:
        labs.turn(lab.name, on=False)
        told = labs.attack(lab.name)
        assert (BY_ATTACKER, "POST /token", 400, "invalid_grant") in exchanges(labs, lab.name, told)
    assert told["succeeded"] is False
