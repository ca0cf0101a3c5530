"""A plain HTTP relay: hands each request on as it came, and the answer back (RFC 9110 §3.7)."""

import re
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer

PATIENCE = 20.0  # seconds, for whoever is silent
LARGEST = 2**20  # bytes of a body, either way; the parties themselves take less
OF_ONE_HOP = {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "expect"}
LENGTH = re.compile(r"\d{1,7}", re.ASCII)  # more digits are too long in any case, and thousands of them no number
Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    status: int
    reason: str
    headers: Headers
    body: bytes


class Network(ThreadingTCPServer):
    """Where a relay listens, to whom it leads, and what becomes of the addresses that browsers open."""

    allow_reuse_address = daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: str, port: int, onward: int) -> None:
        super().__init__((address, port), Relay)
        self.onward = onward  # the port of loopback to which all is handed on

    def leads_to(self, host: str) -> bool:
        """Whether somebody lives here under this `Host`; all others are refused."""
        raise NotImplementedError

    def answers_first(self, method: str, address: str) -> Answer | None:
        """Return what is shown in the place of a page that a browser opens, or let it pass."""

    def has_passed(self, method: str, address: str) -> None:
        """Take notice of a page that a browser has opened."""


class Relay(BaseHTTPRequestHandler):
    """One request on its way, and its answer on the way back."""

    server: Network
    timeout = PATIENCE

    def handle(self) -> None:
        with suppress(ConnectionError):  # a browser goes away when it likes
            super().handle()

    def pass_on(self) -> None:
        host, length = self.headers.get("Host", ""), self.headers.get("Content-Length", "0")
        if not self.server.leads_to(host):
            return self.refuse(421, "This network leads to its own worlds only.")
        if not self.path.startswith("/"):  # what is noted is host and path, and would be no URI
            return self.refuse(400, "Ask for a path.")
        if "Transfer-Encoding" in self.headers or not LENGTH.fullmatch(length) or int(length) > LARGEST:
            return self.refuse(413, "Say how long it is, and be brief.")
        opened = self.command, f"http://{host}{self.path}"
        is_a_page = self.headers.get("Sec-Fetch-Mode") == "navigate"  # and no script, and no part of a page
        if is_a_page and (first := self.server.answers_first(*opened)):
            return self.answer(first)
        try:
            answer = self.ask(self.rfile.read(int(length)))
        except (OSError, HTTPException, ValueError):
            return self.refuse(502, "Nobody answers there.")
        if is_a_page:
            self.server.has_passed(*opened)
        self.answer(answer)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = pass_on

    def ask(self, body: bytes) -> Answer:
        """Hand the request on, its `Host` too, and take the whole answer."""
        with closing(HTTPConnection("127.0.0.1", self.server.onward, timeout=PATIENCE)) as onward:
            onward.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in end_to_end(self.headers.items()):
                onward.putheader(name, value)
            onward.endheaders(body)
            response = onward.getresponse()
            content = response.read(LARGEST + 1)
            if len(content) > LARGEST:
                raise HTTPException("too long")
            return Answer(response.status, response.reason, end_to_end(response.getheaders()), content)

    def answer(self, answer: Answer) -> None:
        """Answer, and close the connection, which is where a body without a length ends."""
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def refuse(self, status: int, why: str) -> None:
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]
        self.answer(Answer(status, self.responses[status][0], headers, f"{why}\n".encode()))

    def log_message(self, *_: object) -> None:
        """The wire keeps a record."""


def end_to_end(headers: Iterable[tuple[str, str]]) -> Headers:
    """Return the headers that are not about the one connection on which they came (RFC 9110 §7.6.1)."""
    return [(name, value) for name, value in headers if name.lower() not in OF_ONE_HOP]
