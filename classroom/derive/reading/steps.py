"""Which step of the protocol a message is, by one table: it must also fit clients that we did not write."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from classroom.derive.reading.message import Message
from wire.message import NAMES, Response

FILE = Path(__file__).with_name("steps.toml")
SERVERS = ("auth", "bank")  # whoever else receives a request is a client
KNOWN_BY = ("kind", "party", "path", "method", "status", "sends", "carries", "leads_to", "page", "stage")


@dataclass(frozen=True, slots=True)
class Step:
    """What a message of this step means; `variants` are sentences for messages that carry more or less."""

    name: str
    says: str
    section: str
    begins: bool
    variants: dict[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One way in which a step is known; what is empty may be anything."""

    step: Step
    kind: str
    party: str
    paths: tuple[str, ...]
    method: str
    statuses: range | None
    sends: tuple[str, ...]
    carries: tuple[str, ...]
    leads_to: str
    page: bytes
    stage: str

    def fits(self, message: Message) -> bool:
        """Whether a message is known by this row; what costs least is looked at first."""
        exchange, entry = message.exchange, message.entry
        return (
            (not self.method or message.method == self.method)
            and (not self.paths or any(matches(exchange.path, path) for path in self.paths))
            and (self.statuses is None or (isinstance(entry, Response) and entry.status in self.statuses))
            and (not self.leads_to or leads_to(message, self.leads_to))
            and (not self.page or self.page in message.reading.body)
            and (not self.sends or any(sends(message, each) for each in self.sends))
            and (not self.carries or any(carries(message, each) for each in self.carries))
        )

    def fits_every_message_of_its_kind(self) -> bool:
        """Whether nothing but the kind is looked at, so that no row of this kind may come after it."""
        conditions = (self.party, self.paths, self.method, self.sends, self.carries, self.leads_to, self.page)
        return self.statuses is None and not any(conditions)


def step_of(message: Message) -> Row:
    """Return the row that a message is known by; once its request is known, the row stays."""
    request = message.exchange.request
    # A response may be read before its request, and is then taken for something else until that arrives.
    if message.row is None or message.row[0] is not request:
        # The attacker has a row of its own for notes, and is a client for all else.
        party = message.entry.party
        rows = rows_for(NAMES[type(message.entry)], party if party in (*SERVERS, "attacker") else "client")
        message.row = request, next(row for row in rows if row.fits(message))
    row: Row = message.row[1]
    return row


@cache
def steps() -> dict[str, Step]:
    """Return every step by its name."""
    return {row.step.name: row.step for row in table()}


@cache
def table() -> tuple[Row, ...]:
    """Return the rows, in the order in which they are tried."""
    written = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(row for name, step in written.items() for row in rows_of(name, step))


@cache
def rows_for(kind: str, party: str) -> tuple[Row, ...]:
    """Return the rows that can fit a kind of message at a party."""
    parties = ("", party) if party in SERVERS else ("", party, "client")
    return tuple(row for row in table() if row.kind == kind and row.party in parties)


@cache
def begins_a_flow(party: str, path: str) -> bool:
    """Whether whatever is said at a path of a party is part of a flow."""
    return any(row.step.begins and row.party == party and path in row.paths for row in table())


def rows_of(name: str, written: dict[str, Any]) -> Iterator[Row]:
    """Read one step of the table, which is known in one way or in several."""
    others = {key: value for key, value in written.items() if key not in (*KNOWN_BY, "at", "says", "section", "begins")}
    step = Step(name, written["says"], written["section"], written.get("begins", False), others)
    for way in written.get("at", [written]):
        first, _, last = str(way.get("status", "")).partition("-")
        yield Row(
            step=step,
            kind=way["kind"],
            party=way.get("party", ""),
            paths=several(way.get("path", ())),
            method=way.get("method", ""),
            statuses=range(int(first), int(last) + 1) if first else None,
            sends=several(way.get("sends", ())),
            carries=several(way.get("carries", ())),
            leads_to=way.get("leads_to", ""),
            page=way.get("page", "").encode(),
            stage=way.get("stage", ""),
        )


def several(written: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (written,) if isinstance(written, str) else tuple(written)


def matches(path: str, pattern: str) -> bool:
    return fnmatchcase(path, pattern) if "*" in pattern else path == pattern


def leads_to(message: Message, pattern: str) -> bool:
    locations = message.reading.locations
    return bool(message.reading.header("location")) and matches(locations[0].path, pattern)


def sends(message: Message, wanted: str) -> bool:
    """Whether the request of a message has a parameter, or has it with this value."""
    request = message.exchange.request if message.reading.is_response else message
    name, _, value = wanted.partition("=")
    sent = request.parameter(name) if request else None
    return sent == value if value else bool(sent)


def carries(message: Message, wanted: str) -> bool:
    """Whether a response has a parameter, or has it with this value."""
    name, _, value = wanted.partition("=")
    carried = message.response_parameter(name)
    return carried == value if value else bool(carried)
