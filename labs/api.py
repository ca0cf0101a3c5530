"""The labs for programs: what there is, the switch, and the button (the paths are fixed names)."""

import re
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from requests import RequestException

from labs import chromium, results
from labs.json_body import json_body
from labs.running import NeedsBrowser, Runner, TooMany
from labs.syllabus import Lab
from labs.worlds import LabWorld, Worlds

bp = Blueprint("api", __name__, url_prefix="/api/labs")
NOTE = re.compile(r"(\d{1,20})-(\d{1,20})", re.ASCII)  # the id of a note on the wire
LARGEST = 2**64 - 1  # of either number in an id
PLACE = re.compile(r"/?[\w.-]{1,100}(/[\w.-]{1,100}){0,9}")
LONGEST_PAUSE = 2.0  # seconds before each step of a run that somebody watches
NO_CLASSROOM = "The classroom does not answer, and it alone reads the wire. Is it running?"
NO_BROWSER = "This attack is played in a browser, and there is none here."


def worlds() -> Worlds:
    worlds: Worlds = current_app.extensions["worlds"]
    return worlds


def runner() -> Runner:
    runner: Runner = current_app.extensions["runner"]
    return runner


def world_of(name: str) -> LabWorld | None:
    return worlds().world(name) if name in worlds().labs else None


def described(lab: Lab) -> dict[str, Any]:
    """Return what there is to say of a lab; asking makes no world."""
    world = worlds().open.get(lab.name)
    return {
        "name": lab.name,
        "title": lab.title,
        "part": lab.part,
        "sections": list(lab.sections),
        "defence": lab.defence,
        "predicate": lab.predicate,
        "browser": lab.browser,
        "on": world.on if world else worlds().stands_on(lab.name),
        "choice": world.choice if world else "",
    }


@bp.get("")
def labs() -> Response:
    """List the labs."""
    return jsonify(labs=[described(lab) for lab in worlds().labs.values()])


@bp.get("/<name>")
def lab(name: str) -> Response | tuple[Response, int]:
    """Return one lab, and how its switch stands."""
    world = world_of(name)
    if world is None:
        return jsonify(error=f"There is no lab {name!r}."), 404
    return jsonify(described(world.lab))


@bp.before_request
def only_our_pages_and_programs() -> tuple[Response, int] | None:
    """Stop another site's page from turning a switch."""
    # A browser names the origin of every page that sends more than a GET; programs such as `make attack` send none.
    origin = request.headers.get("Origin")
    own = current_app.extensions["settings"].origin
    if request.method in ("GET", "HEAD") or origin in (None, own):
        return None
    return jsonify(error=f"Only pages of {own} may do this."), 403


@bp.errorhandler(RequestException)
def classroom_is_away(problem: RequestException) -> tuple[Response, int]:
    """Say why there is no verdict."""
    return jsonify(error=NO_CLASSROOM), 502


@bp.put("/<name>/defence")
def defence(name: str) -> Response | tuple[Response, int]:
    """Put the defence in force, or take it away; `choice` is what stands beside the switch, where a lab has one."""
    world, wanted = world_of(name), json_body()
    if world is None:
        return jsonify(error=f"There is no lab {name!r}."), 404
    if not isinstance(wanted, dict) or not isinstance(wanted.get("on"), bool):
        return jsonify(error='Send {"on": true} or {"on": false}.'), 400
    choice = wanted.get("choice", "")  # a fault of this lab's, by its name
    if choice not in ("", *world.choices):
        return jsonify(error="This lab has no such choice."), 400
    world.switch(wanted["on"], choice)
    return jsonify(described(world.lab))


@bp.post("/<name>/attack")
def attack(name: str) -> Response | tuple[Response, int]:
    """Run the attack, and return the verdict as the classroom gave it; `pause` is for those who watch."""
    world, options = world_of(name), json_body() or {}
    if world is None:
        return jsonify(error=f"There is no lab {name!r}."), 404
    pause = options.get("pause", 0) if isinstance(options, dict) else None
    if isinstance(pause, bool) or not isinstance(pause, int | float) or not 0 <= pause <= LONGEST_PAUSE:
        return jsonify(error=f"`pause` is a number of seconds from 0 to {LONGEST_PAUSE:g}."), 400
    try:
        return jsonify(runner().attack(world, pause))
    except TooMany:  # each attack calls this process, and with all threads taken none would end
        return busy()
    except NeedsBrowser:
        remedy = chromium.remedy(world.settings.browser)
        return jsonify(error=f"{NO_BROWSER} {remedy}", remedy=remedy), 503


def busy() -> tuple[Response, int]:
    answer = jsonify(error="Eight attacks are running; come back in a moment.")
    answer.headers["Retry-After"] = "3"
    return answer, 503


@bp.post("/<name>/matrix")
def matrix(name: str) -> Response | tuple[Response, int]:
    """Run every cell of a lab's matrix, and return what the wire shows of each."""
    world = world_of(name)
    if world is None or not hasattr(world.lab.module("attack"), "CELLS"):
        return jsonify(error=f"There is no lab {name!r} with a matrix."), 404
    try:
        return jsonify(cells=runner().matrix(world))
    except TooMany:
        return busy()


@bp.post("/<name>/reset")
def reset(name: str) -> Response | tuple[Response, int]:
    """Begin the world anew; the switch stays as it is."""
    world = world_of(name)
    if world is None:
        return jsonify(error=f"There is no lab {name!r}."), 404
    world.reset()
    return jsonify(described(world.lab) | {"generation": world.generation})


@bp.get("/<name>/verdict")
def verdict(name: str) -> Response | tuple[Response, int]:
    """Say what the wire shows since the switch was turned or the button pressed: the verdict on an attack by hand."""
    world = world_of(name)
    if world is None:
        return jsonify(error=f"There is no lab {name!r}."), 404
    return jsonify(runner().verdict(world))


@bp.get("/<name>/messages")
def messages(name: str) -> Response | tuple[Response, int]:
    """Return what the wire has of this world between two notes, in brief, and what came of it.

    A verdict names the notes; `decided` is the last message of its evidence.
    """
    world = world_of(name)
    if world is None:
        return jsonify(error=f"There is no lab {name!r}."), 404
    after, until = (request.args.get(end, "") for end in ("after", "until"))
    if not is_a_note(after) or not is_a_note(until):
        return jsonify(error="Say between which two notes: `after` and `until` are ids of the wire."), 400
    between = runner().messages(world, after, until)
    decided = request.args.get("decided", "")
    return jsonify(messages=between, summary=results.summary(between, decided, world.lab.attackers))


def is_a_note(entry_id: str) -> bool:
    """Whether this can be the id of an entry of the stream; the store refuses larger numbers."""
    parts = NOTE.fullmatch(entry_id)
    return parts is not None and all(int(number) <= LARGEST for number in parts.groups())


@bp.get("/<name>/addresses")
def addresses(name: str) -> Response | tuple[Response, int]:
    """Return the addresses at a place that the wire has seen, the newest first: for a step that asks for one."""
    world, place = world_of(name), request.args.get("at", "")
    if world is None:
        return jsonify(error=f"There is no lab {name!r}."), 404
    if not PLACE.fullmatch(place):
        return jsonify(error="`at` is a path, such as /callback."), 400
    return jsonify(addresses=runner().addresses(world, place))
