"""The one file of explanations, and who is looked up in it."""

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from classroom.derive.reading.message import Message
from classroom.derive.reading.reading import Reading
from classroom.derive.reading.steps import Step, step_of

FILE = Path(__file__).with_name("explanations.toml")
Entry = dict[str, Any]
TIES = ("code_challenge", "request_uri", "request")  # a challenge, or what may hold one (RFC 9101 §5)
# What is said instead of `says`, and of which messages: the first that an entry has and that fits.
CARRYING: dict[str, Callable[[Reading], bool]] = {
    "bare": lambda reading: not reading.shows_secret() and not reading.parameter("code_verifier"),
    "public": lambda reading: not reading.shows_secret(),
    "without_verifier": lambda reading: not reading.parameter("code_verifier"),
    "without_challenge": lambda reading: not any(map(reading.parameter, TIES)),
    "plain": lambda reading: (
        bool(reading.parameter("code_challenge")) and reading.parameter("code_challenge_method") != "S256"
    ),
    "in_address": lambda reading: "access_token" in dict(reading.target.query),
    "without_token": lambda reading: not reading.bearer,
}


@cache
def explanations() -> dict[str, dict[str, Entry]]:
    """Return `parameter`, `error` and `header`, each by name."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def explain(message: Message, sender: str, receiver: str) -> dict[str, Any]:
    """Return `step`, `says`, `sections`, `parameters` and `headers_explained` of a message between two people."""
    reading, step = message.reading, step_of(message).step
    parameters = [about(step.name, place, name, value) for place, name, value in reading.parameters()]
    code = reading.response_parameter("error")
    parameters += [about_error(code)] if code in explanations()["error"] else []
    # The step's own section comes first: it is where a reader should begin.
    sections = [step.section, *(line["section"] for line in parameters if line["section"])]
    return {
        "step": step.name,
        "says": sentence(step, reading).replace("{from}", sender).replace("{to}", receiver),
        "sections": list(dict.fromkeys(sections)),
        "parameters": parameters,
        "headers_explained": [about_header(name) for name, _ in reading.headers],
    }


def sentence(step: Step, reading: Reading) -> str:
    """Return what happens in a message, in the words for what it carries."""
    variants = (step.variants[name] for name, fits in CARRYING.items() if name in step.variants and fits(reading))
    return next(variants, step.says)


def about(step: str, place: str, name: str, value: str) -> Entry:
    """Return the line for one parameter; one that no standard and no page of ours knows is said to be unknown."""
    entry = explanations()["parameter"].get(name)
    if entry is None:
        return {"place": place, "name": name, "value": value, "why": "", "section": "", "known": False}
    why = entry.get("at", {}).get(step, entry["why"])
    section = entry.get("section_at", {}).get(step, entry["section"])
    return {"place": place, "name": name, "value": value, "why": why, "section": section, "known": True}


def about_error(code: str) -> Entry:
    """Return the line for an error code."""
    return {"place": "error", "name": code, "value": code, "known": True} | explanations()["error"][code]


def about_header(name: str) -> Entry:
    """Return the line for a header."""
    entry = explanations()["header"].get(name.lower())
    return {"name": name, "why": entry["why"] if entry else "", "section": entry["section"] if entry else ""}
