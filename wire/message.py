"""What crossed the wire, as the server that received it saw it (RFC 9110 §3.4)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

Headers = tuple[tuple[str, str], ...]
HEADERS = "glassbox.headers"  # where our server leaves, in WSGI's environment, the headers as they came


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What all entries have: `id` is the stream's, `at` seconds since 1970, `world` empty for the secure parties."""

    id: str = ""
    exchange: str = ""  # joins a response to its request
    world: str = ""
    party: str  # who received the request: `auth`, `bank`, `budget`, `balance`
    origin: str = ""  # that party's
    at: float


@dataclass(frozen=True, kw_only=True)
class Request(Entry):
    """A request; `length` is the whole body's, which is longer than `body` where the recorder had to cut it.

    `headers_left_out` is how many headers found no room in the record.
    """

    method: str
    target: str  # path and query, percent-encoded as it came
    protocol: str = "HTTP/1.1"
    headers: Headers = ()
    headers_left_out: int = 0
    body: bytes = b""
    length: int = 0
    address: str = ""  # the peer's


@dataclass(frozen=True, kw_only=True)
class Response(Entry):
    """A response; `at` is when its last byte was handed to the server."""

    status: int
    reason: str = ""
    headers: Headers = ()
    headers_left_out: int = 0
    body: bytes = b""
    length: int = 0


@dataclass(frozen=True, kw_only=True)
class Note(Entry):
    """What happened without a message, in the words of the page that it happened in."""

    what: str
    details: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Gap(Entry):
    """Entries that could not be written, because Redis was away.

    `in_doubt` names those that may have been written late: whoever reads the stream sees whether they are there. A gap
    may be written twice, for its own answer may be lost; its `name` tells that it is the same.
    """

    lost: int
    name: str = ""
    in_doubt: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Held(Entry):
    """A request or a redirect that step mode holds until `until`, or until it is let go (`action` is then set)."""

    what: str  # `request` or `redirect`
    until: float
    cause: str = ""  # the exchange whose answer a held redirect is
    action: str = ""  # `` while it is held; then `go`, `edited`, `drop` or `timeout`
    method: str = ""
    target: str = ""  # where it is about to go
    headers: Headers = ()
    headers_left_out: int = 0
    body: bytes = b""
    length: int = 0


KINDS: dict[str, type[Entry]] = {
    "request": Request,
    "response": Response,
    "note": Note,
    "gap": Gap,
    "held": Held,
}
NAMES = {kind: name for name, kind in KINDS.items()}


def name_of(entry: Entry) -> str:
    """Return what an entry is named by before the stream has given it an id."""
    return f"{entry.exchange}:{NAMES[type(entry)]}:{getattr(entry, 'action', '')}"


AS_JSON = {"headers", "details", "in_doubt"}
WRITTEN = {  # by kind: the fields that stand in the stream, and the value at which each is left out
    kind: [(field.name, field.default) for field in fields(kind) if field.name != "id"] for kind in NAMES
}
json_of = json.JSONEncoder(separators=(",", ":")).encode


def to_fields(entry: Entry) -> dict[str, str | bytes | int | float]:
    """Return what the stream holds of an entry: flat fields, headers and details as JSON, bodies as they are."""
    kind = type(entry)
    written: dict[str, str | bytes | int | float] = {"kind": NAMES[kind]}
    for name, default in WRITTEN[kind]:
        value = getattr(entry, name)
        if value != default:
            written[name] = json_of(value) if name in AS_JSON else value
    return written


def from_fields(entry_id: str, written: Mapping[bytes, bytes]) -> Entry:
    """Read an entry back; a field that another version wrote and this one does not know is left out."""
    kind = KINDS[written[b"kind"].decode()]
    known = READ[kind]
    values = {known[name][0]: known[name][1](raw) for name, raw in written.items() if name in known}
    return kind(id=entry_id, **values)


def text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def headers_in(raw: bytes) -> Headers:
    headers = tuple([(name, value) for name, value in json.loads(raw)])
    for name, value in headers:
        if not (isinstance(name, str) and isinstance(value, str)):
            raise ValueError("a header is two texts")
    return headers


def details_in(raw: bytes) -> dict[str, str]:
    details = json.loads(raw)
    if not (isinstance(details, dict) and all(isinstance(value, str) for value in details.values())):
        raise ValueError("details are texts by their names")
    return details


def names_in(raw: bytes) -> tuple[str, ...]:
    names = tuple(json.loads(raw))
    if not all(isinstance(name, str) for name in names):
        raise ValueError("a name is a text")
    return names


READERS: dict[str, Any] = {
    "in_doubt": names_in,
    "at": float,
    "until": float,
    "length": int,
    "headers_left_out": int,
    "status": int,
    "lost": int,
    "body": bytes,
    "details": details_in,
    "headers": headers_in,
}
READ: dict[type[Entry], dict[bytes, tuple[str, Any]]] = {  # by kind and name in the stream: the field, and its reader
    kind: {name.encode(): (name, READERS.get(name, text)) for name, _ in written} for kind, written in WRITTEN.items()
}
