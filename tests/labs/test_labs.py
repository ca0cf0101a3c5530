"""The syllabus: each attack succeeds with its defence off, and is refused with it on as its `lab.md` states."""

import inspect
from typing import Any

import pytest

from labs.syllabus import Lab, all_labs
from labs.worlds import PACKAGES, PARTY_OF
from tests.support.labs_world import Labs

LABS = list(all_labs().values())
NAMES = [lab.name for lab in LABS]


@pytest.fixture(params=LABS, ids=NAMES)
def lab(request: pytest.FixtureRequest) -> Any:
    return request.param


def succeeds(labs: Labs, lab: Lab) -> None:
    """Run it without the defence: the predicate is true, and the wire has the messages that prove it."""
    labs.turn(lab.name, on=False)
    told = labs.attack(lab.name)
    assert told["verdict"] == "succeeded", told
    assert told["succeeded"] is True
    found = [labs.message(each) for each in told["evidence"]]
    assert found and all(message["world"] == lab.name for message in found)


def is_refused(labs: Labs, lab: Lab) -> None:
    """Run it with the defence: by the party, and with the error, that `lab.md` states."""
    labs.turn(lab.name, on=True)
    told = labs.attack(lab.name)
    assert told["verdict"] == "refused", told
    assert told["succeeded"] is False
    stated = {name: lab.refusal[name] for name in ("party", "method", "status", "error") if name in lab.refusal}
    assert stated.items() <= told["refused_with"].items()
    assert labs.message(told["evidence"][-1])["id"] == told["refused_with"]["message"]


def test_off_it_succeeds_on_it_is_refused_as_stated_and_the_switch_turns_back(labs: Labs, lab: Lab) -> None:
    succeeds(labs, lab)
    is_refused(labs, lab)
    if not lab.browser or lab.name == "cookie-csrf":  # the switch is one and the same; a browser takes its time
        succeeds(labs, lab)


def test_with_the_defence_the_secure_partys_own_function_runs(labs: Labs, lab: Lab) -> None:
    """It is the same function object, or for JavaScript the same file byte for byte."""
    labs.turn(lab.name, on=True)
    world = labs.world(lab.name)
    if lab.in_script:
        balance = world.here.balance
        served = labs.http.get(f"{balance}/js/defences.js").content
        assert served == (lab.folder.parent.parent / "spa" / "js" / "defences.js").read_bytes()
        assert served == labs.http.get(f"{balance}/js/defences.secure.js").content
        labs.turn(lab.name, on=False)
        assert labs.http.get(f"{balance}/js/defences.js").content == (lab.folder / "weakness.js").read_bytes()
        return
    party = PARTY_OF[lab.party]
    running = world.parties[party].extensions["defences"]
    own = inspect.getattr_static(PACKAGES[party].defences.Defences, lab.method)
    assert inspect.getattr_static(type(running), lab.method) is own
    labs.turn(lab.name, on=False)
    running = world.parties[party].extensions["defences"]
    assert inspect.getattr_static(type(running), lab.method) is not own


def test_every_cell_of_a_matrix_ends_as_stated(labs: Labs) -> None:
    for lab in LABS:
        stated = {(cell.row, cell.client): cell for cell in getattr(lab.module("attack"), "CELLS", ())}
        if not stated:
            continue
        cells = labs.ask("POST", f"/{lab.name}/matrix").json()["cells"]
        assert len(cells) == sum(len(cell.ends) for cell in stated.values())
        for told in cells:
            due = stated[told["row"], told["client"]].ends[told["choice"]]
            assert told["verdict"] == ("succeeded" if due is None else "refused"), told
            if due is not None:
                assert told["refused_with"].get("error") == due.get("error", ""), told
                assert told["refused_with"]["status"] == due["status"], told


def seconds_of_a_reset(labs: Labs, lab: Lab) -> float:
    answer = labs.ask("POST", f"/{lab.name}/reset")
    assert answer.status_code == 200
    return answer.elapsed.total_seconds()


def test_reset_gives_a_fresh_world_in_under_a_second(labs: Labs, lab: Lab) -> None:
    if not lab.browser:  # it leaves enough behind, and sooner
        labs.attack(lab.name)
    before = labs.world(lab.name).generation
    assert any(seconds_of_a_reset(labs, lab) < 1 for _ in range(3))  # whatever else is going on
    world = labs.world(lab.name)
    assert world.generation != before
    assert not world.parties["auth"].extensions["store"].grants_of("alice")
