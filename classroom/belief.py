"""What the classroom believes of an entry: its writer may have been taken over, and then it may say anything.

What a message says is its sender's, and is shown as text; who received it, and when, is the recorder's word.
"""

import re
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from wire.message import Entry, Held, Response, from_fields

WORLD = re.compile(r"[a-z0-9-]{1,63}")
EXCHANGE = re.compile(r"[A-Za-z0-9_-]{0,64}")  # a name that recorders make up, and no page has to take care of
IN_A_WORLD = ("auth", "bank", "budget", "balance", "piggy", "attacker")
AHEAD = 3600.0  # seconds by which a message may seem to come after its writing down
LATEST = 2.0**33  # seconds since 1970: what calendars of all programs can show
LARGEST = 2**53  # what a browser's numbers hold
LARGEST_ENTRY = 1024 * 1024  # bytes of all fields; a recorder keeps a small part of that


class NotBelieved(ValueError):
    """No recorder of the stream's owner wrote this."""


def believed(
    writer: str, taken: Collection[str], entry_id: str, written_at: float, fields: Mapping[bytes, bytes]
) -> Entry:
    """Return an entry of a writer's stream, or raise: `taken` are others' origins, `written_at` is Redis' time."""
    if sum(map(len, fields)) + sum(map(len, fields.values())) > LARGEST_ENTRY:
        raise NotBelieved("too large")
    entry = from_fields(entry_id, fields)
    if not (is_of_a_world(entry) if writer == "labs" else is_of_a_party(entry, writer, taken)):
        raise NotBelieved("somebody else's")
    if not 0 <= entry.at < written_at + AHEAD:  # nor is nan
        raise NotBelieved("from another time")
    if not all(isinstance(number, int) and 0 <= number < LARGEST for number in numbers(entry)):
        raise NotBelieved("beyond what is counted")
    if not all(EXCHANGE.fullmatch(getattr(entry, name, "")) for name in ("exchange", "cause")):
        raise NotBelieved("no name of an exchange")
    if isinstance(entry, Response) and not 100 <= entry.status <= 999:
        raise NotBelieved("no status")
    if isinstance(entry, Held) and not 0 <= entry.until < LATEST:
        raise NotBelieved("held for ever")
    return entry


def is_of_a_party(entry: Entry, writer: str, taken: Collection[str]) -> bool:
    """Whether an entry is of the party whose stream it lies in: else one party could speak for another."""
    return entry.party == writer and entry.world == "" and entry.origin not in taken


def is_of_a_world(entry: Entry) -> bool:
    """Whether an entry is of a lab's world, which is all that the labs can tell of."""
    host = urlsplit(entry.origin).hostname or f"-{entry.world}.localhost"
    known = WORLD.fullmatch(entry.world) is not None and entry.party in IN_A_WORLD
    return known and host.endswith(f"-{entry.world}.localhost")


def numbers(entry: Entry) -> list[object]:
    """Return what an entry counts."""
    return [getattr(entry, name) for name in ("length", "headers_left_out", "lost", "status") if hasattr(entry, name)]
