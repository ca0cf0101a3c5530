"""A Unix socket in front of Redis that counts round trips: each time a client, having written, is answered."""

import contextlib
import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit


class Turns:
    """Stands between clients and Redis; a pipeline, a transaction or a script is one turn."""

    def __init__(self, server: str, path: Path) -> None:
        self.server, self.taken = server, 0
        self.address = f"unix://{path}"
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return  # closed: the test is over
            threading.Thread(target=self.carry, args=(client,), daemon=True).start()

    def carry(self, client: socket.socket) -> None:
        """Pass bytes both ways, and count where the direction turns from asking to answering."""
        server = socket.socket(socket.AF_UNIX)
        with contextlib.suppress(OSError), client, server, selectors.DefaultSelector() as both:  # they may hang up
            server.connect(self.server)
            both.register(client, selectors.EVENT_READ, server)
            both.register(server, selectors.EVENT_READ, client)
            asking = False
            while True:
                for key, _ in both.select():
                    data = key.fileobj.recv(65536)  # type: ignore[union-attr]
                    if not data:
                        return
                    if key.fileobj is server and asking:
                        self.taken += 1  # before the client can know that it was answered
                    asking = key.fileobj is client
                    key.data.sendall(data)


@contextmanager
def counted(redis_url: str, folder: Path) -> Iterator[Turns]:
    """Count at a socket in `folder` what goes to `redis_url` (a `unix://` address)."""
    turns = Turns(urlsplit(redis_url).path, folder / "turns.sock")
    try:
        yield turns
    finally:
        turns.listener.close()
