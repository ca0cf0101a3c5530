"""Step mode's handle: what the learner decides is told to every party over Redis; the parties do the holding."""

import json
import threading
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, jsonify

from classroom import views
from classroom.config import Settings
from classroom.derive.as_json import readable
from classroom.errors import Problem
from classroom.observer import Observer
from classroom.parameters import (
    LOCATION,
    METHOD,
    TARGET,
    WRONG_TARGET,
    body_in,
    headers_in,
    json_object,
    matching,
    text_in,
)
from wire.message import Held
from wire.step_channel import CHANNEL

REPEAT = 10.0  # seconds after which the parties are told again, for one may have started anew
ACTIONS = ("go", "edited", "drop")
bp = Blueprint("step_mode", __name__)


class StepModeControl:
    """Whether the parties hold, by world, and what they hold now."""

    def __init__(self, redis: Any, observer: Observer, settings: Settings, clock: Callable[[], float]) -> None:
        self.redis, self.observer, self.clock = redis, observer, clock
        self.key = f"{settings.key_prefix}step_mode"
        self.lock = threading.Lock()
        self.on: dict[str, bool] = {}
        self.told_at = 0.0

    def put(self, on: bool, world: str) -> None:
        """Switch step mode on, or off, which lets everything go."""
        with self.lock:
            self.redis.hset(self.key, world, int(on))
            self.tell({"on": on, "world": world})
            self.on[world] = on
        self.observer.step_mode_changed()

    def find(self, exchange: str) -> Held | None:
        """Return what is held under a name."""
        return next((held for held in self.observer.held_at(self.clock()) if held.exchange == exchange), None)

    def decide(self, held: Held, decision: dict[str, Any]) -> None:
        """Tell the party that holds what to do, and all of them how long it took: their clocks stood still."""
        held_for = max(0.0, self.clock() - held.at)
        self.tell({"exchange": held.exchange, "world": held.world, "held_for": held_for, **decision})

    def tell(self, told: dict[str, Any]) -> None:
        self.redis.publish(CHANNEL, json.dumps(told))

    def repeat(self) -> None:
        """Tell all parties again whether step mode is on; a party that has just started does not know."""
        if self.clock() - self.told_at < REPEAT:
            return
        self.told_at = self.clock()
        with self.lock:
            stored = {world.decode(): on == b"1" for world, on in self.redis.hgetall(self.key).items()}
            forgotten = dict.fromkeys(self.on.keys() - stored.keys(), False)  # `make reset` lets go
            changed = self.on != (forgotten | stored)
            self.on = forgotten | stored
            for world, on in self.on.items():
                self.tell({"on": on, "world": world})
        if changed:
            self.observer.step_mode_changed()

    def state(self) -> dict[str, Any]:
        """Return where step mode is on and what is held, the oldest first."""
        held = self.observer.held_at(self.clock())
        with self.observer.reading() as conversation:
            messages = [views.message(conversation, entry.id) | {"until": entry.until} for entry in held]
        worlds = sorted(world for world, on in self.on.items() if on)
        return {"on": "" in worlds, "worlds": worlds, "held": messages}


def the_control() -> StepModeControl:
    control: StepModeControl = current_app.extensions["step_mode"]
    return control


@bp.get("/api/brake")
def state() -> Response:
    """Say whether step mode is on, and what is held."""
    return jsonify(the_control().state())


@bp.put("/api/brake")
def put() -> Response:
    """Switch step mode on for all flows of a world, or off."""
    told = json_object()
    if not isinstance(told.get("on"), bool):
        raise Problem(400, "`on` must be true or false.")
    the_control().put(told["on"], text_in(told, "world", ""))
    return jsonify(the_control().state())


@bp.post("/api/brake/<exchange>")
def decide(exchange: str) -> Response:
    """Let go what is held, as it is or edited, or drop it."""
    told = json_object()
    if told.get("action") not in ACTIONS:
        raise Problem(400, "`action` must be go, edited or drop.")
    held = the_control().find(exchange)
    if held is None:
        raise Problem(404, "Nothing is held under this name; it was let go, or its time was over.")
    decision: dict[str, Any] = {"action": told["action"]}
    if told["action"] == "edited":
        decision["edited"] = edited(told.get("edited"), held)
    the_control().decide(held, decision)
    return jsonify(exchange=exchange, action=told["action"])


def edited(told: object, held: Held) -> dict[str, Any]:
    """Return an edit in the form that the parties take; of a redirect only the place that it leads to can change."""
    if not isinstance(told, dict) or not told:
        raise Problem(400, "`edited` must be an object that says what to change.")
    known = {"location"} if held.what == "redirect" else {"method", "target", "headers", "body", "body_encoding"}
    if told.keys() - known:
        raise Problem(400, f"Of a held {held.what} only this can be edited: {', '.join(sorted(known))}.")
    if held.what == "redirect":
        return {"target": location_in(told)}
    parts: dict[str, Any] = {}
    if "method" in told:
        parts["method"] = matching(METHOD, text_in(told, "method"), "`method` must be a method, such as GET.")
    if "target" in told:
        parts["target"] = matching(TARGET, text_in(told, "target"), WRONG_TARGET)
    if "headers" in told:
        parts["headers"] = headers_in(told, [])
    if "body" in told:
        parts["body"] = body_in(told).decode("utf-8", "replace")
        if held.length > len(held.body) and parts["body"] == readable(held.body, cut=True)["body"]:
            raise Problem(409, "The recorder kept only the beginning of this body; left out, it stays as it is.")
    return parts


def location_in(told: dict[str, Any]) -> str:
    """Return where a redirect shall lead: printable, for it becomes a header."""
    wrong = "`location` must be an address without spaces, percent-encoded."
    return matching(LOCATION, text_in(told, "location"), wrong)
