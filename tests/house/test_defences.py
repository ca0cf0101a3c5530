"""Every defence is worth its place: without it the tests that hold it fail, and the happy path still passes."""

import inspect
import itertools
from collections.abc import Callable, Iterator
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.house.happy_paths import DEFENCES, PARTIES, party_of, world_without
from tests.house.weaker import WEAKER
from tests.support.world import WrongAnswer

Case = Callable[..., None]
Outcome = Enum("Outcome", "PASSED WRONG_ANSWER OTHER_FAILURE")
IN_THE_BROWSER = ("spa", "js")  # held by a test of their own


def spec_tests() -> Iterator[Any]:
    """Return every test function of `tests/spec`."""
    for path in sorted((Path(__file__).parent.parent / "spec").glob("test_*.py")):
        module = import_module(f"tests.spec.{path.stem}")
        for name, test in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("test_") and test.__module__ == module.__name__:
                yield test


def parameters_of(test: Any) -> Iterator[dict[str, Any]]:
    """Return what `pytest.mark.parametrize` would fill in; of several marks, all combinations."""
    sets = []
    for mark in getattr(test, "pytestmark", ()):
        if mark.name == "parametrize":
            names = (
                [name.strip() for name in mark.args[0].split(",")] if isinstance(mark.args[0], str) else mark.args[0]
            )
            rows = [values if len(names) > 1 else (values,) for values in mark.args[1]]
            sets.append([dict(zip(names, row, strict=True)) for row in rows])
    for combination in itertools.product(*sets):
        yield {name: value for row in combination for name, value in row.items()}


def holders_of(defence: str) -> dict[str, list[Case]]:
    """Return the tests that say they hold the defence, each as one case for every row of its parameters."""
    fixture = party_of(defence).fixture
    holders: dict[str, list[Case]] = {}
    for test in spec_tests():
        if defence in getattr(test, "stops", ()):
            name = f"{test.__module__}.{test.__name__}"
            holders[name] = [case_of(test, fixture, row) for row in parameters_of(test)]
    return holders


def case_of(test: Case, fixture: str, row: dict[str, Any]) -> Case:
    return lambda world: test(**{fixture: world}, **row)


def outcome(case: Case, world: Any) -> Outcome:
    """Run a case: it passes, or fails by the status or `error` that it was given, or by something else."""
    try:
        case(world)
    except WrongAnswer:
        return Outcome.WRONG_ANSWER
    except Exception:  # a crash, for one, which is no proof that the attack succeeds
        return Outcome.OTHER_FAILURE
    return Outcome.PASSED


@pytest.mark.parametrize("defence", DEFENCES)
def test_without_a_defence_its_tests_fail(valkey: str, defence: str) -> None:
    """Each test that says so fails, and one of them by its answer where with the defence it passes."""
    holders = holders_of(defence)
    assert holders, f"no test says @stops({defence!r})"
    proofs: list[Case] = []
    for name, cases in holders.items():
        outcomes = [outcome(case, world_without(defence, valkey)) for case in cases]
        assert set(outcomes) != {Outcome.PASSED}, f"{name} passes without {defence}"
        proofs += [case for case, found in zip(cases, outcomes, strict=True) if found is Outcome.WRONG_ANSWER]
    assert any(outcome(case, party_of(defence).world(valkey)) is Outcome.PASSED for case in proofs)


@pytest.mark.parametrize("defence", DEFENCES)
def test_without_a_defence_the_happy_path_still_passes(valkey: str, defence: str) -> None:
    party_of(defence).happy_path(world_without(defence, valkey))


def test_every_name_is_the_name_of_a_defence() -> None:
    """A test that holds what does not exist holds nothing."""
    named = {name for test in spec_tests() for name in getattr(test, "stops", ())} | set(WEAKER)
    ours = {name for name in named if name.partition(".")[0] not in IN_THE_BROWSER}
    assert ours - set(DEFENCES) == set()
    assert {name.partition(".")[0] for name in named} >= set(PARTIES)
