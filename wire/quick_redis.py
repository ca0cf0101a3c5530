"""A client of Redis for what each request needs: a command is packed, sent and answered, and nothing else is done.

The library's own way takes several times the CPU time, most of it for measurements that nobody reads here, and for
Python's timeouts, which ask the system before each call whether it would wait. The system can keep them by itself.

No command is sent twice, by no party. Where the answer to a write does not come, the write may have happened: a second
`HDEL` then says that there was nothing, a second `SET NX` that somebody else was quicker, and a code that is redeemed
once more looks stolen. Only whoever knows what the write was for can tell what to do next; it is told by `AnswerLost`.
"""

import math
import socket
import struct
from collections import deque
from typing import Any

import hiredis
import redis
from redis._parsers.hiredis import NOT_ENOUGH_DATA
from redis.backoff import NoBackoff
from redis.retry import Retry

ONCE = Retry(NoBackoff(), 0)  # for every connection of every party
AT_ONCE = 16 * 1024  # bytes read at once


class AnswerLost(redis.ConnectionError):
    """A command was sent, and no answer came: whether Redis carried it out is not known.

    Any other `ConnectionError` or `TimeoutError` of a plain command says that it was never sent.
    """


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
        if not (connection.is_connected and is_as_it_was_left(connection)):
            connection.disconnect()  # Redis may have been started anew since it was last used
            connection.connect()
            leave_timeouts_to_the_system(connection)
        return connection

    def release(self, connection: Any) -> None:
        """Take a connection back."""
        self.free.append(connection)

    def disconnect(self, *options: Any, **more: Any) -> None:
        """Close all; what is in use closes where its answer is awaited."""
        while self.free:
            self.free.pop().disconnect()
        super().disconnect(*options, **more)


def is_as_it_was_left(connection: Any) -> bool:
    """Whether a connection is open, and nothing waits to be read on it."""
    try:
        connection._sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)  # what is there answers nothing, or is the end
    except BlockingIOError:
        return True
    except OSError:
        pass
    return False


def leave_timeouts_to_the_system(connection: Any) -> None:
    """Let the system end what takes longer than the connection's timeout."""
    if connection.socket_timeout:
        fraction, seconds = math.modf(connection.socket_timeout)
        timeval = struct.pack("ll", int(seconds), int(fraction * 1e6))
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            connection._sock.setsockopt(socket.SOL_SOCKET, option, timeval)
        connection._sock.settimeout(None)


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
            connection._sock.sendall(b"".join(commands))
            return [answer_on(connection) for _ in commands]
        except BaseException as problem:
            connection.disconnect()  # an answer may still be on its way
            if isinstance(problem, BlockingIOError):  # so the system says that the time is over
                raise AnswerLost("Redis did not answer in time") from problem
            if isinstance(problem, OSError):
                raise AnswerLost(str(problem)) from problem
            raise
        finally:
            self.connection_pool.release(connection)


def answer_on(connection: Any) -> Any:
    """Read one answer; an error is raised as what it is."""
    reader = connection._parser._reader
    while (answer := reader.gets()) is NOT_ENOUGH_DATA:
        received = connection._sock.recv(AT_ONCE)
        if not received:
            raise AnswerLost("Redis has closed the connection")
        reader.feed(received)
    if isinstance(answer, redis.RedisError):
        raise answer
    return answer


def quick_redis(url: str, **options: Any) -> QuickRedis:
    """Return a client for a Redis at a URL, with the library's options for connections."""
    return QuickRedis(connection_pool=Connections.from_url(url, retry=ONCE, **options))
