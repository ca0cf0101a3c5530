"""What the README and the pages in docs name is there: files, commands, links; and the first flow is on one screen."""

import re
from pathlib import Path

import pytest

from sandbox.settings import ROOT

README = ROOT / "README.md"
PAGES = [README, ROOT / "labs" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FILE = re.compile(r"`((?:\.?[\w-]+/)+(?:[\w-]+\.(?:py|js|md|toml))?)`")
SCREEN = 40  # lines


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT))
def test_what_it_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    tops = {path.name for path in ROOT.iterdir()}
    files = [name for name in FILE.findall(text) if name.split("/")[0] in tops - {".sandbox"}]
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    assert [name for name in files if not (ROOT / name).exists()] == []
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT))
def test_every_command_is_one(page: Path) -> None:
    targets = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(re.findall(r"\bmake ([a-z-]+)", page.read_text(encoding="utf-8"))) <= {*targets}


def test_the_first_flow_is_on_the_first_screen() -> None:
    """One sentence, the picture, what is needed, the two commands, the names, the steps; then the code."""
    lines = README.read_text(encoding="utf-8").splitlines()
    landmarks = (
        "parties.svg",
        "You need Python",
        "make up ",
        "make test ",
        "Sign in as",
        "1. Open",
        "5. Open",
        "## Read",
    )
    places = [next(number for number, line in enumerate(lines) if mark in line) for mark in landmarks]
    assert places == sorted(places) and places[-1] < SCREEN
