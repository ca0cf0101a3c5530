"""A client of Redis for what each request needs: a command is packed, sent and answered, and nothing else is done.

The library's own way takes three times the CPU time, most of it for measurements that nobody reads here.
"""

from collections import deque
from typing import Any

import hiredis
import redis


class Connections(redis.ConnectionPool):
    """Open connections; each is used by one thread at a time."""

    def __init__(self, **options: Any) -> None:
        self.free: deque[Any] = deque()
        super().__init__(**options)

    def get_connection(self, *_: Any, **__: Any) -> Any:
        """Return a connection that is open, and on which nothing is waiting to be read."""
        try:
            connection = self.free.pop()
        except IndexError:  # all are in use
            connection = self.make_connection()
        if not (connection.is_connected and is_quiet(connection)):
            connection.disconnect()  # Redis may have been started anew since it was last used
            connection.connect()
        return connection

    def release(self, connection: Any) -> None:
        """Take a connection back."""
        self.free.append(connection)

    def disconnect(self, *options: Any, **more: Any) -> None:
        """Close all; what is in use closes where its answer is awaited."""
        while self.free:
            self.free.pop().disconnect()
        super().disconnect(*options, **more)


def is_quiet(connection: Any) -> bool:
    """Whether a connection is as it was left; one that was closed can be read, too."""
    try:
        return not connection.can_read()
    except (redis.RedisError, OSError):
        return False


class QuickRedis(redis.Redis):
    """The library's client, whose plain commands take the short way."""

    def execute_command(self, *command: Any, **options: Any) -> Any:
        """Send one command, and return what it means to the library."""
        if options.keys() - {"keys"} or " " in command[0]:  # more is to be done about these
            return super().execute_command(*command, **options)  # type: ignore[no-untyped-call]
        [answer] = self.ask(hiredis.pack_command(command))
        meanings: Any = self.response_callbacks
        return meanings[command[0]](answer) if command[0] in meanings else answer

    def ask(self, *commands: bytes) -> list[Any]:
        """Send packed commands at once, and return what Redis answers, in one round trip."""
        connection: Any = self.connection_pool.get_connection()
        try:
            connection.send_packed_command([b"".join(commands)], check_health=False)
            return [connection.read_response() for _ in commands]
        except BaseException:
            connection.disconnect()  # an answer may still be on its way
            raise
        finally:
            self.connection_pool.release(connection)


def quick_redis(url: str, **options: Any) -> QuickRedis:
    """Return a client for a Redis at an address, with the library's options for connections."""
    return QuickRedis(connection_pool=Connections.from_url(url, **options))
