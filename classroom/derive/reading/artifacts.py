"""Artifacts: every secret of a message, found at the places where messages are known to carry them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from classroom.derive.reading import decode
from classroom.derive.reading.places import FACTS, HANDED_OVER, JWTS, NAMES, NEXT, OURS
from wire.message import Entry, Held, Note, Request, Response

SESSION = re.compile(r"sess|sid$|^remember|^auth|login", re.IGNORECASE)
FORM = "application/x-www-form-urlencoded"
FINGERPRINT = 4  # digits that a label has at least


@dataclass(frozen=True, slots=True)
class Sighting:
    """One value at one place of one message."""

    kind: str
    fingerprint: str
    place: str
    value: str


@dataclass(frozen=True, slots=True)
class Artifact:
    """A secret, known by its kind and the SHA-256 of its value; `label` is what people are shown."""

    kind: str
    fingerprint: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Scan:
    """All that one reading of an entry finds: its artifacts, and by name the facts around them."""

    sightings: tuple[Sighting, ...]
    facts: dict[str, Any]


Found = Iterator[tuple[str, str, Any]]  # kind, place, value; a fact's kind is empty


def scan(entry: Entry) -> Scan:
    """Find everything in an entry; this reads it, and nothing else does again."""
    found: dict[tuple[str, str, str], None] = {}
    facts: dict[str, Any] = {}
    for kind, place, value in places(entry):
        if kind and value:
            found[kind, place, value] = None
        elif not kind:
            facts.setdefault(place.rpartition(".")[2], value)
    seen = (Sighting(kind, decode.fingerprint(value), place, value) for kind, place, value in found)
    return Scan(tuple(seen), facts)


def places(entry: Entry) -> Found:
    if isinstance(entry, Request | Held):
        yield from in_request(entry)
    elif isinstance(entry, Response):
        yield from in_response(entry)
    elif isinstance(entry, Note):
        for name, value in entry.details.items():
            yield from named("note", "note", name, str(value))
            if "://" in str(value):
                yield from in_address(f"note.{name}", str(value))


def in_request(entry: Request | Held) -> Found:
    """Look at the address, the headers, and the form or JSON in the body."""
    _, query, _ = decode.address(entry.target)
    yield from listed("query", "query", decode.pairs(query), entry.party)
    for name, value in entry.headers:
        lower = name.lower()
        if lower == "authorization":
            yield from in_authorization(value)
        elif lower == "referer":
            yield from listed("referer.query", "referer.query", decode.pairs(decode.address(value)[1]))
    for name, value in decode.cookies(entry.headers):
        yield from in_cookie("cookie", name, value)
    if not entry.body:
        return
    sent_as = decode.header(entry.headers, "content-type").lower()
    if sent_as.startswith(FORM) or not sent_as:
        yield from listed("form", "form", decode.pairs(decode.text(entry.body)), entry.party)
    elif "json" in sent_as:
        yield from in_json(entry.body, "json.request")


def in_authorization(value: str) -> Found:
    if shown := decode.basic(value):
        yield "", "header.authorization.basic.client_id", shown[0]
        yield "client_secret", "header.authorization.basic.password", shown[1]
    elif token := decode.bearer(value):
        yield "access_token", "header.authorization.bearer", token


def in_response(entry: Response) -> Found:
    """Look at `Location`, the cookies that are set, the JSON, and the hidden fields of Bank ID's pages."""
    for name, value in entry.headers:
        if name.lower() == "location":
            yield from in_address("location", value, entry.party)
    for name, value in decode.set_cookies(entry.headers):
        yield from in_cookie("set-cookie", name, value)
    kind = decode.header(entry.headers, "content-type").lower()
    if "json" in kind:
        yield from in_json(entry.body)
    elif entry.party == "auth" and kind.startswith("text/html"):
        yield from listed("page", "page", decode.hidden_fields(entry.body), entry.party)


def in_address(place: str, value: str, party: str = "") -> Found:
    _, query, fragment = decode.address(value)
    yield from listed(f"{place}.query", "location.query", decode.pairs(query), party)
    yield from listed(f"{place}.fragment", "location.fragment", decode.pairs(fragment))


def in_cookie(place: str, name: str, value: str) -> Found:
    """Tell what a cookie's name says it holds."""
    if kind := NAMES["cookie"].get(name) or ("session" if SESSION.search(name) else ""):
        yield kind, f"{place}.{name}", value


def in_json(body: bytes, table: str = "json") -> Found:
    told: dict[str, Any] = decode.members(body)
    for name, value in told.items():
        if isinstance(value, str):
            yield from named("json", table, name, value)
        elif name in FACTS:
            yield "", f"json.{name}", value


def listed(place: str, table: str, pairs: decode.Pairs, party: str = "") -> Found:
    """Look through pairs; a `next` holds an address of the same server with pairs of its own."""
    for name, value in pairs:
        yield from named(place, table, name, value)
        if party == "auth" and name in OURS:
            yield OURS[name], f"{place}.{name}", value
        if table == "query" and name in HANDED_OVER and "://" in value:
            yield from in_address(f"{place}.{name}", value)
        if party == "auth" and name in NEXT and table != "next":
            yield from listed(f"{place}.next", "next", decode.pairs(decode.address(value)[1]), party)


def named(place: str, table: str, name: str, value: str) -> Found:
    """Tell what stands under a name, and what a JWT under it claims."""
    if kind := NAMES[table].get(name):
        yield kind, f"{place}.{name}", value
    elif name in FACTS:
        yield "", f"{place}.{name}", value
    if name in JWTS and "." in value:
        for claim, told in decode.claims(value).items():
            if claim in NAMES["jwt"] and isinstance(told, str):
                yield NAMES["jwt"][claim], f"{place}.{name}.jwt.{claim}", told
            elif claim == "sub":
                yield "", f"{place}.{name}.jwt.sub", told
