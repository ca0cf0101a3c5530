"""Every attack against the secure parties: their own factories, no weakness and no `world.py`, and Mallory."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import spa
from labs.syllabus import all_labs
from tests.support.labs_world import Labs, running_labs

SCRIPT = Path(spa.__file__).parent / "js" / "defences.js"
BARE = {name: replace(lab, bare=True, refusal=lab.secure or lab.refusal) for name, lab in all_labs().items()}


@pytest.fixture(scope="session")
def secure() -> Iterator[Labs]:
    with running_labs(known=BARE) as found:
        yield found


@pytest.mark.parametrize("name", BARE)
def test_it_is_refused_with_the_answer_that_the_lab_states(secure: Labs, name: str) -> None:
    """Off or on is the same here: there is nothing to take away."""
    for party, app in secure.world(name).parties.items():
        assert type(app.extensions["defences"]).__module__ not in ("labs.worlds", "builtins"), party
    served = secure.http.get(f"{secure.world(name).here.balance}/js/defences.js").content
    assert served == SCRIPT.read_bytes()
    verdict = secure.run(name, on=False)
    assert verdict["verdict"] == "refused", verdict


@pytest.mark.xdist_group("session-fixation")
def test_alice_signs_in_at_budget_on_the_number_that_mallory_knows(secure: Labs) -> None:
    """The secure Budget takes no number from a link; the attack plants it all the same, or it would try nothing."""
    messages = secure.messages("session-fixation", secure.run("session-fixation", on=False))
    given = [message for message in messages if message["kind"] == "response" and message["to"]["id"] == "attacker"]
    brought = [message for message in messages if message["path"] == "/callback" and message["from"]["id"] == "browser"]
    assert sessions_in(given) & sessions_in(brought)


def sessions_in(messages: list[dict[str, Any]]) -> set[str]:
    """Return the fingerprints of the session cookies that messages carry."""
    artifacts = [artifact for message in messages for artifact in message["artifacts"]]
    return {artifact["fingerprint"] for artifact in artifacts if artifact["kind"] == "session"}
