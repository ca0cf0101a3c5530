"""The verdict on an attack in a lab's world, for the labs' server and for whoever wants to check it."""

import json
import re
import time
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from classroom.errors import Problem
from classroom.observer import Observer, Place
from classroom.parameters import entry_id_in, matching
from classroom.verdicts import Attack, Question, judge
from classroom.verdicts.patterns import KNOWN
from classroom.verdicts.predicates import PREDICATES
from wire.streams import order

PATIENCE = 5.0  # seconds to wait until what was asked about has been read from the stream
WORLD = re.compile(r"[a-z0-9-]{1,63}")
WORDS = re.compile(r"[a-z_ -]{0,200}")
bp = Blueprint("verdict", __name__)


@bp.get("/api/verdict")
def verdict() -> Response:
    """Say whether the attack succeeded, was refused, did not run, or spent what it cannot have had."""
    question = question_of()
    observer: Observer = current_app.extensions["observer"]
    # The stream is read behind the messages: a verdict given at once would be on an attack that has not been seen
    # whole.
    wait_for(observer, question.until)
    with observer.reading() as conversation:
        return jsonify(judge(Attack(conversation, question)))


def question_of() -> Question:
    """Read the question."""
    predicate = request.args.get("predicate", "")
    if predicate not in PREDICATES:
        raise Problem(400, f"`predicate` is one of {', '.join(PREDICATES)}.")
    return Question(
        world=matching(WORLD, request.args.get("world", ""), "`world` is the name of a lab."),
        predicate=predicate,
        after=entry_id_in(request.args.get("after", ""), "after"),
        until=entry_id_in(request.args.get("until", ""), "until"),
        refusal=description("refusal"),
        reached=description("reached"),
        since=description("since"),
        unless=description("unless"),
        leaks=words("leaks"),
        guesses=words("guesses"),
        attackers=words("attackers"),
    )


def description(name: str) -> dict[str, Any]:
    """Read the description of a message."""
    try:
        described = json.loads(request.args.get(name) or "{}")
    except (ValueError, RecursionError):
        described = None
    # A misspelt name would match nothing, and so make every attack a success or a failure.
    if not isinstance(described, dict) or described.keys() - set(KNOWN):
        raise Problem(400, f"`{name}` is a JSON object of {', '.join(KNOWN)}.")
    return described


def words(name: str) -> tuple[str, ...]:
    return tuple(matching(WORDS, request.args.get(name, ""), f"`{name}` is a list of words.").split())


def wait_for(observer: Observer, entry_id: str) -> None:
    """Wait until an entry has been read; what never comes is not waited for longer than a while."""
    ends = time.monotonic() + PATIENCE
    while entry_id and order(observer.newest()) < order(entry_id) and time.monotonic() < ends:
        with observer.lock:
            place = Place(len(observer.ids), observer.generation, observer.step_changes)
        observer.wait(place, 0.25)
