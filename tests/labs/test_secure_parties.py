"""Every attack against the secure parties: their own factories, no weakness and no `world.py`, and Mallory."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import spa
from labs.syllabus import all_labs
from tests.support.labs_world import Labs, running_labs

SCRIPT = Path(spa.__file__).parent / "js" / "defences.js"
BARE = {name: replace(lab, bare=True, refusal=lab.secure or lab.refusal) for name, lab in all_labs().items()}


@pytest.fixture(scope="module")
def secure() -> Iterator[Labs]:
    with running_labs(known=BARE) as found:
        yield found


@pytest.mark.parametrize("name", BARE)
def test_it_is_refused_with_the_answer_that_the_lab_states(secure: Labs, name: str) -> None:
    """Off or on is the same here: there is nothing to take away."""
    secure.turn(name, on=False)
    for party, app in secure.world(name).parties.items():
        assert type(app.extensions["defences"]).__module__ not in ("labs.worlds", "builtins"), party
    served = secure.http.get(f"{secure.world(name).here.balance}/js/defences.js").content
    assert served == SCRIPT.read_bytes()
    told = secure.attack(name)
    assert told["verdict"] == "refused", told


def test_alice_signs_in_at_budget_on_the_number_that_mallory_knows(secure: Labs) -> None:
    """The secure Budget takes no number from a link; the attack plants it all the same, or it would try nothing."""
    secure.turn("session-fixation", on=False)
    asked = {"world": "session-fixation", "after": secure.attack("session-fixation")["after"], "limit": 1000}
    messages = secure.http.get(f"{secure.classroom}/api/messages", params=asked).json()["messages"]
    given, brought = (
        {one["fingerprint"] for message in found for one in message["artifacts"] if one["kind"] == "session"}
        for found in (
            [one for one in messages if one["kind"] == "response" and one["to"]["id"] == "attacker"],
            [one for one in messages if one["path"] == "/callback" and one["from"]["id"] == "browser"],
        )
    )
    assert given & brought
