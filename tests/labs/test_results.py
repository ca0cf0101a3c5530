"""What a lab's page shows beside the verdict is worked out from the messages, and what it offers is on the wire."""

import json
from typing import Any

import pytest

from labs import results, sources
from labs.syllabus import all_labs
from tests.classroom.room import until
from tests.support.labs_world import Labs


def summary_of(labs: Labs, name: str, on: bool) -> Any:
    """Ask what came of an attack."""
    verdict = labs.run(name, on=on)
    parameters = {"after": verdict["after"], "until": verdict["until"], "decided": verdict["evidence"][-1]}
    return labs.ask("GET", f"/{name}/messages", params=parameters).json()["summary"]


def test_the_thief_of_a_code_holds_a_token_or_only_the_code(labs: Labs) -> None:
    off, on = (summary_of(labs, "code-replay", on=position) for position in (False, True))
    kinds = [[(one["holder"], [each["kind"] for each in one["secrets"]]) for one in run["holds"]] for run in (off, on)]
    assert kinds == [[("Attacker", ["code", "access_token", "refresh_token"])], [("Attacker", ["code"])]]
    assert [len(run["tokens"]) for run in (off, on)] == [2, 0]
    for run in (off, on):
        [code] = run["codes"]
        assert code["to"] == ["Budget", "Attacker"]
    assert off["decided"]["told"] == "Current account of alice, Savings account of alice"
    assert (on["decided"]["from"]["title"], on["decided"]["status"]) == ("Bank ID", 400)


def test_a_client_that_has_turned_bad_is_named_as_the_holder(labs: Labs) -> None:
    run = summary_of(labs, "password-grant", on=False)
    [held] = run["holds"]
    assert held["holder"] == "Budget" and "password" in {one["kind"] for one in held["secrets"]}
    assert run["decided"]["told"] == "€100.00 from alice-current to mallory-current"


def test_a_cookie_counts_where_alice_has_it_too(labs: Labs) -> None:
    [held] = summary_of(labs, "session-fixation", on=False)["holds"]
    assert [secret["kind"] for secret in held["secrets"]] == ["session"]


@pytest.mark.xdist_group("login-csrf")
def test_a_code_counts_that_was_given_to_alice(labs: Labs) -> None:
    assert summary_of(labs, "login-csrf", on=False)["holds"][0]["secrets"][0]["kind"] == "code"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", ""),
        ("not JSON", ""),
        ("[1]", ""),
        ("<title>\n  This is not yours · Budget\n</title>", "a page, “This is not yours”"),
        (json.dumps({"balance": 418255}), "a balance of €4,182.55"),
        (json.dumps({"error": "x", "error_description": "No."}), "No."),
        (json.dumps({"accounts": [{"name": "<b>", "owner": None}]}), "<b> of None"),
    ],
)
def test_an_answer_is_told_in_a_few_words(body: str, words: str) -> None:
    assert results.gist({"kind": "response", "body": body}) == words
    assert results.gist({"kind": "request", "body": body}) == ""


def test_the_wire_offers_the_newest_address_since_the_switch_was_turned(labs: Labs) -> None:
    def offered(place: str) -> list[str]:
        return list(labs.ask("GET", "/login-csrf/addresses", params={"at": place}).json()["addresses"])

    labs.turn("login-csrf", on=False)
    assert offered("/callback") == []
    here = labs.world("login-csrf").here
    for state in ("1", "2"):
        labs.http.get(f"{here.budget}/callback?code=x&state={state}")
    labs.http.get(f"{here.budget}/callback")  # carries nothing
    until(lambda: len(offered("/callback")) == 2)  # the classroom reads a moment later
    assert offered("/callback") == [f"{here.budget}/callback?code=x&state={state}" for state in ("2", "1")]
    assert offered("/authorize") == []
    assert labs.ask("GET", "/login-csrf/addresses", params={"at": "//x?"}).status_code == 400
    assert labs.ask("GET", "/nowhere/addresses", params={"at": "/callback"}).status_code == 404


@pytest.mark.parametrize("pause", [-1, 3, "1", None, [1]])
def test_a_pause_is_short(labs: Labs, pause: object) -> None:
    answer = labs.ask("POST", "/login-csrf/attack", json={"pause": pause})
    assert answer.status_code == 400 and "pause" in answer.json()["error"]


@pytest.mark.parametrize("name", all_labs())
def test_what_is_marked_in_a_source_is_code_that_only_this_version_has(labs: Labs, name: str) -> None:
    secure, weak = sources.both(labs.world(name))
    assert any(line.differs for line in (*secure.lines, *weak.lines))
    for one, other in ((secure, weak), (weak, secure)):
        marked = [line for line in one.lines if line.differs]
        assert not any(line.says or line.text.lstrip().startswith(("def ", "export ")) for line in marked)
        assert bool(marked) or one.empty or other.empty
    assert not secure.empty
