"""Live to every page: Server-Sent Events that are written out once for all who listen, and resume where they broke off.

A listener is a place in the log, so a slow one loses nothing and costs nothing; after a break it comes back with
the last id that it heard.
"""

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, current_app, request

from classroom import views
from classroom.config import Settings
from classroom.errors import Problem
from classroom.observer import START, Change, Observer, Place
from classroom.parameters import entry_id_in
from classroom.step_mode import StepModeControl

VERSION = 1  # of the API
RETRY = 1000  # milliseconds before a browser comes back
PAUSE = 0.0003  # seconds per listener: in a full room each hears several messages at once, so that all keep up
CATCH_UP = 5.0  # seconds to wait for what was on the wire before we began
MOST_AT_ONCE = 200  # entries told in one go
MOST_TEXTS = 2_000  # changes kept written out
bp = Blueprint("events", __name__)


@bp.get("/api/events")
def events() -> Response:
    """Tell what happens as it happens, from after `Last-Event-ID` or `after`, else from now."""
    broadcast: Broadcast = current_app.extensions["broadcast"]
    after = entry_id_in(request.headers.get("Last-Event-ID") or request.args.get("after", ""), "after")
    listener = broadcast.listen(after)
    next(listener)  # takes its seat, or refuses here where a status can still be sent
    return Response(listener, mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})


class Broadcast:
    """Writes each change out once, for as many listeners as there are."""

    def __init__(self, observer: Observer, step_mode: StepModeControl, settings: Settings) -> None:
        self.observer, self.step_mode, self.settings = observer, step_mode, settings
        self.seats = threading.BoundedSemaphore(settings.most_listeners)
        self.count = 0  # who listens
        self.has_ended = False
        self.texts: dict[Change, tuple[int, bytes]] = {}

    def listen(self, after: str) -> Iterator[bytes]:
        """Yield bytes for one listener until it goes away; the first are empty."""
        if not self.seats.acquire(blocking=False):
            message = f"{self.settings.most_listeners} pages listen already; close one."
            raise Problem(503, message, {"Retry-After": "5"})
        self.sit(1)
        try:
            yield b""
            if after:  # it comes back, perhaps to a classroom that has only just started
                self.observer.has_caught_up.wait(CATCH_UP)
            place, text = self.welcome(after)
            yield text
            while not self.has_ended:
                self.observer.wait(place, self.settings.heartbeat)
                place, text = self.news(place)
                yield text or b": still here\n\n"
                time.sleep(self.count * PAUSE)
        finally:
            self.sit(-1)
            self.seats.release()

    def end(self) -> None:
        """Let every listener go: the process ends, and would be kept from it by as many threads as pages are open."""
        self.has_ended = True
        self.observer.wake()

    def sit(self, change: int) -> None:
        with self.observer.lock:
            self.count += change

    def welcome(self, after: str) -> tuple[Place, bytes]:
        """Return where a listener begins and what it hears first; one whose last id is unknown starts anew."""
        with self.observer.lock:
            newest = self.observer.newest()
            cursor = self.observer.cursor_behind(after or newest)
            hello = {"version": VERSION, "newest": newest, "parties": list(self.settings.parties)}
            text = f"retry: {RETRY}\n".encode() + marked(spelt("hello", hello), "" if after else newest)
            if cursor is None:
                text += marked(spelt("reset", {}), START)
            return Place(cursor or 0, self.observer.generation, -1), text

    def news(self, place: Place) -> tuple[Place, bytes]:
        """Return what a listener at `place` has not heard, and its place afterwards."""
        observer = self.observer
        with observer.lock:
            text, start = b"", place.cursor
            if place.generation != observer.generation:
                text, start = marked(spelt("reset", {}), START), 0
            end = min(start + MOST_AT_ONCE, len(observer.ids))
            text += b"".join(marked(self.text_of(change), id_) for change, id_ in observer.told_between(start, end))
            now = Place(end, observer.generation, observer.step_changes)
        if place.step_changes != now.step_changes:
            text += spelt("brake", self.step_mode.state())
        return now, text

    def text_of(self, change: Change) -> bytes:
        """Return a change as it is sent, written anew only where it has changed."""
        version = self.observer.versions.get(change, -1)
        known = self.texts.get(change)
        if known and known[0] == version:
            return known[1]
        if len(self.texts) >= MOST_TEXTS:
            self.texts.clear()
        kind, name = change
        text = spelt(kind, views.summary(self.observer.conversation, kind, name))
        self.texts[change] = version, text
        return text


def spelt(event: str, content: dict[str, Any]) -> bytes:
    """Return one event; JSON has no line breaks of its own, so nothing in a message can end it early."""
    return f"event: {event}\ndata: {json.dumps(content)}\n\n".encode()


def marked(event: bytes, entry_id: str) -> bytes:
    """Return the event with the id from which a listener resumes."""
    return f"id: {entry_id}\n".encode() + event if entry_id else event
