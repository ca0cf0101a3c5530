"""Both versions of the one method, from the running code: what is shown is what is called."""

import difflib
import inspect
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import spa
from labs.worlds import PACKAGES, PARTY_OF, World, composed

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Source:
    """A method as it stands in its file; `lines` say of each line whether the other version has it, too."""

    file: str
    number: int
    lines: tuple[tuple[str, bool], ...]
    running: bool


def both(world: World) -> tuple[Source, Source]:
    """Return the method with the defence, and without it."""
    found = scripts(world) if world.lab.in_script else methods(world)
    texts = [text.splitlines() for _, _, text in found]
    same = difflib.SequenceMatcher(a=texts[0], b=texts[1], autojunk=False).get_matching_blocks()
    kept: tuple[set[int], set[int]] = (set(), set())
    for block in same:
        kept[0].update(range(block.a, block.a + block.size))
        kept[1].update(range(block.b, block.b + block.size))
    secure, weak = (
        Source(
            file=file,
            number=number,
            lines=tuple((line, at not in kept[which] and bool(line.strip())) for at, line in enumerate(texts[which])),
            running=world.on == (which == 0),
        )
        for which, (file, number, _) in enumerate(found)
    )
    return secure, weak


def methods(world: World) -> list[tuple[str, int, str]]:
    """Return file, line and text of the party's own method, and of the weakness's."""
    lab = world.lab
    secure: Any = PACKAGES[PARTY_OF[lab.party]].defences.Defences
    weak = composed(secure, world.weak_classes(lab.module("weakness"), secure))
    found = []
    for one in (secure, weak):
        lines, number = inspect.getsourcelines(getattr(one, lab.method))
        name = inspect.getsourcefile(getattr(one, lab.method)) or ""
        found.append((str(Path(name).relative_to(ROOT)), number, textwrap.dedent("".join(lines))))
    return found


def scripts(world: World) -> list[tuple[str, int, str]]:
    """Return the function of the page's own script, and the file that takes its place."""
    path = Path(spa.__file__).parent / "js" / "defences.js"
    text = path.read_text(encoding="utf-8")
    pattern = rf"(/\*\*(?:(?!\*/).)*\*/\n)?export (?:async )?function {world.lab.method}\(.*?\n}}\n"
    found = re.search(pattern, text, re.DOTALL)
    assert found, world.lab.defence
    weak = (world.lab.folder / "weakness.js").read_text(encoding="utf-8")
    number = text[: found.start()].count("\n") + 1
    return [("spa/js/defences.js", number, found[0]), (f"labs/{world.lab.folder.name}/weakness.js", 1, weak)]
