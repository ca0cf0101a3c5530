"""What the attacker holds, sorted by what it is good for."""

import time
from dataclasses import dataclass

from labs.collection import Collected

WORTH = {  # each kind, and what it is good for; the best loot first
    "access_token": "Opens the bank, for whoever shows it.",
    "refresh_token": "Buys new access tokens, where its client has no secret or the attacker has it.",
    "code": "Buys a token once, where nothing else is asked for or the attacker has that, too.",
    "password": "Is Alice, wherever she uses it.",
    "session": "Is whoever signed in with it, at the server that set the cookie.",
    "username": "Is half of a sign-in.",
    "id_token": "Says who signed in, to whoever believes it.",
    "code_verifier": "Goes with one code, and proves who began its flow.",
    "code_challenge": "Is the verifier's hash, which opens nothing; by the method plain it is the verifier itself.",
    "state": "Belongs to one session at one app.",
    "iss": "Says who gave a code. Everybody may know it.",
}


@dataclass(frozen=True)
class Held:
    """One value, every place where it stood, and when it came last."""

    name: str
    value: str
    places: tuple[str, ...]
    at: str


def by_kind(things: list[Collected]) -> dict[str, list[Held]]:
    """Return what is held by kind, the newest first; a value that came by several ways is one thing."""
    by_value: dict[tuple[str, str], list[Collected]] = {}
    for thing in reversed(things):
        by_value.setdefault((thing.name, thing.value), []).append(thing)
    held = [Held(name, value, places(came), clock(came[0].at)) for (name, value), came in by_value.items()]
    return {kind: same for kind in WORTH if (same := [each for each in held if each.name == kind])}


def places(came: list[Collected]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(thing.place for thing in came))


def clock(at: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(at))
