"""`python -m wire.serving PACKAGE`: serves a party, the same in both runtimes.

One thread reads all connections and hands a request on when its last byte is here, so that a client that says nothing,
or a letter a second, takes no other thread from those who wait for an answer (Waitress).
"""

import argparse
import contextlib
import gc
import importlib
import logging
import re
import resource
import signal
import socket
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError, get_header_lines
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher, WSGITask

from wire.door import ENDINGS
from wire.message import HEADERS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

FILES = 4096  # connections and files at once; macOS begins with 256
FILES_OF_OUR_OWN = 128
ACCEPTED_AT_ONCE = 64
SILENCE = 30  # seconds until a connection on which nothing happens is closed
LARGEST_HEAD = 128 * 1024  # bytes; what the party's own limits refuse, it refuses with a page of its own
LARGEST_BODY = 1024 * 1024  # bytes, in the same sense
MOST_DROPPED, PIECE = 4 * 1024 * 1024, 64 * 1024  # bytes of a request that was refused before its end
LAST_ANSWERS = 3  # seconds that requests under way are left when the server ends
# What a request is for, in origin-form or in absolute-form (RFC 9112 §3.2). A fragment, a space or a control character
# has no place in it: of two readers, one would drop it and the other would not.
PATH, QUERY = r"(?P<path>/[^?#\x00-\x20\x7f]*)", r"(?:\?(?P<query>[^#\x00-\x20\x7f]*))?"
ORIGIN_FORM = re.compile(PATH + QUERY)
# A host is labels of 1 to 63 characters, or an address in brackets (RFC 3986 §3.2.2): all who read it must be able to.
LABEL = r"[\w~%!$&'()*+,;=-]{1,63}"
HOST = re.compile(
    rf"(?:{LABEL}(?:\.{LABEL})*\.?)?(?::\d{{0,5}})?|\[[0-9a-f:.]+\](?::\d{{0,5}})?", re.ASCII | re.IGNORECASE
)
ABSOLUTE_FORM = re.compile(r"(?i:http)://(?P<host>[^/?#\x00-\x20\x7f]+)" + PATH + "?" + QUERY)


class Parser(HTTPRequestParser):
    """A request's head, read once: what the party is asked and what the record shows are the same thing."""

    request_uri: str
    path: str
    query: str
    host = ""  # of a target in absolute-form
    lines: tuple[tuple[str, str], ...] = ()

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head, and refuse what two readers could read in two ways."""
        try:
            super().parse_header(header_plus)
        except ValueError:  # a length of thousands of digits, a host such as `[`
            raise ParsingError("A number or a URL in the head of this request cannot be read") from None
        target = ORIGIN_FORM.fullmatch(self.request_uri) or ABSOLUTE_FORM.fullmatch(self.request_uri)
        if target is None:
            raise ParsingError("The request target is neither a path nor a whole URL")
        parts = target.groupdict("")
        # "A server MUST respond with a 400 to any HTTP/1.1 request message that lacks a Host header field and to any
        # that contains more than one, or one with an invalid field value" (RFC 9112 §3.2); of two, here came `a, b`.
        host = self.headers.get("HOST", "" if self.version == "1.0" else "?")
        if not (HOST.fullmatch(host) and HOST.fullmatch(parts.get("host", ""))):
            raise ParsingError("The host of this request cannot be read, or there is more than one or none")
        self.path = unquote_to_bytes(parts["path"] or "/").decode("latin-1")
        self.query, self.host = parts["query"], parts.get("host", "")
        fields = (line.partition(b":") for line in get_header_lines(header_plus.partition(b"\r\n")[2]))
        self.lines = tuple((name.decode("latin-1"), value.strip(b" \t").decode("latin-1")) for name, _, value in fields)


class Task(WSGITask):
    """One request and its answer."""

    def get_environment(self) -> "WSGIEnvironment":
        """Return WSGI's environment: no slash is taken from the path, and headers stand beside it as they came."""
        request: Any = self.request
        server: Any = self.channel.server
        environ = super().get_environment()
        environ["PATH_INFO"] = request.path
        environ["SERVER_NAME"] = server.effective_host  # where this came in: the classroom tells its doors apart
        environ[HEADERS] = request.lines
        if request.host:  # then the header Host does not count (RFC 9112 §3.2.2)
            environ["HTTP_HOST"] = request.host
        return environ

    def build_response_header(self) -> bytes:
        """Return the head of the answer with the party's headers as it wrote them, for so they stand on the wire."""
        spelling = {name.lower(): name for name, _ in self.response_headers}
        super().build_response_header()  # adds length, date and the connection's own, and changes capitals
        fields = [f"{spelling.get(name.lower(), name)}: {value}" for name, value in self.response_headers]
        return "\r\n".join([f"HTTP/{self.version} {self.status}", *fields, "", ""]).encode("latin-1")


class Connection(HTTPChannel):
    """One connection; it ends without taking with it an answer that is still on its way."""

    parser_class = Parser
    task_class = Task

    def handle_close(self) -> None:
        """Drop what came meanwhile: a connection that is closed over unread bytes is reset, and the answer is lost."""
        if self.socket is not None:  # else it is closed: an error in the same turn leads here once more
            drop_what_came(self.socket)
        super().handle_close()


def drop_what_came(sock: Any) -> None:
    """Say that no more is coming from here, and read what the other side has sent, up to a limit."""
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_WR)
        for _ in range(MOST_DROPPED // PIECE):
            if not sock.recv(PIECE):
                break


class Server(TcpWSGIServer):
    """One address on which a party is served."""

    channel_class = Connection

    def handle_accept(self) -> None:
        """Take in all that wait, not one a turn: a turn looks at every connection there is."""
        connections: Any = self.active_channels
        for _ in range(ACCEPTED_AT_ONCE):
            before = len(connections)
            super().handle_accept()
            if len(connections) == before:
                break


def main() -> None:
    """Serve until a signal ends it."""
    parser = argparse.ArgumentParser(prog="wire.serving", description=__doc__)
    parser.add_argument("package", help="whose create_app() makes the party")
    parser.add_argument("--listen", action="append", required=True, metavar="ADDRESS:PORT")
    parser.add_argument("--threads", type=int, default=8)
    options = parser.parse_args()
    app = importlib.import_module(options.package).create_app()
    gc.freeze()  # what is loaded now stays: no collection needs to look at it again
    serve(app, options.listen, options.threads)


def serve(app: Any, addresses: list[str], threads: int) -> None:
    """Listen on each address, with threads that all of them share."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that a request waited a moment is no news
    dispatcher, sockets = ThreadedTaskDispatcher(), dict[int, Any]()
    dispatcher.set_thread_count(threads)
    options: dict[str, Any] = {
        "connection_limit": files_allowed() - FILES_OF_OUR_OWN,
        "channel_timeout": SILENCE,
        "cleanup_interval": 5,
        "max_request_header_size": LARGEST_HEAD,
        "max_request_body_size": LARGEST_BODY,
        "clear_untrusted_proxy_headers": False,  # there is no proxy, and the record shows what was sent
        "log_socket_errors": False,
        "ident": None,
        "ipv6": False,
    }
    for address in addresses:
        Server(app, sockets, dispatcher=dispatcher, listen=address, **options)
    try:
        wasyncore.loop(timeout=1, map=sockets, use_poll=True)
    except (KeyboardInterrupt, SystemExit):
        for end in getattr(app, "extensions", {}).get(ENDINGS, ()):
            end()
        dispatcher.shutdown(timeout=LAST_ANSWERS)


def files_allowed() -> int:
    """Return how many files may be open at once, as many as we need where the system lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft == resource.RLIM_INFINITY or soft >= most:
        return FILES
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    main()
