"""One reading of an entry: each part of a message is decoded once, in the way in which its receiver reads it."""

import json
from collections.abc import Callable, Iterator
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import urljoin

from classroom.derive.reading import decode
from classroom.derive.reading.artifacts import Scan, scan
from classroom.derive.reading.decode import Pairs
from wire.message import Entry, Headers, Held, Request, Response

FORM = "application/x-www-form-urlencoded"
ANSWER_FORM = b'<form id="answer"'  # of the page that hands an authorization response to another window


Part = TypeVar("Part")


class once(Generic[Part]):
    """What is decoded when somebody asks for it, and then kept: a `cached_property` without that one's lock.

    A lock for each part of each message costs as much as the decoding, and none is needed: two threads that ask at
    the same moment would decode the same bytes to the same part.
    """

    def __init__(self, decode: Callable[[Any], Part]) -> None:
        self.decode, self.name, self.__doc__ = decode, decode.__name__, decode.__doc__

    def __get__(self, reading: Any, owner: type) -> Part:
        part = reading.__dict__[self.name] = self.decode(reading)
        return part


class Address(NamedTuple):
    """An address taken apart: what stands before the query, and the pairs in query and fragment."""

    path: str
    query: Pairs
    fragment: Pairs


class Reading:
    """An entry and all that stands in it; a part that nobody asks for is not decoded."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.is_request = isinstance(entry, Request)
        self.is_response = isinstance(entry, Response)
        self.headers: Headers = ()
        self.body = b""
        if isinstance(entry, Request | Response | Held):  # a note and a gap have neither
            self.headers, self.body = entry.headers, entry.body

    @once
    def scan(self) -> Scan:
        """The secrets of the entry, and the facts around them."""
        return scan(self)

    def header(self, name: str) -> str:
        """Return the first header of a name, which is given in small letters."""
        return decode.header(self.headers, name)

    @once
    def media_type(self) -> str:
        return self.header("content-type").lower()

    @once
    def target(self) -> Address:
        """Where a request goes."""
        entry = self.entry
        return address(entry.target) if isinstance(entry, Request | Held) else NOWHERE

    @once
    def form(self) -> Pairs:
        """The pairs in the body of a request; a body that does not say what it is may be a form, too."""
        if self.is_response or not self.body:
            return ()
        is_form = self.media_type.startswith(FORM) or (not self.media_type and b"=" in self.body)
        return decode.pairs(decode.text(self.body)) if is_form else ()

    @once
    def json(self) -> dict[str, Any]:
        return decode.members(self.body) if self.body and "json" in self.media_type else {}

    @once
    def locations(self) -> list[Address]:
        """Where a redirect leads; a browser follows the first `Location`, but a second one is seen as well."""
        if not self.is_response:
            return []
        return [address(value) for value in decode.every_header(self.headers, "location")]

    @once
    def location(self) -> str:
        """Where a redirect leads, as a whole address, whose origin may be the sender's own (RFC 9110 §10.2.2)."""
        target = self.header("location") if self.is_response else ""
        return urljoin(self.entry.origin, target) if target else ""

    @once
    def hidden_fields(self) -> Pairs:
        """The hidden fields of a page of the authorization server."""
        is_page = self.entry.party == "auth" and self.is_response and self.media_type.startswith("text/html")
        return decode.hidden_fields(self.body) if is_page else ()

    @once
    def handed_over(self) -> Pairs:
        """What a page of the authorization server hands to the window that opened it (RFC 9700 §4.17)."""
        is_ok = isinstance(self.entry, Response) and self.entry.status == 200
        return self.hidden_fields if is_ok and ANSWER_FORM in self.body else ()

    @once
    def basic(self) -> tuple[str, str] | None:
        """The client and its secret in an `Authorization` header (RFC 6749 §2.3.1)."""
        return decode.basic(self.header("authorization"))

    @once
    def bearer(self) -> str:
        """The access token in an `Authorization` header (RFC 6750 §2.1)."""
        return decode.bearer(self.header("authorization"))

    @property
    def location_query(self) -> Pairs:
        return self.locations[0].query if self.locations else ()

    @property
    def location_fragment(self) -> Pairs:
        return self.locations[0].fragment if self.locations else ()

    def parameter(self, name: str) -> str | None:
        """Return a parameter of a request, from its query or its form."""
        sent = (*self.target.query, *self.form) if self.is_request else ()
        return next((value for key, value in sent if key == name), None)

    def response_parameter(self, name: str) -> str | None:
        """Return a member of the JSON in a response, or a parameter of where it leads, or of what it hands over."""
        if name in self.json:
            return as_text(self.json[name])
        parts = (self.location_query, self.location_fragment, self.handed_over)
        return next((value for pairs in parts for key, value in pairs if key == name), None)

    def parameters(self) -> Iterator[tuple[str, str, str]]:
        """Return place, name and value of everything that has a meaning of its own."""
        places: tuple[tuple[str, Pairs], ...] = (
            ("query", self.target.query if self.is_request else ()),
            ("form", self.form if self.is_request else ()),
            ("location.query", self.location_query),
            ("location.fragment", self.location_fragment),
            ("message", self.handed_over),
            ("json", tuple((name, as_text(value)) for name, value in self.json.items())),
        )
        for place, pairs in places:
            yield from ((place, name, value) for name, value in pairs)

    def shows_secret(self) -> bool:
        """Whether a request carries a client's secret (RFC 6749 §2.3.1)."""
        in_header = self.basic is not None and self.basic[1] != ""
        return self.is_request and (in_header or bool(self.parameter("client_secret")))


NOWHERE = Address("", (), ())


def address(target: str) -> Address:
    if not target:
        return NOWHERE
    path, query, fragment = decode.address(target)
    return Address(path, decode.pairs(query), decode.pairs(fragment))


def as_text(value: Any) -> str:
    """Return a JSON value as text: a string as it is, a list of strings as its words, all else as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return " ".join(value)
    return json.dumps(value, ensure_ascii=False)
