"""The server: silent clients take nobody's turn, and what a party is asked is what the record shows (RFC 9112 §3)."""

import json
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.settings import ROOT
from tests.classroom.room import until
from tests.support.ports import free_port, is_listened_on
from tests.support.silent_clients import answer, silent_clients, waits

HOST = "party.localhost:9000"
LONG = "a" * 64
HOSTS_THAT_ARE_NONE = [
    f"Host: {host}\r\n" for host in (".a", "a..b", LONG, f"{LONG}.localhost:9000", "[::1", "[zz]", "a b")
]
HOSTS_THAT_ARE_NONE += [f"Host: {host}\r\n" for host in ("\xe9", "a/b", "a@b", "a:b", f"a:{'9' * 99}", "[::1]a")]
HOSTS_THAT_ARE_NONE += ["", f"Host: {HOST}\r\nHost: {HOST}\r\n"]
OF_OURS = f"Host: {HOST}\r\nConnection: close\r\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Serve a small party with one thread: whoever took it would keep it from all others."""
    number = free_port()
    command = [sys.executable, "-m", "wire.serving", "tests.support.served", "--threads", "1"]
    log = tmp_path_factory.mktemp("server") / "log"
    with log.open("w") as file:
        server = subprocess.Popen([*command, "--listen", f"127.0.0.1:{number}"], cwd=ROOT, stderr=file)
    try:
        until(lambda: is_up(server, number))
        yield number
    finally:
        server.terminate()
        assert server.wait(20) == 0
    assert "Traceback" not in log.read_text()


def is_up(server: "subprocess.Popen[bytes]", number: int) -> bool:
    assert server.poll() is None
    return is_listened_on(number)


def status(port: int, head: str, body: bytes = b"") -> int:
    return int(answer(port, head.encode("latin-1") + b"\r\n" + body).split(b" ", 2)[1])


def told(port: int, head: str, body: bytes = b"") -> dict[str, Any]:
    response = answer(port, head.encode("latin-1") + b"\r\n" + body)
    assert response.startswith(b"HTTP/1.1 200 "), response
    return dict(json.loads(response.partition(b"\r\n\r\n")[2]))


def test_silent_clients_delay_nobody_by_more_than_a_tenth_of_a_second(port: int) -> None:
    before = waits(port, HOST)
    with silent_clients(port, HOST):
        meanwhile = waits(port, HOST)
    assert meanwhile[len(meanwhile) // 2] - before[len(before) // 2] < 0.1


def test_headers_are_recorded_as_they_came(port: int) -> None:
    """Order, capitals and repetition; the app sees one of each name (RFC 9110 §5.2, §5.3)."""
    seen = told(port, f"GET /token HTTP/1.1\r\n{OF_OURS}x-ODD: 1\r\nX-Other:  b \r\nX-Odd: 2\r\n")
    assert seen["headers"][2:] == [["x-ODD", "1"], ["X-Other", "b"], ["X-Odd", "2"]]


def test_names_of_headers_leave_as_the_party_wrote_them(port: int) -> None:
    assert b"\r\nWWW-Authenticate: Basic\r\n" in answer(port, f"GET /token HTTP/1.1\r\n{OF_OURS}\r\n".encode())


def test_a_header_does_not_move_the_app(port: int) -> None:
    """`SCRIPT_NAME` is the server's own word in WSGI."""
    assert (
        told(port, f"GET /token HTTP/1.1\r\n{OF_OURS}SCRIPT_NAME: /token\r\nScript-Name: /x\r\n")["script_name"] == ""
    )


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("/token?a=%3Cb&a=2?c", "/token", "a=%3Cb&a=2?c"),
        ("/tok%65n", "/token", ""),
        (f"http://{HOST}/token?a=1", "/token", "a=1"),
        (f"HTTP://{HOST.upper()}/token", "/token", ""),
    ],
)
def test_what_is_dispatched_is_what_is_recorded(port: int, target: str, path: str, query: str) -> None:
    seen = told(port, f"GET {target} HTTP/1.1\r\n{OF_OURS}")
    assert (seen["target"], seen["path"], seen["query"]) == (target, path, query)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("//x/token", 404),
        ("//token", 404),
        ("/token/", 404),
        ("//[", 404),
        ("/%2Ftoken", 404),
        ("token", 400),
        ("/token#a", 400),
        ("/to\tken", 400),
        ("http://[/token", 400),
        ("ftp://party.localhost:9000/token", 400),
        ("http://other.localhost:9000/token", 421),  # whatever `Host` says (RFC 9112 §3.2.2)
        (f"/token?{'a' * 9_000}", 414),
    ],
)
def test_a_target_that_could_be_read_in_two_ways_is_refused(port: int, target: str, expected: int) -> None:
    assert status(port, f"GET {target} HTTP/1.1\r\n{OF_OURS}") == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ("Content-Length: " + "9" * 5_000, 400),
        ("Content-Length: -1", 400),
        ("Content-Length: 1\r\nContent-Length: 2", 400),
        ("Transfer-Encoding: gzip", 501),
        ("Transfer-Encoding: chunked\r\n\r\nzz", 400),
        ("Content-Length: 70000", 413),
        ("Content-Length: 70000000", 413),
        ("X-Long: " + "a" * 70_000, 431),
        ("X-Longer: " + "a" * 140_000, 431),
        ("\r\n".join(f"X-{number}: a" for number in range(150)), 431),
        ("No header", 400),
    ],
)
def test_a_head_out_of_bounds_is_refused(port: int, headers: str, expected: int) -> None:
    body = b"a" * 70_000 if "Length: 70000" in headers else b""
    assert status(port, f"POST /token HTTP/1.1\r\n{OF_OURS}{headers}\r\n", body) == expected


def test_a_body_in_chunks_is_read_whole(port: int) -> None:
    chunked = f"POST /token HTTP/1.1\r\n{OF_OURS}Transfer-Encoding: chunked\r\n"
    assert told(port, chunked, b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")["body"] == "abcde"


@pytest.mark.parametrize("path", ["/token", "/healthz", "/readyz"])
@pytest.mark.parametrize("host", HOSTS_THAT_ARE_NONE, ids=lambda host: host[:12])
def test_a_host_that_is_none_is_refused(port: int, path: str, host: str) -> None:
    """RFC 9112 §3.2."""
    assert status(port, f"GET {path} HTTP/1.1\r\n{host}Connection: close\r\n") == 400


@pytest.mark.parametrize("path", ["/token", "/healthz", "/readyz"])
@pytest.mark.parametrize("chunks", ["zz\r\n", "-5\r\nhello\r\n", "5\r\nhelloXX0\r\n\r\n", "5;\x00\r\nhello\r\n"])
def test_chunks_that_are_none_are_refused(port: int, path: str, chunks: str) -> None:
    """RFC 9112 §7.1."""
    head = f"POST {path} HTTP/1.1\r\n{OF_OURS}Transfer-Encoding: chunked\r\n"
    assert status(port, head, chunks.encode()) == 400


@pytest.mark.parametrize(
    ("path", "host", "expected"),
    [
        ("/token", "PARTY.localhost:9000", 200),
        ("/token", "party.localhost", 421),
        ("/token", "127.0.0.1:9000", 421),
        ("/readyz", "Party.localhost:9000", 200),
        ("/readyz", "127.0.0.1:9000", 200),  # as a probe inside a container asks
        ("/readyz", "somebody.localhost:9000", 421),  # whoever goes by a name finds out that it is the wrong one
    ],
)
def test_hosts_are_compared_without_regard_to_case(port: int, path: str, host: str, expected: int) -> None:
    """(RFC 3986 §3.2.2)"""
    assert status(port, f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n") == expected


def test_clients_that_reset_their_connections_end_no_server(port: int) -> None:
    """A turn can find one both readable and gone; to close it a second time must not fail."""
    for head in (b"", b"GET /token HTTP/1.1\r\n", b"GET /token HTTP/1.1\r\n" + OF_OURS.encode() + b"\r\n") * 30:
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.sendall(head)
    assert status(port, f"GET /token HTTP/1.1\r\n{OF_OURS}") == 200
