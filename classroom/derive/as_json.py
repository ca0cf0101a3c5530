"""A message as the classroom's pages and programs get it; made only when somebody asks."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from classroom.derive.reading.book import Book
from classroom.derive.reading.message import Message, sender_of
from classroom.derive.reading.people import Sender
from classroom.parties import HOLDERS
from wire.message import NAMES, Entry, Gap, Held, Note, Request, Response

Json = dict[str, Any]


def message_json(message: Message, origins: Mapping[str, str], book: Book) -> Json:
    """Return all of a message but its place in a flow, which the conversation knows."""
    entry, sent = message.entry, sender_of(message.exchange, origins)
    receiver = party(entry.party)
    is_response = isinstance(entry, Response)
    request_entry = message.exchange.request.entry if message.exchange.request else None
    request = entry if isinstance(entry, Request | Held) else request_entry
    target = request.target if isinstance(request, Request | Held) else ""
    alone = isinstance(entry, Note | Gap | Held)
    return {
        "id": entry.id,
        "exchange": entry.exchange,
        "kind": NAMES[type(entry)],
        "world": entry.world,
        "party": entry.party,
        "at": entry.at,
        "from": receiver | {"how": "it answered"} if is_response else by(sent, receiver, alone),
        "to": {"id": sent.id, "title": sent.title} if is_response else receiver,
        "channel": "none" if alone else sent.channel,
        "method": request.method if isinstance(request, Request | Held) else None,
        "target": target or None,
        "path": target.partition("?")[0].partition("#")[0] or None,
        "status": entry.status if isinstance(entry, Response) else None,
        "reason": entry.reason if isinstance(entry, Response) else None,
        **content(entry),
        "artifacts": [sighting_json(message, sighting, book) for sighting in message.sightings],
    }


def party(name: str) -> Json:
    return {"id": name, "title": HOLDERS[name].title if name in HOLDERS else name}


def by(sent: Sender, receiver: Json, alone: bool) -> Json:
    """Say who a message is from; what happened without one is told by the party itself."""
    if alone:
        return receiver | {"how": "it says so itself"}
    return {"id": sent.id, "title": sent.title, "how": sent.how}


def content(entry: Entry) -> Json:
    """Return headers and body; a body that is no text is given in base64."""
    body = entry.body if isinstance(entry, Request | Response | Held) else b""
    content: Json = {"headers": [], "length": len(body), "cut": False}
    if isinstance(entry, Request | Response | Held):
        content["headers"] = [[name, value] for name, value in entry.headers]
        content["headers_left_out"] = entry.headers_left_out
        content |= {"length": entry.length, "cut": entry.length > len(body)}
    if isinstance(entry, Response):
        content["location"] = next((value for name, value in entry.headers if name.lower() == "location"), None)
    elif isinstance(entry, Note):
        content |= {"what": entry.what, "details": dict(entry.details)}
    elif isinstance(entry, Held):
        content |= {"what": entry.what, "until": entry.until, "action": entry.action}
    elif isinstance(entry, Gap):
        content["lost"] = entry.lost
    return content | readable(body, bool(content["cut"]))


def readable(body: bytes, cut: bool) -> Json:
    """Return a body as text; where it was cut, half a character at its end is left out."""
    try:
        return {"body": body.decode("utf-8"), "body_encoding": "utf-8"}
    except UnicodeDecodeError as problem:
        # The recorder cuts at a number of bytes, which may be within a character.
        if cut and problem.start >= len(body) - 3:
            return {"body": body[: problem.start].decode("utf-8"), "body_encoding": "utf-8"}
        return {"body": b64encode(body).decode(), "body_encoding": "base64"}


def sighting_json(message: Message, sighting: Any, book: Book) -> Json:
    """Return one sighting, and whether its artifact had been seen before."""
    artifact = book.artifact(sighting)
    # Where it was first is the same for all who ask, whatever order the messages came in.
    first = book.record(message.entry.world, sighting).first
    return {
        "kind": artifact.kind,
        "label": artifact.label,
        "fingerprint": artifact.fingerprint,
        "place": sighting.place,
        "value": sighting.value,
        "seen": "first" if first is message else "again",
    }
