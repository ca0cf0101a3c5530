"""What the attacker of one world holds."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MOST = 200  # requests that are kept
WORTH_KEEPING = (
    "code",
    "code_challenge",
    "state",
    "iss",
    "access_token",
    "refresh_token",
    "id_token",
    "code_verifier",
    "username",
    "password",
    "session",
)


@dataclass(frozen=True)
class Collected:
    """One thing that reached the attacker, where it stood, and when it came (in seconds of Unix time)."""

    name: str
    value: str
    place: str
    at: float = field(default_factory=time.time)


@dataclass
class Collection:
    """What the attacker of one world holds; `pages` are those that a lab adds, by path."""

    things: list[Collected] = field(default_factory=list)
    pages: dict[str, Callable[[Any], Any]] = field(default_factory=dict)

    def keep(self, parameters: dict[str, Any], place: str) -> None:
        """Keep what is worth it."""
        for name in WORTH_KEEPING:
            if parameters.get(name) and isinstance(parameters[name], str):
                self.things.append(Collected(name, parameters[name], place))
        del self.things[:-MOST]

    def newest(self, name: str) -> str:
        """Return the newest value of a name, or an empty text: the attacker has nothing of the kind."""
        return next((thing.value for thing in reversed(self.things) if thing.name == name), "")
