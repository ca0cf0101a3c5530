"""An attack in the terminal: its steps, the messages in the order of time, the secrets on them, and the verdict."""

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterator
from http.client import responses
from typing import Any

Json = dict[str, Any]
TABLE = "{:1} {:<29}{:<13}{:<13}{}"
TITLES = {"auth": "Bank ID", "bank": "Bank API", "budget": "Budget", "balance": "Balance", "attacker": "Attacker"}
STATIC = re.compile(r".*\.(css|js|svg|png|ico)")
SAID_ALREADY = "metadata_response"  # its sentence says it all
UNSAID = ("csrf_token", "next")  # one says nothing, and the other one is a URL whose secrets are listed
LONGEST = 120  # characters of a parameter's value
MARGIN = " " * 8
BOLD, DIM, BREACH, HELD = "1", "2", "31", "32"  # red is a breach and nothing else; a refusal is green
VERDICTS = {
    "succeeded": "It worked: the wire proves it in {proof}.",
    "refused": "{refusal} ({proof}).",
    "did not run": "It did not run: neither the proof nor the refusal is on the wire, so a step is missing.",
    "unearned": "It proves nothing: the attacker spent a secret that no message had brought it ({proof}).",
}


def lines(lab: Json, defence: str, verdict: Json, messages: list[Json]) -> Iterator[str]:
    """Yield an attack's lines, from its title to its verdict."""
    yield paint(BOLD, f"{lab['title']} ({lab['name']})")
    yield f"{lab['defence']} is {defence}."
    numbers: dict[str, int] = {}
    before: set[tuple[str, str]] = set()
    for message in in_time(messages):
        if "step" in message.get("details", {}):
            yield from ("", paint(BOLD, f"{message['details']['step']}. {printable(capital(message['what']))}"))
        elif message["id"] in verdict["evidence"] or not is_static(message):
            numbers[message["id"]] = len(numbers) + 1
            yield from lines_of(message, numbers[message["id"]], message["id"] in verdict["evidence"], before)
            before = pairs(message)
    yield ""
    yield from outcome(verdict, numbers)


def in_time(messages: list[Json]) -> list[Json]:
    """Return messages in order of time, each under the step that asked: an answer's end may come after the next's."""
    # By its request: two requests that are under way at once would else change places under a step.
    requested_at = {each["exchange"]: each["at"] for each in messages if each["kind"] == "request"}
    steps = sorted(each["at"] for each in messages if "step" in each.get("details", {}))

    def place(message: Json) -> tuple[int, float]:
        began = requested_at.get(message["exchange"], message["at"])
        return sum(at <= began for at in steps), message["at"]

    return sorted(messages, key=place)


def is_static(message: Json) -> bool:
    """Whether this is a file like any other: one that brings more than a cookie is none."""
    brings = {artifact["kind"] for artifact in message["artifacts"]} - {"session"}
    return bool(STATIC.fullmatch(message["path"] or "")) and not brings


def lines_of(message: Json, number: int, proves: bool, before: set[tuple[str, str]]) -> Iterator[str]:
    """Yield one message: who to whom, what travels, and what that means; `before` is what the last one carried."""
    mark = ">" if proves else " "
    if message["kind"] == "note":
        yield f"{mark}{number:>4}  {paint(BOLD, 'Note:')} {printable(message['what'])}"
    else:
        ends = printable(f"{message['from']['title']} → {message['to']['title']}")
        yield f"{mark}{number:>4}  {paint(BOLD, f'{ends:<22}')} {message['channel']:<5}  {what(message)}"
    fresh = [f"{name}={short(value)}" for name, value in said(message) if (name, value) not in before]
    secrets = dict.fromkeys(chip(artifact) for artifact in message["artifacts"])
    yield from wrapped("    ".join(fresh))
    yield from wrapped(", ".join(secrets), "carries: ")
    yield from (paint(BREACH, line) for line in wrapped(breaches(message)))
    yield from (paint(DIM, line) for line in wrapped("" if message["kind"] == "note" else message["says"]))


def what(message: Json) -> str:
    """Return a request's method and path, or an answer's status and where it leads."""
    if message["kind"] == "request":
        return printable(f"{message['method']} {message['path']}")
    where = re.split(r"[?#]", message.get("location") or "")[0]
    status = f"{message['status']} {responses.get(message['status'], message['reason'])}"
    return printable(f"{status}, to {where}" if where else status)


def pairs(message: Json) -> set[tuple[str, str]]:
    return set(said(message))


def said(message: Json) -> list[tuple[str, str]]:
    """Return the parameters of a message, or a note's details, that are no secrets: those stand apart."""
    if message["step"] == SAID_ALREADY:
        return []
    parameters = [(parameter["name"], str(parameter["value"])) for parameter in message["parameters"]]
    parameters += [*message.get("details", {}).items()]
    secrets = {artifact["value"] for artifact in message["artifacts"]}
    return [(name, value) for name, value in parameters if value not in secrets and name not in UNSAID]


def short(value: str) -> str:
    return value if len(value) <= LONGEST else f"{value[:LONGEST]}…"


def chip(artifact: Json) -> str:
    """Return a secret as its kind and the first digits of its fingerprint; `new` is what was made for this message."""
    new = " (new)" if artifact.get("seen") == "first" else ""
    return f"{artifact['kind'].replace('_', ' ')} {artifact['label']}{new}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def breaches(message: Json) -> str:
    """Say who now holds what it must not hold."""
    held: dict[str, list[str]] = {}
    for breach in message["breaches"]:
        held.setdefault(TITLES.get(breach["holder"], breach["holder"]), []).append(chip(breach["artifact"]))
    return " ".join(f"{holder} now holds what it must not: {', '.join(chips)}." for holder, chips in held.items())


# The verdict.


def outcome(verdict: Json, numbers: dict[str, int]) -> Iterator[str]:
    """Yield the verdict and its reason."""
    colour = {"succeeded": BREACH, "refused": HELD}.get(verdict["verdict"], BOLD)
    yield paint(colour, VERDICTS[verdict["verdict"]].format(refusal=refused(verdict), proof=proof(verdict, numbers)))
    if verdict.get("stuck"):
        yield f"The attack ended there: {printable(verdict['stuck'])}."


def proof(verdict: Json, numbers: dict[str, int]) -> str:
    """Name the messages that prove it by their numbers."""
    evidence = [str(numbers[message_id]) for message_id in verdict["evidence"] if message_id in numbers]
    return f"message{'s' if len(evidence) > 1 else ''} {', '.join(evidence)}, marked with >"


def refused(verdict: Json) -> str:
    """Say who refused an attack; where no error says so, it is seen from how far the attack came."""
    by = verdict.get("refused_with")
    came_no_further = by is not None and by["status"] < 400
    return (
        f"Refused; it came no further than {refusal(verdict)}" if came_no_further else f"Refused by {refusal(verdict)}"
    )


def refusal(verdict: Json) -> str:
    """Return the answer that refused an attack, and whose it is."""
    by = verdict.get("refused_with")
    if not by:
        return ""
    return (
        f"{TITLES.get(by['party'], by['party'])}: {by['method']} {by['path']} → {by['status']} {by['error']}".rstrip()
    )


# The terminal.


def printable(text: str) -> str:
    """Return a text without what would steer a terminal: it comes from the wire, and anybody may have written it."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def wrapped(text: str, label: str = "") -> list[str]:
    """Return a text in lines of the terminal's width, under a message."""
    width = max(60, min(shutil.get_terminal_size((110, 0)).columns, 120))
    return textwrap.wrap(
        printable(text), width, initial_indent=MARGIN + label, subsequent_indent=MARGIN, break_on_hyphens=False
    )


def paint(code: str, text: str) -> str:
    """Return a text in bold or in colour, where a person reads it and has not said no to colours."""
    wanted = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return f"\033[{code}m{text}\033[0m" if wanted else text
