"""Requests that nobody should send, as bytes: odd in what they say, or broken in how they say it (RFC 9112)."""

import random
from collections.abc import Iterator
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests.spec.bad_input import BODIES, BYTES, HEADERS, JARS, KINDS, NAMES, values
from wire.addresses import Party


class Endpoint(NamedTuple):
    """An address at which something is served."""

    party: Party
    host: str
    method: str
    path: str


class Sent(NamedTuple):
    """A request; whoever sends one that is broken may wait for its end, and so may the server."""

    party: Party
    text: bytes
    is_whole: bool


LONG = "a" * 64
HOSTS = [
    "",
    ".a",
    "a..b",
    LONG,
    f"{LONG}.localhost",
    "[::1",
    "[zz]",
    "a b",
    "é",
    "auth-nowhere.localhost:1",
    "localhost:x",
]
METHODS = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "CONNECT", "BREW", "", "get"]
SEGMENTS = ["x", "code-replay", "alice-current", "1-1", "%ff", "%00", "..", "%2e%2e", "a%0Ab", "9" * 400, "%f0%9f"]
TARGETS = ["//x{}", "{}//", "http://[{}", "*", "{}#a", "{}%", "http://.a{}", "{}?" + "a" * 9000, "/%2F{}", "{} x"]
LINES = ["Content-Length: 5", "Content-Length: -1", "Content-Length: " + "9" * 400, "Transfer-Encoding: chunked"]
LINES += ["Transfer-Encoding: gzip, chunked", "Expect: 100-continue", "Upgrade: websocket", "No header", "X: \x00"]
LINES += ["SCRIPT_NAME: /x", "X-Forwarded-Host: evil", "Origin: null", "Origin: \xe9", "Referer: http://[", "Range: x"]
LINES += ["Sec-Fetch-Mode: navigate", "Last-Event-ID: 9-9", "If-None-Match: \xff", "Idempotency-Key: " + "k" * 300]
LINES += ["X-Many: a"] * 2 + ["Accept-Language: \xff;q=x", "Cookie: a=b", "Date: 0", "DPoP: x", "Via: 1.0 x"]
CHUNKS = [
    b"zz\r\n",
    b"-5\r\nhello\r\n",
    b"5\r\nhelloXX0\r\n\r\n",
    b"5\r\nhello\r\n0\r\n\r\n",
    b"fffffffff\r\n",
    b"0\r\nX: \xff\r\n\r\n",
]


PIECES = [b"", b"\0", b"\r\n", b"\n", b":", b" ", b"\xff", b"%", b"?", b"/", b"\t", b";"]
PLACES, BROKEN = 8, 2  # at how many endpoints the same oddity is tried, and how often with bytes changed


class Oddity(NamedTuple):
    """What is odd about a request, wherever it is sent."""

    method: str  # "" for the endpoint's own
    target: str  # `{}` stands for the endpoint's path
    host: str  # "" for the endpoint's own
    segment: str
    pairs: list[tuple[str, str]]
    in_query: bool
    body: bytes | None  # instead of the pairs
    kind: str
    authorization: str
    cookie: str
    lines: list[str]
    chunks: bytes
    number: int  # for what is chosen beside


def often(usual: Any, others: list[Any], weight: int) -> st.SearchStrategy[Any]:
    """Return the usual value `weight` times in a hundred."""
    return st.integers(1, 100).flatmap(lambda n: st.just(usual) if n <= weight else st.sampled_from(others))


oddities = st.builds(
    Oddity,
    method=often("", METHODS, 85),
    target=often("{}", TARGETS, 90),
    host=often("", HOSTS, 92),
    segment=st.sampled_from(SEGMENTS),
    pairs=st.lists(st.tuples(st.sampled_from(NAMES), values), max_size=4),
    in_query=st.booleans(),
    body=often(None, [*BODIES, *BYTES], 60),
    kind=st.sampled_from(KINDS),
    authorization=often("good", HEADERS, 60),
    cookie=often("good", JARS, 85),
    lines=often([], [[line] for line in LINES], 75),
    chunks=st.sampled_from(CHUNKS),
    number=st.integers(0, 2**32),
)


class Sender:
    """Writes requests for endpoints; `cookies` and `token` are good ones, and stand in most of them."""

    def __init__(self, endpoints: list[Endpoint], cookies: dict[str, str], token: str) -> None:
        self.endpoints, self.cookies, self.token = endpoints, cookies, token

    def requests(self, oddity: Oddity) -> Iterator[Sent]:
        """Give an oddity at some endpoints, and then the same with broken bytes."""
        chance = random.Random(oddity.number)
        for endpoint in chance.choices(self.endpoints, k=PLACES):
            yield self.request(oddity, endpoint)
        for endpoint in chance.choices(self.endpoints, k=BROKEN):
            yield broken(self.request(oddity, endpoint), chance)

    def request(self, oddity: Oddity, endpoint: Endpoint) -> Sent:
        """Return an odd request as bytes."""
        form = "&".join(f"{name}={value}" for name, value in oddity.pairs)
        method = oddity.method or endpoint.method
        in_query = bool(form) and (oddity.in_query or method not in ("POST", "PUT"))
        path = endpoint.path.replace("<>", oddity.segment) + (f"?{form}" if in_query else "")
        body = b"" if method in ("GET", "HEAD") else form.encode() if oddity.body is None else oddity.body
        authorization = "Bearer " + self.token if oddity.authorization == "good" else oddity.authorization
        cookie = self.cookies.get(endpoint.party, "a=b") if oddity.cookie == "good" else oddity.cookie
        is_chunked = any("chunked" in line for line in oddity.lines)
        head = [f"{method} {oddity.target.replace('{}', path)} HTTP/1.1", f"Host: {oddity.host or endpoint.host}"]
        head += ["Connection: close", f"Content-Type: {oddity.kind}", f"Authorization: {authorization}"]
        head += [f"Cookie: {cookie}", *([f"Content-Length: {len(body)}"] if body and not is_chunked else [])]
        text = "\r\n".join([*head, *oddity.lines, "", ""]).encode("latin-1", "replace")
        return Sent(endpoint.party, text + (oddity.chunks if is_chunked else body), not oddity.lines)


def broken(sent: Sent, chance: random.Random) -> Sent:
    """Return a request in which bytes are changed, missing or too many."""
    text = bytearray(sent.text[:3000])
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(text))
        text[place : place + chance.randint(0, 3)] = chance.choice(PIECES)
    return Sent(sent.party, bytes(text), False)
