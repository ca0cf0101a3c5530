"""Clients that connect and say nothing, or a letter now and then, and how long others wait meanwhile."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

from wire.serving import files_allowed

IDLE, SLOW = 500, 100
PAUSE = 0.1  # seconds between two letters
REQUEST = b"POST /token HTTP/1.1\r\nHost: %s\r\nContent-Length: 60000\r\n\r\n"


@contextlib.contextmanager
def silent_clients(port: int, host: str) -> Iterator[None]:
    """Keep 500 idle connections open, and 100 on which a request comes letter by letter, its body last."""
    files_allowed()
    ended = threading.Event()
    with contextlib.ExitStack() as stack:
        opened = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(IDLE + SLOW)]
        request = REQUEST % host.encode()
        for number, client in enumerate(opened[:SLOW]):
            client.sendall(request[: number * len(request) // SLOW + 1])

        def drip() -> None:
            while not ended.wait(PAUSE):
                for client in opened[:SLOW]:
                    with contextlib.suppress(OSError):
                        client.sendall(b"a")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def answer(port: int, text: bytes) -> bytes:
    """Send bytes on a connection of their own, and return all that comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(text)
        return b"".join(iter(lambda: client.recv(65536), b""))


def waits(port: int, host: str, path: str = "/healthz", times: int = 30) -> list[float]:
    """Return how long a page takes that asks on a new connection, again and again (seconds), the shortest first."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        response = answer(port, f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        took.append(time.perf_counter() - began)
        assert response.startswith(b"HTTP/1.1 200 "), response[:200]
    return sorted(took)
