"""Every requirement of the table has a test that names it, and fails without what it is about where a defence does.

That it fails is tried by `test_defences.py` and `test_browser_defences.py`, once for every test that says `@stops`.
"""

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

from tests.house import happy_paths, test_browser_defences
from tests.house.test_defences import spec_tests

TESTS = Path(__file__).parent.parent
REFERENCE = re.compile(r"(RFC \d+|OAuth 2\.1 draft)|§(\d[\d.]*-\d+)")
TABLE: list[dict[str, Any]] = tomllib.loads((TESTS / "requirements.toml").read_text(encoding="utf-8"))["requirement"]
FIXTURES = {"world": "AS", "bank": "RS", "budget": "CC", "balance": "SPA"}  # whose world a test asks for
PARTIES = {*FIXTURES.values(), "Native"}
PARTY_OF = {"auth_server": "AS", "resource_server": "RS", "client_app": "CC", "spa": "SPA", "js": "SPA"}
DEFENCES = {*happy_paths.DEFENCES, *test_browser_defences.DEFENCES}
FEWEST_WITH_A_DEFENCE = 80  # lines of the table
TIERS = {"core", "breadth", "oidc"}


def ids_in(docstring: str | None) -> set[str]:
    """Return the ids; a section without a document belongs to the one named before."""
    found: set[str] = set()
    document = ""
    for name, section in REFERENCE.findall(docstring or ""):
        document = name or document
        if section:
            found.add(f"{document} §{section}")
    return found


def named_in(source: str) -> set[str]:
    """Return the ids in all docstrings of a file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found |= ids_in(ast.get_docstring(node))
    return found


def held_in(source: str) -> set[tuple[str, str]]:
    """Return the ids that tests name, each with the party that the test is about; with no such fixture, with all."""
    found: set[tuple[str, str]] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            about = {FIXTURES[given.arg] for given in node.args.args if given.arg in FIXTURES} or PARTIES
            found |= {(name, party) for name in ids_in(ast.get_docstring(node)) for party in about}
    return found


def due(entry: dict[str, Any]) -> set[tuple[str, str]]:
    """Return what must be tested of a line: core ones, for each party but a native app, of which there is none yet."""
    if entry.get("tier", "core") != "core":
        return set()
    return {(entry["id"], party) for party in entry["party"] if party != "Native"}


def test_every_id_is_in_the_table() -> None:
    known = {entry["id"] for entry in TABLE}
    assert len(known) == len(TABLE)
    for path in TESTS.rglob("*.py"):
        unknown = named_in(path.read_text(encoding="utf-8")) - known
        assert not unknown, f"{path.name} names {sorted(unknown)}"


def test_every_core_requirement_has_a_test_for_every_party() -> None:
    tests = [path for folder in ("spec", "e2e") for path in (TESTS / folder).glob("test_*.py")]
    held = set().union(*(held_in(path.read_text(encoding="utf-8")) for path in tests))
    missing = set().union(*(due(entry) for entry in TABLE)) - held
    assert not missing, f"no test names {sorted(missing)}"


def stopped() -> dict[str, set[str]]:
    """Return, for each id, the defences without which a test that names it fails."""
    defences: dict[str, set[str]] = {entry["id"]: set() for entry in TABLE}
    parties = {entry["id"]: set(entry["party"]) for entry in TABLE}
    for test in spec_tests():
        for requirement in ids_in(test.__doc__):
            defences[requirement] |= {
                defence
                for defence in getattr(test, "stops", ())
                if PARTY_OF[defence.partition(".")[0]] in parties[requirement]
            }
    return defences


def test_where_a_defence_meets_a_requirement_a_test_that_names_it_fails_without() -> None:
    """The table names the defences, so that none of these proofs is lost; a new proof is written down there."""
    listed = {entry["id"]: set(entry.get("defences", ())) for entry in TABLE}
    assert set().union(*listed.values()) <= DEFENCES
    assert sum(bool(defences) for defences in listed.values()) >= FEWEST_WITH_A_DEFENCE
    proven = stopped()
    differing = {name: (defences, proven[name]) for name, defences in listed.items() if defences != proven[name]}
    assert not differing, f"`defences` in the table, and `@stops` of the tests that name the id: {differing}"


def test_the_table_can_be_read() -> None:
    """A misspelt party or tier would let a line slip through."""
    for entry in TABLE:
        assert entry["party"] and set(entry["party"]) <= PARTIES, entry
        assert entry.get("tier", "core") in TIERS, entry
        assert set(entry) <= {"id", "party", "tier", "defences"}, entry
