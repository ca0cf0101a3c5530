"""One reading of an entry: each part of a message is decoded once, in the way in which its receiver reads it."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urljoin

from classroom.derive.reading import decode
from classroom.derive.reading.artifacts import scan
from classroom.derive.reading.decode import Pairs
from wire.message import Entry, Headers, Held, Request, Response

FORM = "application/x-www-form-urlencoded"
ANSWER_FORM = b'<form id="answer"'  # of the page that hands an authorization response to another window


class Address(NamedTuple):
    """A URL taken apart: what stands before the query, and the pairs in query and fragment."""

    path: str
    query: Pairs
    fragment: Pairs


NOWHERE = Address("", (), ())


class Reading:
    """An entry, the parts of it, and the secrets and facts in them; all that is derived is made of this.

    A hundred thousand of them are kept, so they hold few objects: the garbage collector walks over all of these.
    """

    __slots__ = (
        *("entry", "is_request", "is_response", "headers", "body"),
        *("target", "locations", "form", "json", "hidden_fields", "sightings", "facts"),
    )

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.is_request = isinstance(entry, Request)
        self.is_response = isinstance(entry, Response)
        self.headers: Headers = ()
        self.body = b""
        if isinstance(entry, Request | Response | Held):  # a note and a gap have neither
            self.headers, self.body = entry.headers, entry.body
        self.target = address(entry.target) if isinstance(entry, Request | Held) else NOWHERE
        # A browser follows the first `Location` only, but what stands in a second one has crossed the wire as well.
        locations = decode.every_header(self.headers, "location") if self.is_response else ()
        self.locations = tuple(address(value) for value in locations)
        self.form, self.json, self.hidden_fields = self.read_body() if self.body else ((), {}, ())
        self.sightings, self.facts = scan(self)

    def read_body(self) -> tuple[Pairs, dict[str, Any], Pairs]:
        """Return what the body is: the pairs of a form, the members of a JSON object, or a page's hidden fields."""
        media_type = self.header("content-type").lower()
        if "json" in media_type:
            return (), decode.members(self.body), ()
        if self.is_response:
            is_page = self.entry.party == "auth" and media_type.startswith("text/html")
            return (), {}, decode.hidden_fields(self.body) if is_page else ()
        # A body that does not say what it is may be a form, too: what an attacker leaves out must hide nothing.
        is_form = media_type.startswith(FORM) or (not media_type and b"=" in self.body)
        return decode.pairs(decode.text(self.body)) if is_form else (), {}, ()

    def header(self, name: str) -> str:
        """Return the first header of a name, which is given in small letters."""
        return decode.header(self.headers, name)

    @property
    def location(self) -> str:
        """Where a redirect leads, as a whole URL, whose origin may be the sender's own (RFC 9110 §10.2.2)."""
        target = self.header("location") if self.is_response else ""
        return urljoin(self.entry.origin, target) if target else ""

    @property
    def handed_over(self) -> Pairs:
        """What a page of the authorization server hands to the window that opened it (RFC 9700 §4.17)."""
        is_ok = isinstance(self.entry, Response) and self.entry.status == 200
        return self.hidden_fields if is_ok and ANSWER_FORM in self.body else ()

    @property
    def basic(self) -> tuple[str, str] | None:
        """The client and its secret in an `Authorization` header (RFC 6749 §2.3.1)."""
        return decode.basic(self.header("authorization"))

    @property
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
        credentials = self.basic
        in_header = credentials is not None and credentials[1] != ""
        return self.is_request and (in_header or bool(self.parameter("client_secret")))


def address(target: str) -> Address:
    path, query, fragment = decode.address(target)
    return Address(path, decode.pairs(query), decode.pairs(fragment))


def as_text(value: Any) -> str:
    """Return a JSON value as text: a string as it is, a list of strings as its words, all else as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return " ".join(value)
    return json.dumps(value, ensure_ascii=False)
