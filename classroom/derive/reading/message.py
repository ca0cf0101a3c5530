"""A message as the classroom keeps it, and the exchange that it is one half of (RFC 9110 §3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from classroom.derive.reading.artifacts import Sighting
from classroom.derive.reading.people import NOBODY, Sender, program, sender
from classroom.derive.reading.reading import Reading
from wire.message import Entry, Request, Response

Order = tuple[float, int, int, str]


@dataclass(slots=True, eq=False)
class Message:
    """An entry in its one reading, and the exchange that it belongs to."""

    reading: Reading
    exchange: "Exchange"
    order: Order
    row: "tuple[Message | None, Any] | None" = None  # which step it is, told while this was the request

    @property
    def entry(self) -> Entry:
        return self.reading.entry

    @property
    def id(self) -> str:
        return self.reading.entry.id

    @property
    def path(self) -> str:
        """The path of the request."""
        return self.exchange.path

    @property
    def method(self) -> str:
        """The method of the request."""
        request = self.exchange.request
        return request.entry.method if request and isinstance(request.entry, Request) else ""

    @property
    def status(self) -> int:
        """The status of a response; 0 for all else."""
        entry = self.reading.entry
        return entry.status if isinstance(entry, Response) else 0

    def parameter(self, name: str) -> str | None:
        """Return a parameter of a request."""
        return self.reading.parameter(name)

    def response_parameter(self, name: str) -> str | None:
        """Return a parameter of a response."""
        return self.reading.response_parameter(name)

    @property
    def sightings(self) -> tuple[Sighting, ...]:
        return self.reading.sightings

    def fact(self, name: str) -> Any:
        return self.reading.facts.get(name)

    def word(self, name: str) -> str:
        """Return a fact that is text, and an empty string for any other."""
        fact = self.reading.facts.get(name)
        return fact if isinstance(fact, str) else ""

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
            self.path, self.begun = message.reading.target.path, message.entry.at
            self.sent_by = program(message.reading.header("user-agent"))
        elif isinstance(message.entry, Response) and self.response is None:
            self.response, self.ended = message, message.entry.at


def sender_of(exchange: Exchange, origins: Mapping[str, str]) -> Sender:
    """Say who sent the request of an exchange; said once for as many origins as are known, and these only grow."""
    request = exchange.request.entry if exchange.request else None
    if not isinstance(request, Request):
        return NOBODY
    if exchange.sender is None or exchange.sender[0] != len(origins):
        exchange.sender = len(origins), sender(request, origins)
    return exchange.sender[1]


def order_of(entry: Entry) -> Order:
    """Return what messages are sorted by: when they happened, then the place in the stream."""
    milliseconds, _, number = entry.id.partition("-")
    plain = milliseconds.isascii() and milliseconds.isdigit() and number.isascii() and number.isdigit()
    return (entry.at, int(milliseconds[:18]), int(number[:18]), entry.id) if plain else (entry.at, 0, 0, entry.id)
