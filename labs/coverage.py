"""Every defence of every party: the labs that take it away, or the reason why none does (`defences.toml`)."""

import inspect
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import spa
from labs.syllabus import Lab
from labs.worlds import PACKAGES, secure_class

TITLES = {
    "auth_server": "Bank ID, the authorization server",
    "resource_server": "The Bank API, the resource server",
    "client_app": "Budget, an app with a server",
    "spa": "Balance's host",
    "js": "Balance's page",
}
FUNCTION = re.compile(r"/\*\*\s*(?P<says>(?:(?!\*/).)*?)\s*\*/\s*export (?:async )?function (?P<name>\w+)", re.DOTALL)
TAG = re.compile(r"\s*@\w+.*", re.DOTALL)


@dataclass(frozen=True)
class Defence:
    """One method, what it says of itself, and what the labs have on it."""

    package: str
    name: str
    says: str
    labs: tuple[Lab, ...]
    twin: str  # the same defence of another party
    reason: str

    @property
    def full(self) -> str:
        return f"{self.package}.{self.name}"


@lru_cache(maxsize=1)
def without_a_lab() -> dict[str, dict[str, Any]]:
    """Return what `defences.toml` says, by package and method."""
    return tomllib.loads((Path(__file__).parent / "defences.toml").read_text(encoding="utf-8"))


def methods() -> Iterator[tuple[str, str, str]]:
    """Yield package, name and first line of every defence, in the order of its file."""
    for party, package in PACKAGES.items():
        for layer in reversed(secure_class(party).__mro__):  # the core's before those of a standard
            for name, method in vars(layer).items():
                if inspect.isfunction(method) and not name.startswith("_"):
                    yield package.__name__, name, (inspect.getdoc(method) or "").partition("\n")[0]
    script = (Path(spa.__file__).parent / "js" / "defences.js").read_text(encoding="utf-8")
    for function in FUNCTION.finditer(script):
        yield "js", function["name"], " ".join(TAG.sub("", function["says"].replace("*", " ")).split())


def defences(labs: dict[str, Lab]) -> list[Defence]:
    """Return all defences with their labs; a twin's labs count."""
    by_defence: dict[str, tuple[Lab, ...]] = {}
    for lab in labs.values():
        by_defence[lab.defence] = (*by_defence.get(lab.defence, ()), lab)
    every = []
    for package, name, says in methods():
        about = without_a_lab().get(package, {}).get(name, "")
        twin = about["twin"] if isinstance(about, dict) else ""
        # A twin is the same method in another party: its lab shows both, and one lab is enough to learn it.
        own = by_defence.get(f"{package}.{name}", ())
        reason = "" if isinstance(about, dict) else about
        every.append(Defence(package, name, says, own or by_defence.get(twin, ()), twin, reason))
    return every
