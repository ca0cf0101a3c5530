"""The syllabus: each attack succeeds with its defence off, and is refused with it on as its `lab.md` states."""

import inspect
from typing import Any

import pytest

from labs.syllabus import Lab, all_labs
from labs.worlds import PARTY_OF, secure_class
from tests.support.labs_world import Labs

LABS = list(all_labs().values())
NAMES = [lab.name for lab in LABS]


@pytest.fixture(params=LABS, ids=NAMES)
def lab(request: pytest.FixtureRequest) -> Any:
    return request.param


def test_off_it_succeeds_and_the_wire_has_the_messages_that_prove_it(labs: Labs, lab: Lab) -> None:
    succeeded(labs, lab, labs.run(lab.name, on=False))


def test_on_it_is_refused_by_the_party_and_with_the_error_that_are_stated(labs: Labs, lab: Lab) -> None:
    verdict = labs.run(lab.name, on=True)
    assert verdict["verdict"] == "refused", verdict
    assert verdict["succeeded"] is False
    stated = {name: lab.refusal[name] for name in ("party", "method", "status", "error") if name in lab.refusal}
    assert stated.items() <= verdict["refused_with"].items()
    assert labs.message(verdict["evidence"][-1])["id"] == verdict["refused_with"]["message"]


@pytest.mark.parametrize("name", ["code-replay", "cookie-csrf", "token-in-storage"])
def test_a_switch_turns_back(labs: Labs, name: str) -> None:
    """It is one and the same for all labs: over HTTP, in a browser, and in a script of the page's."""
    labs.run(name, on=True)
    labs.turn(name, on=False)
    succeeded(labs, all_labs()[name], labs.attack(name))


def succeeded(labs: Labs, lab: Lab, verdict: dict[str, Any]) -> None:
    """Hold a verdict against what the wire has."""
    assert verdict["verdict"] == "succeeded", verdict
    assert verdict["succeeded"] is True
    proof = [labs.message(message_id) for message_id in verdict["evidence"]]
    assert proof and all(message["world"] == lab.name for message in proof)


def test_with_the_defence_the_secure_partys_own_function_runs(labs: Labs, lab: Lab) -> None:
    """It is the same function object, or for JavaScript the same file byte for byte."""
    labs.turn(lab.name, on=True)
    world = labs.world(lab.name)
    if lab.in_script:
        balance = world.here.balance
        served = labs.http.get(f"{balance}/js/defences.js").content
        assert served == (lab.folder.parents[2] / "spa" / "js" / "defences.js").read_bytes()
        assert served == labs.http.get(f"{balance}/js/defences.secure.js").content
        labs.turn(lab.name, on=False)
        assert labs.http.get(f"{balance}/js/defences.js").content == (lab.folder / "weakness.js").read_bytes()
        return
    party = PARTY_OF[lab.party]
    running = world.parties[party].extensions["defences"]
    own = inspect.getattr_static(secure_class(party), lab.method)
    assert inspect.getattr_static(type(running), lab.method) is own
    labs.turn(lab.name, on=False)
    running = world.parties[party].extensions["defences"]
    assert inspect.getattr_static(type(running), lab.method) is not own


MATRICES = [lab.name for lab in LABS if getattr(lab.module("attack"), "CELLS", ())]


def test_there_is_a_matrix() -> None:
    assert MATRICES == ["redirect-matrix"]


@pytest.mark.parametrize("name", MATRICES)
def test_every_cell_of_a_matrix_ends_as_stated(labs: Labs, name: str) -> None:
    attack = all_labs()[name].module("attack")
    assert attack
    stated = {(cell.row, cell.client): cell for cell in attack.CELLS}
    cells = labs.ask("POST", f"/{name}/matrix").json()["cells"]
    assert len(cells) == sum(len(cell.ends) for cell in stated.values()) > 0
    for verdict in cells:
        due = stated[verdict["row"], verdict["client"]].ends[verdict["choice"]]
        assert verdict["verdict"] == ("succeeded" if due is None else "refused"), verdict
        if due is not None:
            assert verdict["refused_with"].get("error") == due.get("error", ""), verdict
            assert verdict["refused_with"]["status"] == due["status"], verdict


def seconds_of_a_reset(labs: Labs, lab: Lab) -> float:
    answer = labs.ask("POST", f"/{lab.name}/reset")
    assert answer.status_code == 200
    return answer.elapsed.total_seconds()


def test_reset_gives_a_fresh_world_in_under_a_second(labs: Labs, lab: Lab) -> None:
    labs.run(lab.name, on=False)  # which has left enough behind
    before = labs.world(lab.name).generation
    assert any(seconds_of_a_reset(labs, lab) < 1 for _ in range(3))  # whatever else is going on
    world = labs.world(lab.name)
    assert world.generation != before
    assert not world.parties["auth"].extensions["store"].grants_of("alice")
