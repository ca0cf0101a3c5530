"""A message as the classroom keeps it, and the exchange that it is one half of (RFC 9110 §3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from classroom.derive.reading.artifacts import Scan, Sighting
from classroom.derive.reading.decode import address
from classroom.derive.reading.people import NOBODY, Sender, program, sender
from wire.message import Entry, Request, Response

Order = tuple[float, int, int, str]


@dataclass(slots=True, eq=False)
class Message:
    """An entry, what one reading of it found, and the exchange that it belongs to."""

    entry: Entry
    scan: Scan
    exchange: "Exchange"
    order: Order

    @property
    def id(self) -> str:
        return self.entry.id

    @property
    def sightings(self) -> tuple[Sighting, ...]:
        return self.scan.sightings

    def fact(self, name: str) -> Any:
        return self.scan.facts.get(name)

    def word(self, name: str) -> str:
        """Return a fact that is text, and an empty string for any other."""
        told = self.scan.facts.get(name)
        return told if isinstance(told, str) else ""

    def holds(self, *kinds: str) -> bool:
        return any(sighting.kind in kinds for sighting in self.sightings)


@dataclass(slots=True, eq=False)
class Exchange:
    """A request and its response, each of which may be missing; `node` is its place among the flows."""

    id: str
    node: int
    party: str
    world: str
    request: Message | None = None
    response: Message | None = None
    sent_by: str = ""  # one of our servers, by its `User-Agent`
    path: str = ""
    begun: float = 0.0
    ended: float = 0.0
    cause: "Exchange | None" = None  # of a held redirect: the exchange whose answer it is
    held: "Exchange | None" = None  # the other way round
    sender: tuple[int, Sender] | None = None  # who sent the request, as told by so many known origins
    messages: list[Message] = field(default_factory=list)

    def take(self, message: Message) -> None:
        self.messages.append(message)
        if isinstance(message.entry, Request) and self.request is None:
            self.request = message
            self.path, self.begun = address(message.entry.target)[0], message.entry.at
            agent = next((value for name, value in message.entry.headers if name.lower() == "user-agent"), "")
            self.sent_by = program(agent)
        elif isinstance(message.entry, Response) and self.response is None:
            self.response, self.ended = message, message.entry.at


def sender_of(exchange: Exchange, origins: Mapping[str, str]) -> Sender:
    """Say who sent the request of an exchange; said once for as many origins as are known, and these only grow."""
    asked = exchange.request.entry if exchange.request else None
    if not isinstance(asked, Request):
        return NOBODY
    if exchange.sender is None or exchange.sender[0] != len(origins):
        exchange.sender = len(origins), sender(asked, origins)
    return exchange.sender[1]


def order_of(entry: Entry) -> Order:
    """Return what messages are sorted by: when they happened, then the place in the stream."""
    milliseconds, _, number = entry.id.partition("-")
    plain = milliseconds.isascii() and milliseconds.isdigit() and number.isascii() and number.isdigit()
    return (entry.at, int(milliseconds[:18]), int(number[:18]), entry.id) if plain else (entry.at, 0, 0, entry.id)
