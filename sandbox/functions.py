"""The parties' Lua, which Redis gets from its administrator: a party that is taken over loads none of its own."""

from typing import Any

from sandbox.parties import PARTIES
from sandbox.settings import ROOT

LIBRARIES = tuple(path for party in PARTIES if (path := ROOT / party.package / "functions.lua").exists())


def load_functions(redis: Any) -> None:
    """Load every party's functions in the place of what is there; they stay in Redis' log of changes."""
    for library in LIBRARIES:
        redis.function_load(library.read_text(encoding="utf-8"), replace=True)
