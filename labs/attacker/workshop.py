"""The attacker's workshop: what it holds, what it can do with that by ordinary HTTP, and its steps of the attack."""

import time
from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request
from requests import RequestException
from werkzeug.wrappers import Response

from labs.attacker import answers, holdings
from labs.people import Stuck
from labs.stage import Stage, by_hand
from labs.steps import Step
from labs.worlds import LabWorld

bp = Blueprint("workshop", __name__)
MOST_ANSWERS = 3  # that are shown of one step


def this_world() -> LabWorld:
    world: LabWorld = request.environ["labs.world"]
    return world


def show(template: str, **values: Any) -> str:
    """Show a page of the workshop."""
    world = this_world()
    return render_template(f"attacker/{template}.html", world=world, labs=world.settings.origin, **values)


@bp.get("/loot")
def loot() -> str:
    """Show what the attacker holds, and what it can do with it."""
    world = this_world()
    stage, held = by_hand(world), holdings.by_kind(world.collection.things)
    kept = {name: stage.kept.get(name, "") for name in ("verifier", "client_id", "redirect_uri")}
    return show("loot", held=held, worth=holdings.WORTH, steps=steps(world), done=stage.done, kept=kept)


def steps(world: LabWorld) -> list[tuple[Step, str]]:
    """Return all steps of the attack with the URLs of this world."""
    return [(step, world.here.fill(step.by_hand)) for step in world.lab.steps]


# Steps of the attack.


@bp.post("/act/<name>")
def act(name: str) -> Response | str:
    """Do one step of the attack that is not Alice's."""
    world = this_world()
    number = next((at for at, step in enumerate(world.lab.steps) if step.name == name and step.who != "Alice"), None)
    if number is None:
        return redirect("/loot", 303)
    step = world.lab.steps[number]
    with world.lock:  # the button's attack, or another tab, may be at work on the same stage
        stage = by_hand(world)
        stage.given = request.form.get("given", "").strip()
        outcome = watched(world, stage, lambda: step.act(stage))
        if not outcome["problem"]:
            stage.done.add(step.name)
        outcome["onward"], stage.onward = stage.onward, ""
    outcome |= {"step": step, "number": number + 1, "steps": steps(world)}
    if outcome["problem"]:
        return show("stuck", first=first_to_do(world.lab.steps[:number], stage.done), **outcome)
    return show("done", **outcome)


def first_to_do(before: list[Step], done: set[str]) -> int:
    """Return the number of the step that is missing before another one; of Alice's, nobody here knows."""
    missing = [number for number, step in enumerate(before, start=1) if step.who != "Alice" and step.name not in done]
    hers = [number for number, step in enumerate(before, start=1) if step.who == "Alice"]
    return (missing or hers[-1:] or [0])[0]


def watched(world: LabWorld, stage: Stage, deed: Callable[[], object]) -> dict[str, Any]:
    """Do something; return what was answered, what came of it, and why it could not be done, where it could not."""
    began, visited, problem = time.time(), len(stage.mallory.history), ""
    stage.attacker.answers.clear()
    try:
        deed()
    except (Stuck, RequestException) as stuck:  # an attack that cannot go on; anything else is a fault of ours
        problem = str(stuck)
    responses = stage.attacker.answers
    return {
        "answers": [answers.answer(response) for response in responses[-MOST_ANSWERS:]],
        "more": max(0, len(responses) - MOST_ANSWERS),
        "mallory": answers.window_of(stage.mallory) if len(stage.mallory.history) > visited else None,
        "won": holdings.by_kind([thing for thing in world.collection.things if thing.at >= began]),
        "problem": problem,
    }


# What can be done with what is held.


@bp.post("/spend")
def spend() -> Response | str:
    """Use one thing that is held, by ordinary HTTP, in this world."""
    world, form = this_world(), request.form
    use, value = USES.get(form.get("use", "")), form.get("value", "")
    if use is None or not value:
        return redirect("/loot", 303)
    with world.lock:
        stage = by_hand(world)
        outcome = watched(world, stage, lambda: use(stage, value))
    return show("answer", **outcome)


def accounts(stage: Stage, token: str) -> None:
    """Ask the bank whose token this is."""
    stage.attacker.bank("GET", "/accounts", token)


def balance(stage: Stage, token: str) -> None:
    """Ask the bank how much is in an account."""
    account = "".join(letter for letter in request.form.get("account", "") if letter.isalnum() or letter == "-")
    stage.attacker.bank("GET", f"/accounts/{account}/balance", token)


def refresh(stage: Stage, token: str) -> None:
    """Renew a token in the name of its client (RFC 6749 §6)."""
    stage.attacker.token(grant_type="refresh_token", refresh_token=token, client_id=request.form.get("client_id", ""))


def redeem(stage: Stage, code: str) -> None:
    """Redeem a code (RFC 6749 §4.1.3)."""
    typed = {name: request.form.get(name, "") for name in ("client_id", "redirect_uri", "code_verifier")}
    stage.attacker.redeem(code, **typed)


def sign_in(stage: Stage, password: str) -> None:
    """Sign in at Bank ID as the person whose password this is."""
    stage.attacker.sign_in(request.form.get("username", ""), password)


USES = {"accounts": accounts, "balance": balance, "refresh": refresh, "redeem": redeem, "sign_in": sign_in}
