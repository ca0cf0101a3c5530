"""The labs for people: the list, and a page for each with story, switch, sources and the attack."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, jsonify, make_response, render_template, request
from redis.exceptions import RedisError
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from labs import coverage, redirect_rules, sources, texts
from labs.attacker import answers
from labs.syllabus import PARTS, Lab
from labs.worlds import LabWorld, Worlds

bp = Blueprint("pages", __name__)


def register(app: Flask) -> None:
    """Put the pages, what their texts need, and their headers in place."""
    app.jinja_env.filters.update(inline=texts.inline, sentences=texts.sentences, paragraphs=texts.paragraphs)
    app.register_blueprint(bp)
    app.register_error_handler(HTTPException, problem)
    app.register_error_handler(RedisError, store_is_away)
    app.after_request(protect)


def worlds() -> Worlds:
    worlds: Worlds = current_app.extensions["worlds"]
    return worlds


@bp.get("/")
def contents() -> str:
    """List the labs by part."""
    labs = list(worlds().labs.values())
    parts = {title: [lab for lab in labs if lab.part == part] for part, title in PARTS.items()}
    settings = current_app.extensions["settings"]
    return render_template("contents.html", parts=parts, classroom=settings.classroom, count=len(labs))


@bp.get("/defences")
def every_defence() -> str:
    """List every defence of every party, with its labs or the reason for having none."""
    defences = coverage.defences(worlds().labs)
    parts = {title: [each for each in defences if each.package == name] for name, title in coverage.TITLES.items()}
    classroom = current_app.extensions["settings"].classroom
    return render_template("defences.html", parts=parts, count=len(defences), classroom=classroom)


@bp.get("/redirect-uris")
def redirect_uris() -> str:
    """Compare two redirect URIs by every rule (RFC 9700 §4.1.3)."""
    typed = [request.args.get(name, "").strip() for name in ("registered", "requested")]
    registered, requested = typed if all(typed) else redirect_rules.EXAMPLES[1]
    return render_template(
        "redirect_uris.html",
        registered=registered,
        requested=requested,
        said=redirect_rules.compare(registered, requested),
        examples=redirect_rules.EXAMPLES,
        labs=worlds().labs,
        classroom=current_app.extensions["settings"].classroom,
    )


@bp.get("/labs/<name>")
def page_of(name: str) -> str:
    """Show one lab; asking for its page makes its world."""
    labs = worlds().labs
    if name not in labs:
        abort(404)
    # A world is made at the first look and not at the start: forty of them would cost a laptop its memory.
    world, lab, order = worlds().world(name), labs[name], list(labs)
    secure, weak = sources.both(world)
    place = order.index(name)
    cells = getattr(lab.module("attack"), "CELLS", ())
    return render_template(
        "lab.html",
        lab=lab,
        world=world,
        secure=secure,
        weak=weak,
        steps=[(step, by_hand(step.by_hand, world)) for step in lab.steps],
        place=place + 1,
        count=len(order),
        after=labs[order[(place + 1) % len(order)]],
        cells=cells,
        rules=list(redirect_rules.RULES),
        lifetime=in_words(world.parties["auth"].extensions["settings"].code_lifetime),
        classroom=current_app.extensions["settings"].classroom,
        refusal=refusal_of(lab),
    )


def by_hand(uri: str, world: LabWorld) -> str:
    """Return where a learner goes, with this world's origins in it."""
    return world.here.fill(uri)


def in_words(seconds: int) -> str:
    """Return how long something lasts."""
    number, unit = (seconds // 60, "minute") if seconds >= 60 else (seconds, "second")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


PEOPLE = answers.TITLES | {"attacker": "the attacker", "bank": "the bank", "browser": "a browser", "piggy": "Piggy"}
MORE = {  # what else a description may name
    "from": "from {}",
    "says": "with `{}` in it",
    "header": "with the header `{}`",
    "without": "without the header `{}`",
}


def refusal_of(lab: Lab) -> str:
    """Say which message is due while the defence is on, and when it counts."""
    words = f"With the defence on, this is due: {described(lab.refusal)}."
    if lab.since:
        words += f" It counts after {described(lab.since)}."
    if lab.unless:
        words += f" It counts for nothing where there is {described(lab.unless)}, too: then the attack came further."
    return words


def described(message: Mapping[str, Any]) -> str:
    """Put the description of a message into words."""
    words = [f"`{message['method']} {readable(message['path'])}` at {PEOPLE[message['party']]}"]
    words += [
        text.format(PEOPLE.get(message[name], readable(message[name])))
        for name, text in MORE.items()
        if name in message
    ]
    if answer := " ".join(str(message[name]) for name in ("status", "error") if name in message):
        words.append(f"answered with `{answer}`")
    if "location" in message:
        words.append(f"which leads to `{readable(message['location'])}`")
    return ", ".join(words)


def readable(pattern: str) -> str:
    """Return a pattern with dots for whatever may stand there."""
    return pattern.replace("[!&]", "…").replace("*", "…")


# What goes wrong.

HEADINGS = {
    404: "There is no such page",
    405: "This is not for looking at",
    500: "The labs have failed",
    503: "The labs are resting",
}
WORDS = {
    404: "Nobody has written it, or the lab has another name now. All that there are stand on one page.",
    405: "This page takes another method: a button does it.",
    500: "That is no part of any lab. `make logs` shows what they wrote about it.",
    503: "Their store does not answer, so what you asked for may not be finished. Do it again in a moment.",
}
RETRY_AFTER = "5"  # seconds


def problem(error: HTTPException) -> tuple[Response | str, int]:
    """Say what is wrong, to programs in JSON, and to people on a page with a way back."""
    code = error.code or 500
    heading, words = HEADINGS.get(code, "This did not work"), WORDS.get(code, error.description or "")
    if request.path.startswith("/api/"):
        return jsonify(error=f"{heading}. {words}"), code
    classroom, status = current_app.extensions["settings"].classroom, f"{code} {error.name}"
    return render_template(
        "problem.html", heading=heading, words=texts.inline(words), status=status, classroom=classroom
    ), code


def store_is_away(problem_of_redis: RedisError) -> Response:
    """Say that Redis is away; whatever was under way begins anew when it is asked for again."""
    current_app.logger.error("the store does not answer: %s", problem_of_redis)
    answer = make_response(problem(ServiceUnavailable()))
    answer.headers["Retry-After"] = RETRY_AFTER
    return answer


def protect(response: Response) -> Response:
    """Run our own scripts only, and frame the classroom's diagram; a form may go to a world's attacker."""
    settings = current_app.extensions["settings"]
    attackers = " ".join(f"http://*.localhost:{port}" for port in (settings.port, settings.cafe_port))
    response.headers["Content-Security-Policy"] = "; ".join(
        (
            "default-src 'self'",
            "base-uri 'none'",
            f"frame-src {settings.classroom}",
            "frame-ancestors 'none'",
            f"form-action 'self' {attackers}",
        )
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
