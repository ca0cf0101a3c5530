"""The syllabus: every folder with a `lab.md` is a lab; this reads it."""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from labs.steps import Step, steps_of

CATALOGUE = Path(__file__).parent / "catalogue"
PARTS = {
    1: "The cases of every first week",
    2: "The attacks that RFC 9700 lists",
    3: "Beyond that list",
}
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
QUESTION = re.compile(r"^### (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Lab:
    """One lab, as its folder says it is; `defence` is `auth_server.code_is_used_once` or `js.newState`."""

    name: str
    title: str
    part: int
    order: int
    sections: tuple[str, ...]
    defence: str
    predicate: str
    refusal: dict[str, Any]
    leaks: tuple[str, ...]  # ways in which a secret gets out without a message: `history`, `log`, `backup`
    guesses: tuple[str, ...]  # kinds of secrets that the attack guesses
    attackers: tuple[str, ...]  # parties that count as the attacker beside it
    reached: dict[str, Any]  # with the predicate `reached`: the request that no honest party would send
    since: dict[str, Any]  # the message after which an attack counts, where the same was allowed before
    unless: dict[str, Any]  # the message with which the refusal counts for nothing: the attack came further
    secure: dict[str, Any]  # what the secure parties answer, where that is not the refusal
    browser: bool  # whether the attack needs one
    phone: bool  # whether that browser hands the URIs of a scheme to apps, which only one with a profile does
    relay: bool  # whether the world lies behind the café's relay, on a port of its own
    texts: dict[str, str] = field(repr=False)
    bare: bool = False  # without weakness and `world.py`: the secure parties, for the test that attacks them

    @property
    def folder(self) -> Path:
        return CATALOGUE / self.name.replace("-", "_")

    @property
    def method(self) -> str:
        return self.defence.rpartition(".")[2]

    @property
    def party(self) -> str:
        """Return the package whose defence it is: `auth_server`, `spa` for `js`."""
        package = self.defence.partition(".")[0]
        return "spa" if package == "js" else package

    @property
    def in_script(self) -> bool:
        return self.defence.startswith("js.")

    def text(self, heading: str) -> str:
        return self.texts.get(heading, "")

    @property
    def questions(self) -> list[tuple[str, str]]:
        """Return the questions with their answers."""
        parts = QUESTION.split(self.text("Questions"))[1:]
        return [(parts[at].strip(), parts[at + 1].strip()) for at in range(0, len(parts), 2)]

    def module(self, name: str) -> ModuleType | None:
        """Return `weakness`, `world` or `attack`, where there is one."""
        if self.bare and name != "attack":
            return None
        full = f"labs.catalogue.{self.folder.name}.{name}"
        return import_module(full) if find_spec(full) else None

    @cached_property
    def steps(self) -> list[Step]:
        attack = self.module("attack")
        return steps_of(attack) if attack else []

    @property
    def old(self) -> tuple[str, ...]:
        """Return what this world takes away in both positions, in sentences."""
        return tuple(getattr(self.module("world"), "OLD", ()))


def read(folder: Path) -> Lab:
    """Read one `lab.md`: TOML between two lines of `+++`, then headings."""
    _, front, body = (folder / "lab.md").read_text(encoding="utf-8").split("+++", 2)
    described = tomllib.loads(front)
    parts = HEADING.split(body)[1:]
    texts = {parts[at].strip(): parts[at + 1].strip() for at in range(0, len(parts), 2)}
    name = folder.name.replace("_", "-")
    lists: Any = {key: tuple(described.pop(key, ())) for key in ("sections", "leaks", "guesses", "attackers")}
    more: Any = {key: described.pop(key, {}) for key in ("reached", "since", "unless", "secure")}
    flags = {key: described.pop(key, False) for key in ("browser", "phone", "relay")}
    return Lab(name=name, texts=texts, order=described.pop("order", 99), **flags, **lists, **more, **described)


@lru_cache(maxsize=1)
def all_labs() -> dict[str, Lab]:
    """Return all labs by name, in the order in which they are taught."""
    labs = sorted(
        (read(file.parent) for file in CATALOGUE.glob("*/lab.md")), key=lambda lab: (lab.part, lab.order, lab.name)
    )
    return {lab.name: lab for lab in labs}


def classes_in(module: ModuleType | None, base: type) -> tuple[type, ...]:
    """Return the classes that a module defines over a party's defences."""
    if module is None:
        return ()
    classes = [value for value in vars(module).values() if issubclass(type(value), type)]  # a proxy only looks like one
    return tuple(value for value in classes if issubclass(value, base) and value.__module__ == module.__name__)
