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
    answer = isinstance(entry, Response)
    asked = message.exchange.request.entry if message.exchange.request else None
    request = entry if isinstance(entry, Request | Held) else asked
    target = request.target if isinstance(request, Request | Held) else ""
    alone = isinstance(entry, Note | Gap | Held)
    return {
        "id": entry.id,
        "exchange": entry.exchange,
        "kind": NAMES[type(entry)],
        "world": entry.world,
        "party": entry.party,
        "at": entry.at,
        "from": receiver | {"how": "it answered"} if answer else by(sent, receiver, alone),
        "to": {"id": sent.id, "title": sent.title} if answer else receiver,
        "channel": "none" if alone else sent.channel,
        "method": request.method if isinstance(request, Request | Held) else None,
        "target": target or None,
        "path": target.partition("?")[0].partition("#")[0] or None,
        "status": entry.status if isinstance(entry, Response) else None,
        "reason": entry.reason if isinstance(entry, Response) else None,
        **content(entry),
        "artifacts": [found(message, seen, book) for seen in message.sightings],
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
    told: Json = {"headers": [], "length": len(body), "cut": False}
    if isinstance(entry, Request | Response | Held):
        told["headers"] = [[name, value] for name, value in entry.headers]
        told["headers_left_out"] = entry.headers_left_out
        told |= {"length": entry.length, "cut": entry.length > len(body)}
    if isinstance(entry, Response):
        told["location"] = next((value for name, value in entry.headers if name.lower() == "location"), None)
    elif isinstance(entry, Note):
        told |= {"what": entry.what, "details": dict(entry.details)}
    elif isinstance(entry, Held):
        told |= {"what": entry.what, "until": entry.until, "action": entry.action}
    elif isinstance(entry, Gap):
        told["lost"] = entry.lost
    return told | readable(body, bool(told["cut"]))


def readable(body: bytes, cut: bool) -> Json:
    """Return a body as text; where it was cut, half a character at its end is left out."""
    try:
        return {"body": body.decode("utf-8"), "body_encoding": "utf-8"}
    except UnicodeDecodeError as problem:
        if cut and problem.start >= len(body) - 3:
            return {"body": body[: problem.start].decode("utf-8"), "body_encoding": "utf-8"}
        return {"body": b64encode(body).decode(), "body_encoding": "base64"}


def found(message: Message, seen: Any, book: Book) -> Json:
    """Return one sighting, and whether its artifact had been seen before."""
    artifact = book.artifact(seen)
    first = book.record(message.entry.world, seen).first
    return {
        "kind": artifact.kind,
        "label": artifact.label,
        "fingerprint": artifact.fingerprint,
        "place": seen.place,
        "value": seen.value,
        "seen": "first" if first is message else "again",
    }
