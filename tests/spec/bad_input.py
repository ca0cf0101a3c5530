"""Requests such as nobody should send, in one place odd or in several (RFC 6749 §5.2)."""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

from hypothesis import strategies as st
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.support.four_parties import COOKIES, Parties


class Odd(NamedTuple):
    """A request to be sent; parameters are pairs of name and percent-encoded value."""

    method: str  # "" for the endpoint's own
    place: str  # where the parameters stand: query, form or both; "" where they should
    changed: list[tuple[str, str, str]]  # parameter, what is done to it, with which value
    kind: str  # of the body
    body: bytes
    authorization: str
    cookie: str
    segment: str  # of the path, where the rule has a variable


BYTES = [b"", b"\0", b"a\0b", b"\xff\xfe", b"\xc3(", b"\xed\xa0\x80", "é\u202e😀".encode(), b"a" * 5000, b"\r\nX: y"]
BYTES += [b"'\"\\<b>", b"%zz%", b"//evil", b"/authorize?\r\n[", b"1e999999", b"NaN", b"-1", b"9" * 5000, b"[", b"{}"]
values = st.sampled_from([quote(value, safe="") for value in BYTES]) | st.binary(max_size=12).map(quote)
NAMES = ["client_id", "client_secret", "redirect_uri", "scope", "resource", "grant_type", "code", "refresh_token"]
NAMES += ["access_token", "state", "next", "token", "transaction", "requested_scope", "csrf_token", "unknown", "to"]
FORM = "application/x-www-form-urlencoded"
KINDS = [FORM, FORM, "application/json", "multipart/form-data", "multipart/form-data; boundary=x", "text/plain", "x"]
DEEP = b"[" * 30_000
NESTED = b'{"a":' * 10_000
BODIES = [b"", b"{}", b"[]", b"null", b"NaN", b'{"a":1,"a":2}', DEEP, NESTED, b"9" * 5000, b"\xff{", b'"\\ud800"']
TOO_LONG = b"a" * (64 * 1024 + 1)
BODIES += [
    TOO_LONG,
    b'{"client_name":"\\ud800","redirect_uris":["https://example.org/"]}',
    b"--x\r\n\r\n",
]
CREDENTIALS = [b"x", b"", b":", b"\xff:\xff", b"%zz:%", b"budget:%00", b"a" * 5000, b"bank:bank%27s+secret"]
HEADERS = [
    "",
    "Basic",
    "Basic ",
    "Basic é",
    "Basic !!!",
    "Bearer",
    "Bearer é",
    "Bearer a b",
    "Bearer " + "a" * 5000,
    "\x7f",
]
HEADERS += ["Basic " + b64encode(pair).decode() for pair in CREDENTIALS]
JARS = [
    "",
    "=",
    ";;",
    "a" * 5000,
    "bankid_session=é; budget_session=é",
    "bankid_session=\x01",
    'budget_session="\\000\\377"',
]


def mostly(usual: str | bytes, others: list[Any], weight: int) -> st.SearchStrategy[Any]:
    """Return the usual value `weight` times in a hundred."""
    return st.integers(1, 100).flatmap(lambda n: st.just(usual) if n <= weight else st.sampled_from(others))


odd_pairs = st.lists(
    st.tuples(st.sampled_from([*[""] * 12, *NAMES]), st.sampled_from(["drop", "twice", "replace"]), values), max_size=2
)
odd_requests = st.builds(
    Odd,
    method=mostly("", ["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "BREW"], 85),
    place=mostly("", ["query", "form", "both"], 85),
    changed=odd_pairs,
    kind=mostly(FORM, KINDS, 90),
    body=mostly(b"", [*BODIES, *[TOO_LONG] * 10], 90),
    authorization=mostly("good", HEADERS, 80),
    cookie=mostly("good", JARS, 85),
    segment=mostly("alice-current", ["\xff", "\0", "a" * 5000, "..", "%2e%2e", "a\nb", "\xc3\xa9"], 60),
)


def one_fault_each(good: Iterable[str]) -> Iterator[Odd]:
    """Yield one request that is fine, then such as are odd in one place only."""
    yield (fine := Odd("", "", [], FORM, b"", "good", "good", "alice-current"))
    for name in good:
        yield fine._replace(changed=[(name, "drop", "")])
        yield fine._replace(changed=[(name, "twice", "x")])
        yield from (fine._replace(changed=[(name, "replace", quote(value, safe=""))]) for value in BYTES)
    yield from (fine._replace(body=body, kind=kind) for body in BODIES for kind in (FORM, "application/json"))
    yield from (fine._replace(authorization=header) for header in HEADERS)
    yield from (fine._replace(cookie=jar) for jar in JARS)


def send(parties: Parties, party: str, rule: Rule, odd: Odd) -> TestResponse:
    """Send a request that is odd in a few places and good elsewhere."""
    method = odd.method or ("POST" if "POST" in (rule.methods or ()) else "GET")
    place = odd.place or ("form" if method == "POST" else "query")
    good, cookie = parties.good(party, rule.rule), odd.cookie
    if odd.cookie == "good" and party in COOKIES:
        cookie, good["csrf_token"] = parties.session_of(party)
    sent = parties.changed(good, odd.changed)
    headers = {"Content-Type": odd.kind, "Cookie": cookie}
    headers["Authorization"] = (
        parties.credentials(party, rule.rule) if odd.authorization == "good" else odd.authorization
    )
    return parties.send(
        party,
        method,
        re.sub("<[^>]+>", "x", rule.rule),
        query_string=sent if place != "form" else "",
        data=odd.body or (sent if place != "query" else ""),
        headers={name: value for name, value in headers.items() if value},
        environ_overrides={"PATH_INFO": re.sub("<[^>]+>", lambda _: odd.segment, rule.rule)},
    )
