"""The classroom as its tests meet it: the real app, reading what the running parties wrote to a real Valkey."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import redis
import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse
from werkzeug.test import Client, TestResponse

import classroom
from classroom import reader
from classroom.config import Settings
from classroom.defences import Defences
from tests.support.conversation import Sandbox
from tests.support.streams import append, newest_id
from wire.message import Entry
from wire.session import http_session

ORIGIN = "http://classroom.localhost:9080"
reader.BLOCK = 50  # milliseconds: a reader that waits for an entry ends no sooner, and each room has one


class Room:
    """Requests to the classroom, as one of its own pages sends them."""

    def __init__(
        self,
        redis_url: str,
        defences: Defences | None = None,
        http: requests.Session | None = None,
        admin: dict[str, str] | None = None,
        **settings: Any,
    ) -> None:
        chosen = Settings(**({"redis_url": redis_url, "redis_username": "default"} | settings))
        self.app = classroom.create_app(chosen, defences, http=http)
        self.client = Client(self.app)
        self.redis = redis.Redis.from_url(redis_url, **(admin or {}))
        self.observer = self.app.extensions["observer"]
        self.reader = self.app.extensions["reader"]
        self.catch_up()

    def catch_up(self) -> None:
        """Wait until the classroom has read all that is there."""
        wanted = newest_id(self.redis)
        until(lambda: self.observer.newest() == wanted)

    def write(self, *entries: Entry) -> list[str]:
        """Append entries to the wire, as a recorder does."""
        written = [append(self.redis, entry) for entry in entries]
        self.catch_up()
        return written

    def ask(self, method: str, path: str, json: Any = None, **options: Any) -> TestResponse:
        headers = {"Origin": ORIGIN} if method not in ("GET", "HEAD") else {}
        headers |= options.pop("headers", {})
        return self.client.open(path, method=method, base_url=ORIGIN, json=json, headers=headers, **options)

    def get(self, path: str, status: int = 200) -> Any:
        answer = self.ask("GET", path)
        assert answer.status_code == status, answer.text
        return answer.get_json()

    def flow(self, kind: str) -> Any:
        """Return the one flow of a kind, whole."""
        [found] = [flow for flow in self.get("/api/flows")["flows"] if flow["kind"] == kind]
        return self.get(f"/api/flows/{found['id']}")

    def listen(self, path: str = "/api/events", **headers: str) -> "Listener":
        return Listener(self.ask("GET", path, headers=headers))


class Inside(BaseAdapter):
    """Takes what the classroom sends to the parties in this process, and notes it."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__()
        self.sandbox = sandbox
        self.sent: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        self.sent.append(request)
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        answer = self.sandbox.ask(str(request.method), str(request.url), dict(request.headers), body)
        raw = HTTPResponse(
            BytesIO(answer.data),
            headers=HTTPHeaderDict(answer.headers.to_wsgi_list()),
            status=answer.status_code,
            reason=answer.status.partition(" ")[2],
            preload_content=False,
        )
        return HTTPAdapter().build_response(request, raw)

    def close(self) -> None:
        """Nothing is open."""


def inside(sandbox: Sandbox) -> requests.Session:
    """Return the classroom's HTTP session, whose requests reach the parties in this process."""
    session = http_session("glassbox-classroom")
    session.mount("http://", Inside(sandbox))
    return session


PATIENCE = 20.0  # seconds


class Listener:
    """Reads Server-Sent Events one by one."""

    def __init__(self, answer: TestResponse) -> None:
        self.answer = answer
        assert answer.status_code == 200, answer.text
        assert answer.mimetype == "text/event-stream"
        self.chunks: Iterator[Any] = iter(answer.response)
        self.waiting: list[dict[str, Any]] = []

    def next(self, *kinds: str) -> dict[str, Any]:
        """Return the next event of one of these kinds; in a silence, the heartbeats wake us to look at the time."""
        end = time.monotonic() + PATIENCE
        while True:
            while not self.waiting:
                assert time.monotonic() < end, f"none of {kinds} in {PATIENCE:.0f} seconds"
                self.waiting = list(events_in(next(self.chunks)))
            event = self.waiting.pop(0)
            if event["event"] in kinds:
                return event

    def until_message(self, message_id: str) -> list[str]:
        """Return the ids of the messages up to one."""
        heard: list[str] = []
        while not heard or heard[-1] != message_id:
            event = self.next("message")
            if event["id"]:
                heard.append(event["id"])
        return heard

    def close(self) -> None:
        self.answer.close()


def events_in(chunk: bytes | str) -> Iterator[dict[str, Any]]:
    """Read events as a browser does."""
    text = chunk.decode() if isinstance(chunk, bytes) else chunk
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "event" in lines:
            yield {"event": lines["event"], "id": lines.get("id", ""), "data": json.loads(lines["data"])}


@contextmanager
def open_room(redis_url: str, defences: Defences | None = None, **options: Any) -> Iterator[Room]:
    """Open the classroom, and stop its reader at the end."""
    room = Room(redis_url, defences, **options)
    try:
        yield room
    finally:
        room.reader.stop()


def until(comes_true: Callable[[], Any], seconds: float = 10.0) -> None:
    """Wait for something that another thread brings about."""
    end = time.monotonic() + seconds
    while not comes_true():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.005)
