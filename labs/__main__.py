"""`python -m labs attack [NAME] [off|on]`: runs attacks against the running sandbox, and prints what the wire shows."""

import argparse
import sys
from typing import Any

import requests

from labs.config import Settings
from wire.session import http_session

Json = dict[str, Any]


class Trouble(Exception):
    """Something that the person at the keyboard can mend."""


def main() -> int:
    """Read the command line: one attack with its conversation, or all of them as a table."""
    parser = argparse.ArgumentParser(prog="labs", description="Runs attacks in the labs of a running sandbox.")
    parser.add_argument("command", choices=["attack"])
    parser.add_argument("lab", nargs="?", default="")
    parser.add_argument("defence", nargs="?", default="", choices=["", "off", "on"])
    told = parser.parse_args()
    settings, http = Settings(), http_session("glassbox-labs-terminal", timeout=(2.0, 120.0))
    try:
        return one(settings, http, told.lab, told.defence or "off") if told.lab else every(settings, http)
    except requests.RequestException as problem:
        print(f"The labs do not answer ({type(problem).__name__}); `make up` starts them.", file=sys.stderr)
    except Trouble as problem:
        print(problem, file=sys.stderr)
    return 1


def attack(settings: Settings, http: requests.Session, lab: str, defence: str) -> Json:
    """Turn the switch, run the attack, put the switch back."""
    before = ask(http, "GET", f"{settings.origin}/api/labs")
    known = {one["name"]: one["on"] for one in before["labs"]}
    if lab not in known:
        raise Trouble(f"There is no lab {lab!r}. There are: {', '.join(known)}.")
    ask(http, "PUT", f"{settings.origin}/api/labs/{lab}/defence", {"on": defence == "on"})
    try:
        return ask(http, "POST", f"{settings.origin}/api/labs/{lab}/attack")
    finally:
        if known[lab] != (defence == "on"):
            ask(http, "PUT", f"{settings.origin}/api/labs/{lab}/defence", {"on": known[lab]})


def ask(http: requests.Session, method: str, url: str, told: Json | None = None) -> Json:
    answer = http.request(method, url, json=told)
    found: Json = answer.json()
    if answer.status_code >= 400 and not found.get("command"):
        raise Trouble(str(found.get("error")))
    return found


def one(settings: Settings, http: requests.Session, lab: str, defence: str) -> int:
    """Run one attack, and print the conversation and the verdict."""
    begun = ask(http, "GET", f"{settings.classroom}/api/messages?newest=1")["next"]
    told = attack(settings, http, lab, defence)
    if "verdict" not in told:
        raise Trouble(str(told["error"]))
    after = begun
    while True:
        page = ask(http, "GET", f"{settings.classroom}/api/messages?after={after}&limit=500")
        for message in page["messages"]:
            if message["world"] == lab:
                print(line(message, told["evidence"]))
        after = page["next"]
        if not page["more"]:
            break
    print(f"\n{lab}, defence {defence}: {told['verdict']}{refused(told)}")
    return 0


def line(message: Json, evidence: list[str]) -> str:
    """Return a message in one line; evidence is marked."""
    mark = "!" if message["id"] in evidence else " "
    who = f"{message['from']['title']:>16} → {message['to']['title']:<16}"
    if message["kind"] == "note":
        return f"{mark} {message['id']:<17} {message.get('what', '')} {', '.join(message.get('details', {}).values())}"
    what = f"{message['method']} {message['path']}" if message["kind"] == "request" else f"  {message['status']}"
    location = f" → {message['location'][:90]}" if message.get("location") else ""
    return f"{mark} {message['id']:<17} {who} {what}{location}"


def refused(told: Json) -> str:
    """Say by whom and how an attack was refused."""
    by = told.get("refused_with")
    if not by:
        return ""
    return f" by {by['party']}: {by['method']} {by['path']} → {by['status']} {by['error']}".rstrip()


def every(settings: Settings, http: requests.Session) -> int:
    """Run all attacks in both positions, and print a table; fail where one is not as it should be."""
    bad = 0
    for lab in ask(http, "GET", f"{settings.origin}/api/labs")["labs"]:
        ends = []
        for defence, due in (("off", "succeeded"), ("on", "refused")):
            told = attack(settings, http, lab["name"], defence)
            ends.append(told.get("verdict") or "no browser")
            bad += ends[-1] not in (due, "no browser")
            by = refused(told)
        print(f"{lab['name']:<28} off: {ends[0]:<12} on: {ends[1]}{by}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
