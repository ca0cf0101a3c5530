"""The recorder: one WSGI middleware around a party that writes down what it received and what it answered."""

import io
import json
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

from flask import Flask

from wire.addresses import Addresses
from wire.door import LARGEST_BODY, LARGEST_TARGET, PROBES, host_of, is_asked_for, target_of, wrong_address
from wire.edited_request import REQUEST, WRITTEN
from wire.held_time import LONGEST
from wire.journal import Account, Journal, Settings, connect
from wire.message import HEADERS, Headers, Note, Request, Response
from wire.step_channel import StepChannel
from wire.step_mode import StepMode

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

OURS = "/.wire/"  # paths that no app sees
NOTES = OURS + "notes"
LONGEST_LENGTH = 20  # digits of a `Content-Length`
ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


def watch(app: Flask, party: str, origin: str, account: Account, world: str = "") -> None:
    """Record what reaches a party; without this line nothing is recorded, and nothing else changes."""
    settings = Settings()
    if not settings.record:
        return
    journal = Journal(account, settings, party)
    if settings.step_mode:
        fit_step_mode(app, journal, StepChannel(connect(account, patience=5), party, world), origin)
    app.wsgi_app = Wire(app.wsgi_app, party, origin, journal, world)  # type: ignore[method-assign]


def fit_step_mode(app: Flask, journal: Journal, channel: StepChannel, origin: str) -> None:
    """Put step mode inside the recorder; while it is on, clients wait longer, and no code's life runs out."""
    app.wsgi_app = StepMode(app.wsgi_app, channel, journal, origin, Addresses())  # type: ignore[method-assign]
    app.extensions["clock"] = channel.slowed(app.extensions["clock"])
    http = app.extensions.get("http")
    if http is not None:
        for adapter in http.adapters.values():
            adapter.more_patience = lambda: 4 * LONGEST if channel.is_on else 0  # a call can lead to three more
    channel.listen()


class Wire:
    """Hands each request on as it came, and writes both messages when the last byte of the answer has left.

    Step mode, while it is on, writes the request sooner.
    """

    def __init__(self, app: "WSGIApplication", party: str, origin: str, journal: Journal, world: str = "") -> None:
        self.app = app
        self.journal = journal
        self.place = {"party": party, "origin": origin, "world": world}
        self.own_host = host_of(origin)
        self.largest_body = journal.settings.largest_body
        self.largest_headers = journal.settings.largest_headers

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ.get("PATH_INFO") in PROBES:  # asked every few seconds: they would push the lesson out of the stream
            return self.app(environ, start_response)
        exchange = secrets.token_hex(8)
        request = self.received(environ, exchange)
        if environ.get("PATH_INFO", "").startswith(OURS) and not is_asked_for(self.own_host, environ):
            return wrong_address(self.place["origin"], start_response)
        if environ.get("PATH_INFO") == NOTES:
            return self.take_note(environ, request, start_response)
        environ[REQUEST] = request
        return Answer(self, environ, start_response)

    def received(self, environ: "WSGIEnvironment", exchange: str) -> Request:
        """Take a request down, and leave its body to be read once more."""
        arrived = time.time()
        stream: IO[bytes] = environ["wsgi.input"]
        start = stream.read(min(length_of(environ), LARGEST_BODY + 1))
        environ["wsgi.input"] = Rest(start, stream) if len(start) > LARGEST_BODY else io.BytesIO(start)
        headers, left_out = those_that_fit(headers_of(environ), self.largest_headers)
        return Request(
            **self.place,
            exchange=exchange,
            at=arrived,
            method=environ["REQUEST_METHOD"],
            target=target_of(environ)[:LARGEST_TARGET],
            protocol=environ.get("SERVER_PROTOCOL", "HTTP/1.1"),
            headers=headers,
            headers_left_out=left_out,
            body=start[: self.largest_body],
            length=max(len(start), declared_length(environ)),
            address=environ.get("REMOTE_ADDR", ""),
        )

    def take_note(
        self, environ: "WSGIEnvironment", request: Request, start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Keep what a page of this party says it did without a message; only its own pages are believed."""
        try:
            content = json.loads(environ["wsgi.input"].read(self.largest_body))
            details = {str(name): str(value) for name, value in dict(content["details"]).items()}
            ours = environ.get("HTTP_ORIGIN") == self.place["origin"] and request.method == "POST"
            if not ours:
                raise ValueError
            note = Note(
                **self.place,
                exchange=request.exchange,
                at=request.at,
                what=str(content["what"])[:200].encode("utf-8", "replace").decode(),
                details=details,
            )
        except (ValueError, TypeError, KeyError, RecursionError):
            start_response("400 Bad Request", [("Content-Type", "text/plain"), ("Cache-Control", "no-store")])
            return [b'A note is a POST from a page of this origin: {"what": "text", "details": {"name": "text"}}\n']
        self.journal.write(note)
        start_response("204 No Content", [("Cache-Control", "no-store")])
        return []


class Answer:
    """A response on its way out, and what is kept of it."""

    def __init__(self, wire: Wire, environ: "WSGIEnvironment", start_response: "StartResponse") -> None:
        self.wire, self.environ, self.start_response = wire, environ, start_response
        self.status, self.headers = "500 Internal Server Error", list[tuple[str, str]]()
        self.kept, self.length, self.written = io.BytesIO(), 0, False
        self.at = 0.0
        try:
            self.chunks = wire.app(environ, self.begin)
        except BaseException:
            self.write_down()
            raise

    def begin(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None, /
    ) -> Callable[[bytes], object]:
        """Note the status and the headers on their way to the server."""
        self.status, self.headers, self.at = status, headers, time.time()
        write = self.start_response(status, headers, exc_info) if exc_info else self.start_response(status, headers)

        def keep_and_write(chunk: bytes) -> None:
            self.keep(chunk)
            write(chunk)

        return keep_and_write

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.chunks:
            self.keep(chunk)
            yield chunk

    def keep(self, chunk: bytes) -> None:
        """Keep what is about to leave, and the time: whatever the receiver does next happens later."""
        self.at = time.time()
        self.length += len(chunk)
        self.kept.write(chunk[: max(0, self.wire.largest_body - self.kept.tell())])

    def close(self) -> None:
        """Write down both messages; the server calls this when it has sent the last byte."""
        try:
            if hasattr(self.chunks, "close"):
                self.chunks.close()
        finally:
            self.write_down()

    def write_down(self) -> None:
        if self.written:
            return
        self.written = True
        request: Request = self.environ[REQUEST]  # as step mode let it go
        code, _, reason = self.status.partition(" ")
        headers, left_out = those_that_fit(self.headers, self.wire.largest_headers)
        response = Response(
            **self.wire.place,
            exchange=request.exchange,
            at=self.at or time.time(),
            status=int(code),
            reason=reason,
            headers=headers,
            headers_left_out=left_out,
            body=self.kept.getvalue(),
            length=self.length,
        )
        self.wire.journal.write(*([] if self.environ.get(WRITTEN) else [request]), response)


class Rest(io.RawIOBase):
    """A request's body that is longer than any party takes: what was read of it already, then what is left."""

    def __init__(self, start: bytes, stream: IO[bytes]) -> None:
        self.start, self.stream = io.BytesIO(start), stream

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if size is None or size < 0:
            return self.start.read() + self.stream.read()
        first = self.start.read(size)
        return first + self.stream.read(size - len(first)) if len(first) < size else first

    def readinto(self, buffer: Any) -> int:
        read = self.read(len(buffer))
        buffer[: len(read)] = read
        return len(read)


def length_of(environ: "WSGIEnvironment") -> int:
    """Return how much may be read: a server that ends its input itself may be asked for more than there is."""
    if environ.get("wsgi.input_terminated"):
        return LARGEST_BODY + 1
    return declared_length(environ)


def declared_length(environ: "WSGIEnvironment") -> int:
    """Return the `Content-Length`, or 0 where it is none: no body of ours has more digits than these."""
    length = environ.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() and len(length) < LONGEST_LENGTH else 0


def headers_of(environ: "WSGIEnvironment") -> Headers:
    """Return the headers as they came; other servers than ours make one of those that were repeated."""
    if HEADERS in environ:
        as_they_came: Headers = environ[HEADERS]
        return as_they_came
    return tuple(
        (name.removeprefix("HTTP_").replace("_", "-").title(), str(value))
        for name, value in environ.items()
        if name.startswith("HTTP_") or (name in ("CONTENT_TYPE", "CONTENT_LENGTH") and value)
    )


def those_that_fit(headers: Sequence[tuple[str, str]], most: int) -> tuple[Headers, int]:
    """Return the headers for which there is room in the record, and how many are left out."""
    if sum([len(name) + len(value) for name, value in headers]) <= most:
        return tuple(headers), 0
    kept = []
    for name, value in headers:
        size = len(name) + len(value)
        if size <= most:
            kept.append((name, value))
            most -= size
    return tuple(kept), len(headers) - len(kept)
