"""How secrets change hands: from one message, who is seen to have what, and in which place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from classroom.derive.reading.artifacts import Sighting
from classroom.derive.reading.message import Message, sender_of
from wire.message import Note, Request, Response

TYPED = ("password", "user_code")  # by a person, into a page


@dataclass(frozen=True, slots=True)
class Move:
    """A holder is seen to have an artifact at one of its places."""

    holder: str
    sighting: Sighting
    place: str


def moves(message: Message, origins: Mapping[str, str]) -> Iterator[Move]:
    """Return what a message shows: what its sender had, and what its receiver got."""
    entry = message.entry
    if isinstance(entry, Note):
        # A note comes from a page's script, so what it tells is in that page.
        for sighting in message.sightings:
            yield Move(entry.party, sighting, "page")
    elif isinstance(entry, Request):
        other = sender_of(message.exchange, origins).id
        for sighting in message.sightings:
            yield from had(other, sighting)
            yield Move(entry.party, sighting, at_receiver(entry.party, sighting.place))
    elif isinstance(entry, Response):
        other = sender_of(message.exchange, origins).id
        for sighting in message.sightings:
            yield Move(entry.party, sighting, "host" if entry.party == "balance" else "own")
            yield Move(other, sighting, got(other, sighting.place))
        yield from remembered(message, entry, other)


def had(sender: str, sighting: Sighting) -> Iterator[Move]:
    """Return where a sender had what it sends; a browser's address bar shows what is in the query."""
    if sender != "browser":
        yield Move(sender, sighting, "page" if sender == "balance" else "own")
        return
    # A password in a URL was not typed there: somebody wrote a link with it.
    if sighting.kind in TYPED and sighting.place.startswith("form."):
        yield Move("person", sighting, "own")
    yield Move("browser", sighting, in_browser(sighting.place))


def in_browser(place: str) -> str:
    if place.startswith("cookie."):
        return "cookies"
    if place.startswith("referer."):
        return "history"
    return "address" if place.startswith("query.") else "page"


def at_receiver(party: str, place: str) -> str:
    """Return where a receiver has what a request brings."""
    # It was not meant to get this: the browser told it where it came from (RFC 9110 §10.1.3).
    if place.startswith("referer."):
        return "referer"
    if party == "balance":
        return "host"
    return "query" if place.startswith("query.") else "received"


def got(receiver: str, place: str) -> str:
    """Return where a receiver has what an answer brings."""
    if receiver == "balance":
        return "page"
    if receiver != "browser":
        return "received"
    if place.startswith("location."):
        return "address"
    return "cookies" if place.startswith("set-cookie.") else "page"


def remembered(message: Message, entry: Response, other: str) -> Iterator[Move]:
    """Return what stays in the browser's history: the URL of a page that was shown, not of a redirect."""
    request = message.exchange.request
    # A redirect is not kept in the history, which is why a client leads on from the URL with the code.
    if other != "browser" or request is None or entry.status in range(300, 400):
        return
    if isinstance(request.entry, Request) and request.entry.method == "GET":
        for sighting in request.sightings:
            if sighting.place.startswith("query."):
                yield Move("browser", sighting, "history")
