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
    chosen, settings = parser.parse_args(arguments), settings or Settings()
    http = http_session("glassbox-labs-terminal", timeout=(2.0, 120.0))
    try:
        if chosen.lab:
            return play_one(settings, http, chosen.lab, chosen.defence or "off")
        return play_all(settings, http)
    except requests.RequestException as problem:
        print(f"The sandbox does not answer ({type(problem).__name__}); `make up` starts it.", file=sys.stderr)
    except Trouble as problem:
        print(problem, file=sys.stderr)
    return 1


def play_one(settings: Settings, http: requests.Session, name: str, defence: str) -> int:
    """Run one attack, and print the conversation and the verdict; fail where it is not the one that is due."""
    lab = labs(settings, http).get(name)
    if lab is None:
        raise Trouble(f"There is no lab {name!r}. There are: {', '.join(labs(settings, http))}.")
    verdict = attack(settings, http, lab, defence)
    if "verdict" not in verdict:
        raise Trouble(str(verdict["error"]))
    print("\n".join(transcript.lines(lab, defence, verdict, messages(settings, http, name, verdict))))
    if verdict["verdict"] == DUE[defence]:
        return 0
    print(f"\nThis is not as it should be: with the defence {defence} the verdict is to be {DUE[defence]!r}.")
    return 1


def play_all(settings: Settings, http: requests.Session) -> int:
    """Run all attacks in both positions, and print a table; fail where one is not as it should be."""
    ends: list[dict[str, str]] = []
    remedy = ""  # where a browser is missing
    print(transcript.TABLE.format("", "lab", "off", "on", "refused by").rstrip())
    for name, lab in labs(settings, http).items():
        verdicts = {defence: attack(settings, http, lab, defence) for defence in DUE}
        ends.append({defence: str(verdict.get("verdict", NO_BROWSER)) for defence, verdict in verdicts.items()})
        remedy = remedy or str(verdicts["on"].get("remedy", ""))
        mark = " " if as_due(ends[-1]) else "!"
        print(transcript.TABLE.format(mark, name, *ends[-1].values(), transcript.refusal(verdicts["on"])).rstrip())
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
    return {lab["name"]: lab for lab in ask(http, "GET", f"{settings.origin}/api/labs")["labs"]}


def attack(settings: Settings, http: requests.Session, lab: Json, defence: str) -> Json:
    """Turn the switch, run the attack, put the switch back."""
    url, on = f"{settings.origin}/api/labs/{lab['name']}", defence == "on"
    ask(http, "PUT", f"{url}/defence", {"on": on})
    try:
        return ask(http, "POST", f"{url}/attack")
    finally:
        if lab["on"] != on:  # somebody may be working this lab by hand
            ask(http, "PUT", f"{url}/defence", {"on": lab["on"]})


def messages(settings: Settings, http: requests.Session, world: str, verdict: Json) -> list[Json]:
    """Return what the wire has of an attack, between the two notes that its verdict names."""
    after, until = verdict["after"], verdict["until"]
    return between(lambda path: ask(http, "GET", f"{settings.classroom}{path}"), world, after, until)


def ask(http: requests.Session, method: str, url: str, body: Json | None = None) -> Json:
    """Ask the labs or the classroom; what is no answer of theirs is a failure, and their log says more."""
    response = http.request(method, url, json=body)
    try:
        members = response.json()
    except requests.JSONDecodeError:
        members = None
    if not isinstance(members, dict) or response.status_code == 500:
        path = response.request.path_url
        raise Trouble(
            f"The server failed: {method} {path} was answered with {response.status_code} {response.reason}. "
            "`make logs` shows what it wrote; without Docker that is .sandbox/logs/."
        )
    if response.status_code >= 400 and not members.get("remedy"):  # a lab without a browser is no reason to stop
        raise Trouble(str(members.get("error")))
    return members


if __name__ == "__main__":
    sys.exit(main())
