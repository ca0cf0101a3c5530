"""Balance's defences, in the tab and at its host: without each a test fails, and an honest flow still passes."""

import inspect
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

import spa
from spa.defences import Defences
from tests.house.test_defences import Case, Outcome, outcome
from tests.support.balance_world import is_connected, running_balance

SCRIPT = (Path(spa.__file__).parent / "js" / "defences.js").read_text(encoding="utf-8")
FUNCTIONS = re.findall(r"^export (?:async )?function (\w+)", SCRIPT, re.MULTILINE)
METHODS = [name for name, _ in inspect.getmembers(Defences, inspect.isfunction)]
DEFENCES = [f"js.{name}" for name in FUNCTIONS] + [f"spa.{name}" for name in METHODS]

# A function that returns something gets a weaker value of the same shape; all others do nothing, as do the methods.
WEAKER = {
    "newVerifier": 'return "a".repeat(43);',
    "newState": 'return "the-same-each-time";',
    "challengeOf": "return all[0];",
    "stateBelongsToThisTab": "return all[1][0];",
    "tokensStayInMemory": "localStorage.setItem('tokens', JSON.stringify(all[0])); return all[0];",
}


def without(defence: str) -> dict[str, Any]:
    """Return what makes one defence silent."""
    party, name = defence.split(".")
    if party == "spa":
        return {"defences": type("Weak", (Defences,), {name: lambda *_: None})()}
    body = WEAKER.get(name, "")
    return {"weaker": f"export * from './defences.secure.js';\nexport function {name}(...all) {{ {body} }}\n"}


def holders_of(defence: str) -> Iterator[Callable[..., None]]:
    """Return the tests that say they hold the defence."""
    for path in sorted((Path(__file__).parent.parent / "spec").glob("test_balance_*.py")):
        module = import_module(f"tests.spec.{path.stem}")
        for _, test in inspect.getmembers(module, inspect.isfunction):
            if defence in getattr(test, "stops", ()):
                yield test


def test_all_exports_are_functions() -> None:
    """Nothing else is exported, so nothing escapes the tests below."""
    assert FUNCTIONS
    assert len(FUNCTIONS) == len(re.findall(r"^export\b", SCRIPT, re.MULTILINE))


@pytest.mark.parametrize("defence", DEFENCES)
def test_without_a_defence_its_tests_fail(chromium: Browser, defence: str) -> None:
    tests = list(holders_of(defence))
    assert tests, f"no test says @stops({defence!r})"
    outcomes = {test.__name__: outcome_without(defence, test, chromium) for test in tests}
    assert Outcome.PASSED not in outcomes.values(), f"{outcomes} without {defence}"
    assert Outcome.WRONG_ANSWER in outcomes.values(), "none fails by what the person or the other parties got"


def outcome_without(defence: str, test: Case, chromium: Browser) -> Outcome:
    with running_balance(chromium, **without(defence)) as balance:
        return outcome(test, balance)


@pytest.mark.parametrize("defence", DEFENCES)
def test_without_a_defence_an_honest_flow_still_passes(chromium: Browser, defence: str) -> None:
    with running_balance(chromium, **without(defence)) as balance:
        is_connected(balance.connect())
