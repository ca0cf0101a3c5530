"""Clients that connect and say nothing delay nobody at any party: any page can open connections to all."""

import contextlib
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from sandbox.parties import PARTIES
from tests.support.silent_clients import silent_clients, waits
from wire.addresses import Addresses, Party

LISTENERS = 50


@pytest.mark.parametrize("party", [party.name for party in PARTIES])
def test_silent_clients_delay_nobody_by_more_than_a_tenth_of_a_second(
    started: tuple[Addresses, dict[str, str]], party: Party
) -> None:
    host = urlsplit(started[0].origin(party)).netloc
    port = urlsplit(started[0].origin(party)).port or 0
    with listeners(port, host) if party == "classroom" else contextlib.nullcontext():
        before = waits(port, host)
        with silent_clients(port, host):
            meanwhile = waits(port, host)
    assert meanwhile[len(meanwhile) // 2] - before[len(before) // 2] < 0.1


@contextlib.contextmanager
def listeners(port: int, host: str) -> Iterator[None]:
    """Keep open what pages of the classroom keep open: a stream each that never ends."""
    request = f"GET /api/events HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    with contextlib.ExitStack() as stack:
        for _ in range(LISTENERS):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            client.sendall(request)
            assert client.recv(1024).startswith(b"HTTP/1.1 200 ")
        yield
