"""`python -m labs attack [NAME] [off|on]`: runs attacks against the running sandbox, and prints what the wire shows."""

import argparse
import sys
from collections.abc import Sequence
from typing import Any

import requests

from labs import transcript
from labs.config import Settings
from labs.running import between
from wire.session import http_session

Json = dict[str, Any]
DUE = {"off": "succeeded", "on": "refused"}  # what each position of the switch promises
NO_BROWSER = "no browser"


class Trouble(Exception):
    """Something that the person at the keyboard can mend."""


def main(arguments: Sequence[str] | None = None, settings: Settings | None = None) -> int:
    """Read the command line: one attack with its conversation, or all of them as a table."""
    parser = argparse.ArgumentParser(prog="labs", description="Runs attacks in the labs of a running sandbox.")
    parser.add_argument("command", choices=["attack"])
    parser.add_argument("lab", nargs="?", default="")
    parser.add_argument("defence", nargs="?", default="", choices=["", *DUE])
    told, settings = parser.parse_args(arguments), settings or Settings()
    http = http_session("glassbox-labs-terminal", timeout=(2.0, 120.0))
    try:
        return one(settings, http, told.lab, told.defence or "off") if told.lab else every(settings, http)
    except requests.RequestException as problem:
        print(f"The sandbox does not answer ({type(problem).__name__}); `make up` starts it.", file=sys.stderr)
    except Trouble as problem:
        print(problem, file=sys.stderr)
    return 1


def one(settings: Settings, http: requests.Session, name: str, defence: str) -> int:
    """Run one attack, and print the conversation and the verdict; fail where it is not the one that is due."""
    lab = labs(settings, http).get(name)
    if lab is None:
        raise Trouble(f"There is no lab {name!r}. There are: {', '.join(labs(settings, http))}.")
    told = attack(settings, http, lab, defence)
    if "verdict" not in told:
        raise Trouble(str(told["error"]))
    print("\n".join(transcript.told(lab, defence, told, messages(settings, http, name, told))))
    if told["verdict"] == DUE[defence]:
        return 0
    print(f"\nThis is not as it should be: with the defence {defence} the verdict is to be {DUE[defence]!r}.")
    return 1


def every(settings: Settings, http: requests.Session) -> int:
    """Run all attacks in both positions, and print a table; fail where one is not as it should be."""
    ends: list[dict[str, str]] = []
    remedy = ""  # where a browser is missing
    print(transcript.TABLE.format("", "lab", "off", "on", "refused by").rstrip())
    for name, lab in labs(settings, http).items():
        runs = {defence: attack(settings, http, lab, defence) for defence in DUE}
        ends.append({defence: str(told.get("verdict", NO_BROWSER)) for defence, told in runs.items()})
        remedy = remedy or str(runs["on"].get("remedy", ""))
        mark = " " if as_due(ends[-1]) else "!"
        print(transcript.TABLE.format(mark, name, *ends[-1].values(), transcript.refusal(runs["on"])).rstrip())
    print(f"\n{summary(ends, remedy)}")
    return 0 if all(as_due(end) for end in ends) else 1


def as_due(end: dict[str, str]) -> bool:
    return all(end[defence] in (DUE[defence], NO_BROWSER) for defence in DUE)


def summary(ends: list[dict[str, str]], remedy: str) -> str:
    """Count what came of it, and say what is missing."""
    succeed, refused = (sum(end[defence] == due for end in ends) for defence, due in DUE.items())
    lines = [f"{len(ends)} labs: {succeed} succeed with the defence off, {refused} are refused with it on."]
    if unplayed := sum(NO_BROWSER in end.values() for end in ends):
        lines.append(f"Played in a browser, and there is none here: {unplayed}. {remedy}")
    if wrong := sum(not as_due(end) for end in ends):
        lines.append(f"Not as they should be: {wrong}, marked with `!`.")
    return "\n".join(lines)


# Asking.


def labs(settings: Settings, http: requests.Session) -> dict[str, Json]:
    """Return the labs by name, and how the switch of each stands."""
    return {one["name"]: one for one in ask(http, "GET", f"{settings.origin}/api/labs")["labs"]}


def attack(settings: Settings, http: requests.Session, lab: Json, defence: str) -> Json:
    """Turn the switch, run the attack, put the switch back."""
    address, on = f"{settings.origin}/api/labs/{lab['name']}", defence == "on"
    ask(http, "PUT", f"{address}/defence", {"on": on})
    try:
        return ask(http, "POST", f"{address}/attack")
    finally:
        if lab["on"] != on:
            ask(http, "PUT", f"{address}/defence", {"on": lab["on"]})


def messages(settings: Settings, http: requests.Session, world: str, told: Json) -> list[Json]:
    """Return what the wire has of an attack, between the two notes that its verdict names."""
    return between(lambda path: ask(http, "GET", f"{settings.classroom}{path}"), world, told["after"], told["until"])


def ask(http: requests.Session, method: str, url: str, told: Json | None = None) -> Json:
    """Ask the labs or the classroom; what is no answer of theirs is a failure, and their log says more."""
    answer = http.request(method, url, json=told)
    try:
        found = answer.json()
    except requests.JSONDecodeError:
        found = None
    if not isinstance(found, dict) or answer.status_code == 500:
        path = answer.request.path_url
        raise Trouble(
            f"The server failed: {method} {path} was answered with {answer.status_code} {answer.reason}. "
            "`make logs` shows what it wrote; without Docker that is .sandbox/logs/."
        )
    if answer.status_code >= 400 and not found.get("remedy"):
        raise Trouble(str(found.get("error")))
    return found


if __name__ == "__main__":
    sys.exit(main())
