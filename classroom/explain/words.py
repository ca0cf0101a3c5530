"""The one file of explanations, and who is looked up in it."""

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from classroom.derive.reading import decode
from classroom.explain.case import shows_secret
from classroom.explain.reading import Message, Reading
from classroom.explain.steps import step_of

FILE = Path(__file__).with_name("explanations.toml")
Entry = dict[str, Any]
# What is said instead of `says`, and of which messages: the first that an entry has and that fits.
CARRYING: dict[str, Callable[[Reading], bool]] = {
    "bare": lambda reading: not shows_secret(reading) and not reading.asked("code_verifier"),
    "public": lambda reading: not shows_secret(reading),
    "without_verifier": lambda reading: not reading.asked("code_verifier"),
    "without_challenge": lambda reading: not any(map(reading.asked, ("code_challenge", "request_uri", "request"))),
    "plain": lambda reading: bool(reading.asked("code_challenge")) and reading.asked("code_challenge_method") != "S256",
    "in_address": lambda reading: "access_token" in dict(reading.query),
    "without_token": lambda reading: not decode.bearer(reading.header("authorization")),
}


@cache
def explanations() -> dict[str, dict[str, Entry]]:
    """Return `step`, `parameter`, `error` and `header`, each by name."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def explain(message: Message) -> dict[str, Any]:
    """Return `step`, `says`, `sections`, `parameters` and `headers_explained` of a message."""
    reading = Reading(message)
    step = step_of(reading)
    entry = explanations()["step"][step]
    parameters = [about(step, place, name, value) for place, name, value in reading.parameters()]
    parameters += [about_error(reading)] if reading.told("error") in explanations()["error"] else []
    sections = [entry["section"], *(line["section"] for line in parameters if line["section"])]
    return {
        "step": step,
        "says": sentence(entry, reading),
        "sections": list(dict.fromkeys(sections)),
        "parameters": parameters,
        "headers_explained": [about_header(name) for name, _ in reading.headers],
    }


def sentence(entry: Entry, reading: Reading) -> str:
    """Return what happens in this message, in the words for what it carries."""
    said = next((entry[name] for name, fits in CARRYING.items() if name in entry and fits(reading)), entry["says"])
    sender, receiver = reading.message.get("from") or {}, reading.message.get("to") or {}
    return str(
        said.replace("{from}", str(sender.get("title", "Somebody"))).replace("{to}", str(receiver.get("title", "")))
    )


def about(step: str, place: str, name: str, value: str) -> Entry:
    """Return the line for one parameter; one that no standard and no page of ours knows is said to be unknown."""
    entry = explanations()["parameter"].get(name)
    if entry is None:
        return {"place": place, "name": name, "value": value, "why": "", "section": "", "known": False}
    why = entry.get("at", {}).get(step, entry["why"])
    section = entry.get("section_at", {}).get(step, entry["section"])
    return {"place": place, "name": name, "value": value, "why": why, "section": section, "known": True}


def about_error(reading: Reading) -> Entry:
    """Return the line for an error code."""
    code = str(reading.told("error"))
    return {"place": "error", "name": code, "value": code, "known": True} | explanations()["error"][code]


def about_header(name: str) -> Entry:
    """Return the line for a header."""
    entry = explanations()["header"].get(name.lower())
    return {"name": name, "why": entry["why"] if entry else "", "section": entry["section"] if entry else ""}
