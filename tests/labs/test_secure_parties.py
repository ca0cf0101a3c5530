"""Every attack against the secure parties: their own factories, no weakness and no `world.py`, and Mallory."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import spa
from labs.syllabus import all_labs
from tests.labs_world import Labs, running_labs

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
