"""Every lab has the form that `labs/README.md` describes, and every switch takes away one method, in a few lines."""

import ast
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from labs import pages, texts
from labs.chromium import BrowserStage
from labs.steps import Step
from labs.syllabus import CATALOGUE, PARTS, Lab, all_labs, classes_in
from labs.worlds import PACKAGES, PARTY_OF, secure_class

LABS = all_labs()
HEADINGS = {"Story", "Watch for", "Questions", "What is simplified", "What the defence does not stop"}
PREDICATES = {"loot", "moved", "linked", "saw", "breach", "entered", "reached"}
LONGEST_WEAKNESS = 15  # lines of the method


@pytest.fixture(params=list(LABS.values()), ids=list(LABS))
def lab(request: pytest.FixtureRequest) -> Any:
    return request.param


def test_the_text_is_whole(lab: Lab) -> None:
    assert set(lab.texts) == HEADINGS
    assert all(lab.texts.values())
    assert len(texts.sentences(lab.text("Story"))) == 3
    assert len(lab.questions) == 3
    assert all(question.endswith("?") and answer for question, answer in lab.questions)
    assert lab.part in PARTS and lab.sections and lab.predicate in PREDICATES
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", lab.name) and len(f"balance-{lab.name}") <= 63


def test_it_states_which_message_refuses(lab: Lab) -> None:
    for stated in (lab.refusal, lab.secure or lab.refusal):
        assert {"party", "method", "path"} <= set(stated)
    assert bool(lab.reached) == (lab.predicate == "reached")


def test_the_page_says_all_of_it(lab: Lab) -> None:
    words = pages.refusal_of(lab)
    for stated in (lab.refusal, lab.since, lab.unless):
        for name, value in stated.items():
            told = pages.PEOPLE[value] if name in ("party", "from") else pages.readable(str(value))
            assert told in words, name


def test_the_weakness_overrides_one_method(lab: Lab) -> None:
    folder = {path.name for path in lab.folder.iterdir() if path.is_file()}
    assert folder <= {"lab.md", "weakness.py", "weakness.js", "world.py", "attack.py"}
    if lab.in_script:
        script = (lab.folder / "weakness.js").read_text()
        assert script.lstrip().startswith(('export * from "./defences.secure.js";', "/**"))
        assert 'export * from "./defences.secure.js";' in script
        assert re.findall(r"^export (?:async )?function (\w+)", script, re.MULTILINE) == [lab.method]
        return
    party = PARTY_OF[lab.party]
    weaknesses = classes_in(lab.module("weakness"), PACKAGES[party].defences.Defences)
    choices = getattr(lab.module("weakness"), "CHOICES", {})
    assert len(weaknesses) == (len(choices) or 1)
    for weak in weaknesses:
        own = [name for name in vars(weak) if not name.startswith("__")]
        assert own == [lab.method]
        assert hasattr(secure_class(party), lab.method)
        assert len(inspect.getsource(getattr(weak, lab.method)).splitlines()) <= LONGEST_WEAKNESS


def test_the_page_on_writing_labs_shows_the_smallest_one_as_it_is() -> None:
    folder = CATALOGUE / "over_broad_token"
    blocks = re.findall(r"^```\w*\n(.*?)^```", (CATALOGUE.parent / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 3
    for shown, name in zip(blocks, ("lab.md", "weakness.py", "attack.py"), strict=False):
        assert shown in (folder / name).read_text(), name


def test_the_world_says_what_is_old(lab: Lab) -> None:
    world = lab.module("world")
    assert (world is not None) == bool(lab.old)


def test_the_attack_is_a_list_of_steps(lab: Lab) -> None:
    assert lab.steps
    for step in lab.steps:
        assert isinstance(step, Step) and step.says and step.who
    assert lab.module("attack")


def test_the_attack_reaches_into_no_party(lab: Lab) -> None:
    """It gets addresses and its own accounts: it imports no store, and no world."""
    tree = ast.parse((lab.folder / "attack.py").read_text())
    assert not inner_parts(tree)
    named = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    named += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    for name in named:
        assert name.partition(".")[0] not in {"auth_server", "resource_server", "client_app", "spa", "redis"}, name
        assert name != "labs.worlds", name


def inner_parts(tree: ast.AST) -> list[str]:
    """Return what a script takes of a stage that is not for it: whatever begins with `_`, and the world."""
    attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    taken = [(node.value.id, node.attr) for node in attributes if isinstance(node.value, ast.Name)]
    return [name for of, name in taken if name.startswith("_") or (of, name) == ("stage", "world")]


def test_a_script_that_took_inner_parts_would_be_found() -> None:
    """A stage holds its world under a name that begins with `_`: from there every store can be reached."""
    script = ast.parse("stage._world.parties; stage.world; stage.kept; stage.alice.page")
    assert set(inner_parts(script)) == {"_world", "world"}
    assert "world" not in BrowserStage.__init__.__code__.co_names


def test_local_processes_can_drive_a_browser() -> None:
    """Without Docker an attack is played in the browser that is there; what drives it is installed with the rest."""
    root = Path(__file__).parents[2]
    assert "-r labs/requirements-browser.in" in (root / "requirements.in").read_text()
    assert "\nplaywright==" in (root / "requirements.txt").read_text()
