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
    body_in,
    headers_in,
    json_object,
    matching,
    target_in,
    text_in,
    world_in,
)
from classroom.parties import PARTIES
from wire.held_time import HeldTime
from wire.message import Held
from wire.step_channel import channel_of

REPEAT = 2.0  # seconds after which the parties are told again, for one may have started anew
ACTIONS = ("go", "edited", "drop")
bp = Blueprint("step_mode", __name__)


class StepModeControl:
    """Whether the parties hold, by world, what they hold now, and the account of the time that they held."""

    def __init__(self, redis: Any, observer: Observer, settings: Settings, clock: Callable[[], float]) -> None:
        self.redis, self.observer, self.clock = redis, observer, clock
        self.key, self.times_key = f"{settings.key_prefix}step_mode", f"{settings.key_prefix}held_time"
        self.lock = threading.Lock()
        self.on: dict[str, bool] = {}
        self.times: dict[str, HeldTime] = {}
        self.told_at = 0.0
        self.told_of = 0  # changes of what is held

    def put(self, on: bool, world: str) -> None:
        """Switch step mode on, or off, which lets everything go."""
        with self.lock:
            self.redis.hset(self.key, world, int(on))
            self.on[world] = on
            self.tell_all(world)
        self.observer.step_mode_changed()

    def find(self, exchange: str) -> Held | None:
        """Return what is held under a name."""
        return next((held for held in self.observer.held_at(self.clock()) if held.exchange == exchange), None)

    def decide(self, held: Held, decision: dict[str, Any]) -> None:
        """Tell the party that holds what to do, and nobody else: an edit may hold its secrets."""
        self.tell(held.party, {"exchange": held.exchange, "world": held.world, **decision})

    def tell(self, party: str, word: dict[str, Any]) -> None:
        self.redis.publish(channel_of(party), json.dumps(word))

    def tell_all(self, world: str) -> None:
        """Tell every party how step mode stands, and for how long time stands still because of what is held.

        However a hold ends, the party that held writes it down and we read it: so no party needs to hear of another's.
        """
        on, now = self.on[world], self.clock()
        waiting = [held for held in self.observer.held_at(now) if held.world == world]
        until = max((held.until for held in waiting), default=now) if on else now
        time_held = self.times[world] = self.times.get(world, HeldTime()).held_until(until, now)
        account = [time_held.at, time_held.lag, time_held.until]
        if time_held.lag or until > now:
            self.redis.hset(self.times_key, world, json.dumps(account))
        for party in PARTIES:
            theirs = [[held.exchange, held.at] for held in waiting if held.party == party]
            self.tell(party, {"on": on, "world": world, "held_time": account, "yours": theirs})

    def repeat(self) -> None:
        """Tell all parties what has changed, and everything after a while: one that has just started knows nothing."""
        now, changes = self.clock(), self.observer.step_changes
        if now - self.told_at >= REPEAT:
            self.look_up()
        elif changes == self.told_of:
            return
        self.told_at, self.told_of = now, changes
        with self.lock:
            for world in self.on:
                self.tell_all(world)

    def look_up(self) -> None:
        """Take up what was stored, for we may have started anew; `make reset` has emptied it and so lets go."""
        with self.lock:
            stored = {world.decode(): on == b"1" for world, on in self.redis.hgetall(self.key).items()}
            times = {
                world.decode(): HeldTime(*json.loads(held_time))
                for world, held_time in self.redis.hgetall(self.times_key).items()
            }
            # Ours are newer than the stored ones: those are for a classroom that has just started.
            self.times = times | self.times
            forgotten = dict.fromkeys(self.on.keys() - stored.keys(), False)
            changed = self.on != (forgotten | stored)
            self.on = forgotten | stored
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
    parameters = json_object()
    if not isinstance(parameters.get("on"), bool):
        raise Problem(400, "`on` must be true or false.")
    the_control().put(parameters["on"], world_in(parameters))
    return jsonify(the_control().state())


@bp.post("/api/brake/<exchange>")
def decide(exchange: str) -> Response:
    """Let go what is held, as it is or edited, or drop it."""
    parameters = json_object()
    if parameters.get("action") not in ACTIONS:
        raise Problem(400, "`action` must be go, edited or drop.")
    # A party decides by itself when a hold is too old; this may come late, and then must not meet the next hold.
    held = the_control().find(exchange)
    if held is None or held.party not in PARTIES:
        raise Problem(404, "Nothing is held under this name; it was let go, or its time was over.")
    decision: dict[str, Any] = {"action": parameters["action"]}
    if parameters["action"] == "edited":
        decision["edited"] = edit_of(held, parameters.get("edited"))
    the_control().decide(held, decision)
    return jsonify(exchange=exchange, action=parameters["action"])


def edit_of(held: Held, edited: object) -> dict[str, Any]:
    """Return an edit in the form that the parties take; of a redirect only the place that it leads to can change."""
    if not isinstance(edited, dict) or not edited:
        raise Problem(400, "`edited` must be an object that says what to change.")
    known = {"location"} if held.what == "redirect" else {"method", "target", "headers", "body", "body_encoding"}
    # The place of a redirect is the browser's to see and to change; its other headers are set by the server.
    if edited.keys() - known:
        raise Problem(400, f"Of a held {held.what} only this can be edited: {', '.join(sorted(known))}.")
    if held.what == "redirect":
        return {"target": location_in(edited)}
    parts: dict[str, Any] = {}
    if "method" in edited:
        parts["method"] = matching(METHOD, text_in(edited, "method"), "`method` must be a method, such as GET.")
    if "target" in edited:
        parts["target"] = target_in(edited, held.target)
    if "headers" in edited:
        parts["headers"] = headers_in(edited, [])
    if "body" in edited:
        parts["body"] = body_in(edited).decode("utf-8", "replace")
        if held.length > len(held.body) and parts["body"] == readable(held.body, cut=True)["body"]:
            raise Problem(409, "The recorder kept only the beginning of this body; left out, it stays as it is.")
    return parts


def location_in(edited: dict[str, Any]) -> str:
    """Return where a redirect shall lead: printable, for it becomes a header."""
    wrong = "`location` must be a URL without spaces, percent-encoded."
    return matching(LOCATION, text_in(edited, "location"), wrong)
