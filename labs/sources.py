"""Both versions of the one method, from the running code: what is shown is what is called."""

import ast
import difflib
import inspect
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import spa
from labs.worlds import PARTY_OF, LabWorld, composed

ROOT = Path(__file__).parent.parent
SAYS = re.compile(r"\s*(/\*|\*|//)")  # a comment of a script
HEAD = re.compile(r"export |}$")  # what stands around the body of a script's function


@dataclass(frozen=True)
class Line:
    """A line of a method: whether it is commentary, and whether only this version has it."""

    text: str
    says: bool = False
    differs: bool = False


@dataclass(frozen=True)
class Source:
    """A method as it stands in its file; it may be empty but for its docstring."""

    file: str
    number: int
    lines: tuple[Line, ...]
    empty: bool
    running: bool


def both(world: LabWorld) -> tuple[Source, Source]:
    """Return the method with the defence, and without it."""
    versions = scripts(world) if world.lab.in_script else methods(world)
    parts = [parts_of_script(text) if world.lab.in_script else parts_of_method(text) for _, _, text in versions]
    bodies = [body for _, body in parts]
    secure, weak = (
        Source(
            file=file,
            number=number,
            lines=lines_of(text, *parts[which], other=bodies[1 - which]),
            empty=not bodies[which],
            running=world.on == (which == 0),
        )
        for which, (file, number, text) in enumerate(versions)
    )
    return secure, weak


def lines_of(text: str, says: set[int], body: dict[int, str], other: dict[int, str]) -> tuple[Line, ...]:
    """Return the lines; of the body those differ that the other version does not have in the same order."""
    # autojunk would take a line that stands often, such as a bracket, for no line at all
    matcher = difflib.SequenceMatcher(a=list(body.values()), b=list(other.values()), autojunk=False)
    same = {at for block in matcher.get_matching_blocks() for at in range(block.a, block.a + block.size)}
    alone = {number for place, number in enumerate(body) if place not in same}
    return tuple(Line(line, at in says, at in alone) for at, line in enumerate(text.splitlines()))


def parts_of_method(text: str) -> tuple[set[int], dict[int, str]]:
    """Return which lines are the docstring, and the body behind it by line."""
    lines = text.splitlines()
    method: Any = ast.parse(text).body[0]
    first, *rest = method.body
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    says = set(range(first.lineno - 1, first.end_lineno)) if documented else set()
    start = rest[0].lineno - 1 if documented and rest else len(lines) if documented else first.lineno - 1
    return says, {at: lines[at] for at in range(start, len(lines)) if lines[at].strip()}


def parts_of_script(text: str) -> tuple[set[int], dict[int, str]]:
    """Return the same of a script's function, whose comment stands before it."""
    lines = dict(enumerate(text.splitlines()))
    says = {at for at, line in lines.items() if SAYS.match(line)}
    return says, {at: line for at, line in lines.items() if line.strip() and at not in says and not HEAD.match(line)}


def methods(world: LabWorld) -> list[tuple[str, int, str]]:
    """Return file, line and text of the party's own method, and of the weakness's."""
    lab = world.lab
    party = PARTY_OF[lab.party]
    secure = world.secure[party]
    weak = composed(secure, world.weak_classes(lab.module("weakness"), party))
    versions = []
    for defences in (secure, weak):
        method = getattr(defences, lab.method)
        lines, number = inspect.getsourcelines(method)
        name = inspect.getsourcefile(method) or ""
        versions.append((str(Path(name).relative_to(ROOT)), number, textwrap.dedent("".join(lines))))
    return versions


def scripts(world: LabWorld) -> list[tuple[str, int, str]]:
    """Return the function of the page's own script, and the file that takes its place."""
    path = Path(spa.__file__).parent / "js" / "defences.js"
    text = path.read_text(encoding="utf-8")
    pattern = rf"(/\*\*(?:(?!\*/).)*\*/\n)?export (?:async )?function {world.lab.method}\(.*?\n}}\n"
    function = re.search(pattern, text, re.DOTALL)
    assert function, world.lab.defence
    weak = (world.lab.folder / "weakness.js").read_text(encoding="utf-8")
    number = text[: function.start()].count("\n") + 1
    return [
        ("spa/js/defences.js", number, function[0]),
        (f"labs/catalogue/{world.lab.folder.name}/weakness.js", 1, weak),
    ]
