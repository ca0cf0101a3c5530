"""A message's parts as their receiver reads them; the input is a message as `/api/messages` tells it."""

import json
from base64 import b64decode
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urljoin

from classroom.derive.reading import decode

Message = Mapping[str, Any]
Pairs = list[tuple[str, str]]


class Reading:
    """One message, decoded where somebody asks."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.id = str(message["id"])
        self.is_response = message["kind"] == "response"
        self.is_request = message["kind"] == "request"
        self.party = str(message.get("party", ""))
        self.method = str(message.get("method") or "")
        self.path = str(message.get("path") or "")
        self.status = int(message.get("status") or 0)

    @cached_property
    def headers(self) -> Pairs:
        return [(str(name), str(value)) for name, value in self.message.get("headers") or ()]

    def header(self, name: str) -> str:
        return decode.header(tuple(self.headers), name.lower())

    @cached_property
    def body(self) -> str:
        body = str(self.message.get("body") or "")
        if self.message.get("body_encoding") == "base64":
            return b64decode(body).decode("utf-8", "replace")
        return body

    @cached_property
    def query(self) -> Pairs:
        """The query of a request's target."""
        return decode.pairs(decode.address(str(self.message.get("target") or ""))[1]) if self.is_request else []

    @cached_property
    def form(self) -> Pairs:
        form = self.header("content-type").lower().startswith("application/x-www-form-urlencoded")
        return decode.pairs(self.body) if self.is_request and form else []

    @cached_property
    def json(self) -> dict[str, Any]:
        return decode.members(self.body) if "json" in self.header("content-type").lower() else {}

    @cached_property
    def location(self) -> str:
        """Where a redirect sends the browser, as a whole address."""
        target = self.header("location") if self.is_response else ""
        origin = str(self.message.get("origin") or "")
        return urljoin(origin, target) if target else ""

    @cached_property
    def location_query(self) -> Pairs:
        return decode.pairs(decode.address(self.location)[1])

    @cached_property
    def location_fragment(self) -> Pairs:
        return decode.pairs(decode.address(self.location)[2])

    @cached_property
    def handed_over(self) -> Pairs:
        """What a page of the authorization server hands to the window that opened it (RFC 9700 §4.17)."""
        shown = self.body if self.is_response and self.party == "auth" and self.status == 200 else ""
        return decode.hidden_fields(shown.encode()) if '<form id="answer"' in shown else []

    @cached_property
    def basic(self) -> tuple[str, str] | None:
        return decode.basic(self.header("authorization")) if self.is_request else None

    def asked(self, name: str) -> str | None:
        """Return a parameter of a request, from its query or its form."""
        return next((value for key, value in (*self.query, *self.form) if key == name), None)

    def told(self, name: str) -> str | None:
        """Return a member of a response, or a parameter of the address or the message by which it is told on."""
        if name in self.json:
            return shown(self.json[name])
        told = (*self.location_query, *self.location_fragment, *self.handed_over)
        return next((value for key, value in told if key == name), None)

    def parameters(self) -> Iterator[tuple[str, str, str]]:
        """Return place, name and value of everything that has a meaning of its own."""
        places: tuple[tuple[str, Pairs], ...] = (
            ("query", self.query),
            ("form", self.form),
            ("location.query", self.location_query),
            ("location.fragment", self.location_fragment),
            ("message", self.handed_over),
            ("json", [(name, shown(value)) for name, value in self.json.items()]),
        )
        for place, pairs in places:
            yield from ((place, name, value) for name, value in pairs)


def shown(value: Any) -> str:
    """Return a JSON value as text: a string as it is, a list of strings as its words, all else as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return " ".join(value)
    return json.dumps(value, ensure_ascii=False)
