"""The seven predicates: each finds the messages that prove it, or none."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from classroom.derive.reading import decode
from classroom.derive.reading.message import Exchange, Message
from classroom.verdicts.case import OTHER, VICTIM, Case, body, ok
from classroom.verdicts.patterns import fits
from wire.message import Request, Response

Proof = tuple[Message, ...]
TAG = re.compile(r"<[^<>]*>")


def loot(case: Case) -> Iterator[Proof]:
    """The bank answered the attacker, who showed a token of Alice's."""
    for asked, answer in case.exchanges("bank"):
        if ok(answer) and case.is_attackers(asked) and case.subject_shown(asked) == VICTIM:
            yield asked, answer


def moved(case: Case) -> Iterator[Proof]:
    """Alice's money went to Mallory, and not because Alice had ordered it herself."""
    for asked, answer in case.exchanges("bank"):
        order = asked.reading.json
        source, target = str(order.get("from_account", "")), str(order.get("to_account", ""))
        status = answer.entry.status if isinstance(answer.entry, Response) else 0
        there = source.startswith(f"{VICTIM}-") and target.startswith(f"{OTHER}-")
        if asked.exchange.path == "/transfers" and status == 201 and there and not was_ordered(case, target, asked):
            yield asked, answer


def was_ordered(case: Case, account: str, until: Message) -> bool:
    """Whether a page of the client's own sent the account before."""
    for message in case.during:
        if message is until:
            return False
        entry = message.entry
        if not isinstance(entry, Request) or entry.method != "POST" or case.is_attackers(message):
            continue
        if account.encode() in entry.body and message.reading.header("origin") == entry.origin:
            return True
    return False


def linked(case: Case) -> Iterator[Proof]:
    """A client used one person's token in the other one's session."""
    for asked, answer in case.exchanges("bank"):
        subject, person = case.subject_shown(asked), person_behind(case, asked.exchange)
        if ok(answer) and subject and person and {subject, person} == {VICTIM, OTHER}:
            yield asked, answer


def person_behind(case: Case, call: Exchange) -> str:
    """Return in whose session a client called: the attacker's browser is Mallory's, any other is Alice's."""
    who = case.sender(call)
    if who == "balance":
        return VICTIM
    if who != "budget":
        return ""
    around = {one.exchange.id: one.exchange for one in case.during if one.entry.party == "budget"}
    people = {case.sender(one) for one in around.values() if one.begun <= call.begun <= one.ended}
    if people == {"attacker"}:
        return OTHER
    return VICTIM if people == {"browser"} else ""


def saw(case: Case) -> Iterator[Proof]:
    """The attacker got an answer, or a request, with Alice's accounts or balances in it."""
    for message in case.during:
        if not case.received_by_attacker(message):
            continue
        if isinstance(message.entry, Response) and not ok(message):
            continue
        asked = message.exchange.request
        told = TAG.sub("", decode.text(body(message.entry)))  # a page sets the cents in smaller type
        known = decode.text(body(asked.entry)) if asked and asked is not message else ""
        if any(figure in told and figure not in known for figure in case.figures):
            yield (message,)


def breach(case: Case) -> Iterator[Proof]:
    """A password came to somebody who must never have it."""
    for message in case.during:
        entry = message.entry
        told = isinstance(entry, Request) and entry.party == "attacker"
        if told and not case.is_attackers(message) and any(seen.kind == "password" for seen in message.sightings):
            yield (message,)


def entered(case: Case) -> Iterator[Proof]:
    """The attacker holds a session or a token for somebody else, or for a client that is not its own."""
    for asked, answer in case.exchanges("auth"):
        if case.is_attackers(asked) and isinstance(answer.entry, Response):
            path = asked.exchange.path
            in_as_another = (
                path == "/login" and answer.entry.status in range(300, 400) and asked.word("username") != OTHER
            )
            told_of_a_token = path == "/introspect" and answer.fact("active") is True and is_anothers(case, answer)
            if in_as_another or told_of_a_token or (path == "/token" and is_for_another(case, asked, answer)):
                yield asked, answer


def is_anothers(case: Case, answer: Message) -> bool:
    """Whether an answer tells of a token that is neither Mallory's nor of an app of the attacker's own."""
    return answer.word("sub") not in {OTHER, *own_clients(case)}


def is_for_another(case: Case, asked: Message, answer: Message) -> bool:
    """Whether an answer issued a token for another person, or for a client that the attacker has not registered."""
    issued = [seen.fingerprint for seen in answer.sightings if seen.kind == "access_token"]
    if not issued:
        return False
    if asked.word("grant_type") == "client_credentials":
        return asked.word("client_id") not in own_clients(case)
    return next((case.subjects[one] for one in issued if one in case.subjects), OTHER) != OTHER


def own_clients(case: Case) -> set[str]:
    """Return the clients that the attacker has registered."""
    answers = (one for one in case.messages if one.exchange.path == "/register" and case.is_attackers(one))
    return {one.word("client_id") for one in answers if isinstance(one.entry, Response)}


def reached(case: Case) -> Iterator[Proof]:
    """A request came that no honest party would send."""
    wanted: dict[str, Any] = dict(case.question.reached)
    if not wanted:
        return
    for message in case.during:
        answer = message.exchange.response
        if isinstance(message.entry, Request) and answer is not None and fits(case, answer, wanted):
            yield message, answer


PREDICATES: dict[str, Callable[[Case], Iterator[Proof]]] = {
    one.__name__: one for one in (loot, moved, linked, saw, breach, entered, reached)
}
