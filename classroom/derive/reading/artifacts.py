"""Artifacts: every secret of a message, found at the places where messages are known to carry them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from classroom.derive.reading import decode
from classroom.derive.reading.places import FACTS, HANDED_OVER, JWTS, NAMES, NEXT, OURS
from wire.message import Held, Note, Request, Response

if TYPE_CHECKING:
    from classroom.derive.reading.reading import Reading

SESSION = re.compile(r"sess|sid$|^remember|^auth|login", re.IGNORECASE)
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


Values = Iterator[tuple[str, str, Any]]  # kind, place, value; a fact's kind is empty


def scan(reading: "Reading") -> tuple[tuple[Sighting, ...], dict[str, Any]]:
    """Return every secret in an entry with its places, and by name the facts around them."""
    secrets: dict[tuple[str, str, str], None] = {}
    facts: dict[str, Any] = {}
    for kind, place, value in places(reading):
        if kind and value:
            secrets[kind, place, value] = None
        # The first one counts; a second one of the same name is an attacker's trick, and the servers refuse it.
        elif not kind:
            facts.setdefault(place.rpartition(".")[2], value)
    sightings = (Sighting(kind, decode.fingerprint(value), place, value) for kind, place, value in secrets)
    return tuple(sightings), facts


def places(reading: "Reading") -> Values:
    entry = reading.entry
    if isinstance(entry, Request | Held):
        yield from in_request(reading)
    elif isinstance(entry, Response):
        yield from in_response(reading)
    elif isinstance(entry, Note):
        for name, value in entry.details.items():
            yield from named("note", "note", name, str(value))
            if "://" in str(value):
                yield from in_address(f"note.{name}", str(value))


def in_request(reading: "Reading") -> Values:
    """Look at the URL, the headers, and the form or JSON in the body."""
    party = reading.entry.party
    yield from listed("query", "query", reading.target.query, party)
    for name, value in reading.headers:
        lower = name.lower()
        if lower == "authorization":
            yield from in_authorization(value)
        elif lower == "referer":
            yield from listed("referer.query", "referer.query", decode.pairs(decode.address(value)[1]))
    for name, value in decode.cookies(reading.headers):
        yield from in_cookie("cookie", name, value)
    if reading.body:
        yield from listed("form", "form", reading.form, party)
        yield from in_json(reading.json, "json.request")


def in_authorization(value: str) -> Values:
    if credentials := decode.basic(value):
        yield "", "header.authorization.basic.client_id", credentials[0]
        yield "client_secret", "header.authorization.basic.password", credentials[1]
    elif token := decode.bearer(value):
        yield "access_token", "header.authorization.bearer", token


def in_response(reading: "Reading") -> Values:
    """Look at `Location`, the cookies that are set, the JSON, and the hidden fields of Bank ID's pages."""
    party = reading.entry.party
    for location in reading.locations:
        yield from listed("location.query", "location.query", location.query, party)
        yield from listed("location.fragment", "location.fragment", location.fragment)
    for name, value in decode.set_cookies(reading.headers):
        yield from in_cookie("set-cookie", name, value)
    if reading.body:
        yield from in_json(reading.json)
        yield from listed("page", "page", reading.hidden_fields, party)


def in_address(place: str, value: str) -> Values:
    _, query, fragment = decode.address(value)
    yield from listed(f"{place}.query", "location.query", decode.pairs(query))
    yield from listed(f"{place}.fragment", "location.fragment", decode.pairs(fragment))


def in_cookie(place: str, name: str, value: str) -> Values:
    """Tell what a cookie's name says it holds."""
    if kind := NAMES["cookie"].get(name) or ("session" if SESSION.search(name) else ""):
        yield kind, f"{place}.{name}", value


def in_json(members: dict[str, Any], table: str = "json") -> Values:
    for name, value in members.items():
        if isinstance(value, str):
            yield from named("json", table, name, value)
        elif name in FACTS:
            yield "", f"json.{name}", value


def listed(place: str, table: str, pairs: decode.Pairs, party: str = "") -> Values:
    """Look through pairs; a `next` holds a URL of the same server with pairs of its own."""
    for name, value in pairs:
        yield from named(place, table, name, value)
        # Only Bank ID gives such numbers: the same name at a client means something else.
        if party == "auth" and name in OURS:
            yield OURS[name], f"{place}.{name}", value
        if table == "query" and name in HANDED_OVER and "://" in value:
            yield from in_address(f"{place}.{name}", value)
        if party == "auth" and name in NEXT and table != "next":
            yield from listed(f"{place}.next", "next", decode.pairs(decode.address(value)[1]), party)


def named(place: str, table: str, name: str, value: str) -> Values:
    """Tell what stands under a name, and what a JWT under it claims."""
    if kind := NAMES[table].get(name):
        yield kind, f"{place}.{name}", value
    elif name in FACTS:
        yield "", f"{place}.{name}", value
    # Claims are read without checking the signature: a forged token has crossed the wire, too.
    if name in JWTS and "." in value:
        for claim, content in decode.claims(value).items():
            if claim in NAMES["jwt"] and isinstance(content, str):
                yield NAMES["jwt"][claim], f"{place}.{name}.jwt.{claim}", content
            elif claim == "sub":
                yield "", f"{place}.{name}.jwt.sub", content
