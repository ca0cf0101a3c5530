"""A Unix socket in front of Redis that can lose an answer: the command is carried out, and nobody hears of it."""

import contextlib
import selectors
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")


@dataclass
class Loss:
    """What is to be lost: the so many-th command with these letters, after or before Redis has it."""

    letters: bytes
    number: int
    arrives: bool


class LossyRedis:
    """Passes everything on, and keeps it; `lose` closes a connection in place of the answer to a command."""

    def __init__(self, server: str, path: Path) -> None:
        self.server, self.address = server, f"unix://{path}"
        self.sent: list[bytes] = []
        self.losses: list[Loss] = []
        self.is_away = False
        self.clients: list[socket.socket] = []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    def lose(self, command: str, *, arrives: bool = True) -> None:
        """Lose the answer to the next command, or call of a function, of this name; or the command itself."""
        self.losses.append(Loss(word(command), 1, arrives))

    def lose_number(self, number: int, *, arrives: bool = True) -> None:
        """Lose the answer to one of the next commands, whatever it is: the first has number 1."""
        self.losses.append(Loss(b"", number, arrives))

    def losing(self, send: Callable[[], T], number: int, arrives: bool) -> T:
        """Return what is answered while one of the commands is lost; nothing is lost any more after it."""
        self.lose_number(number, arrives=arrives)
        try:
            return send()
        finally:
            self.losses.clear()

    def loss_of(self, command: bytes) -> "Loss | None":
        """Return how a command is lost, if it is."""
        for loss in self.losses:
            loss.number -= loss.letters in command
            if loss.number == 0:
                self.losses.remove(loss)
                return loss
        return None

    def times(self, command: str) -> int:
        """Return how often such a command was sent."""
        return sum(word(command) in each for each in self.sent)

    def hang_up(self) -> None:
        """Close every connection, as a Redis does that ends."""
        for client in self.clients:
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
        self.clients.clear()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Let nobody in, and hang up on everybody."""
        self.is_away = True
        self.hang_up()
        try:
            yield
        finally:
            self.is_away = False

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return  # closed: the test is over
            if self.is_away:
                client.close()
                continue
            self.clients.append(client)
            threading.Thread(target=self.carry, args=(client,), daemon=True).start()

    def carry(self, client: socket.socket) -> None:
        """Pass bytes both ways until either side closes, or an answer is to be lost."""
        server = socket.socket(socket.AF_UNIX)
        with contextlib.suppress(OSError), client, server, selectors.DefaultSelector() as both:
            server.connect(self.server)
            both.register(client, selectors.EVENT_READ)
            both.register(server, selectors.EVENT_READ)
            while True:
                for key, _ in both.select():
                    data = key.fileobj.recv(65536)  # type: ignore[union-attr]
                    if not data:
                        return
                    if key.fileobj is server:
                        client.sendall(data)
                        continue
                    self.sent.append(data)
                    loss = self.loss_of(data)
                    if loss is None or loss.arrives:
                        server.sendall(data)
                    if loss:
                        if loss.arrives:
                            server.recv(65536)  # so it was carried out
                        return


def word(text: str) -> bytes:
    """Return a word of a command as it is sent."""
    return f"\r\n{text}\r\n".encode()


@contextmanager
def lossy(redis_url: str, folder: Path) -> Iterator[LossyRedis]:
    """Stand at a socket in `folder` before `redis_url` (a `unix://` address)."""
    between = LossyRedis(urlsplit(redis_url).path, folder / "lossy.sock")
    try:
        yield between
    finally:
        between.listener.close()
