"""A test names only requirements that the table has."""

import ast
import re
import tomllib
from pathlib import Path

TESTS = Path(__file__).parent.parent
REFERENCE = re.compile(r"(RFC \d+|OAuth 2\.1 draft)|§(\d[\d.]*-\d+)")


def named_in(source: str) -> set[str]:
    """Return the ids in the docstrings; a section without a document belongs to the one named before."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            document = ""
            for name, section in REFERENCE.findall(ast.get_docstring(node) or ""):
                document = name or document
                if section:
                    found.add(f"{document} §{section}")
    return found


def test_every_id_is_in_the_table() -> None:
    table = tomllib.loads((TESTS / "requirements.toml").read_text(encoding="utf-8"))["requirement"]
    known = {entry["id"] for entry in table}
    assert len(known) == len(table)
    for path in TESTS.rglob("*.py"):
        unknown = named_in(path.read_text(encoding="utf-8")) - known
        assert not unknown, f"{path.name} names {sorted(unknown)}"
