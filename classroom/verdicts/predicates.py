"""The seven predicates: each finds the messages that prove it, or none."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from classroom.derive.reading import decode
from classroom.derive.reading.message import Exchange, Message
from classroom.verdicts.attack import OTHER, VICTIM, Attack, body, ok
from classroom.verdicts.patterns import fits
from wire.message import Request, Response

Proof = tuple[Message, ...]
TAG = re.compile(r"<[^<>]*>")


def loot(attack: Attack) -> Iterator[Proof]:
    """The bank answered the attacker, who showed a token of Alice's."""
    for request, response in attack.exchanges("bank"):
        # Whose money it was is read from the token's introspection, never from what the attacker says.
        if ok(response) and attack.is_attackers(request) and attack.subject_shown(request) == VICTIM:
            yield request, response


def moved(attack: Attack) -> Iterator[Proof]:
    """Alice's money went to Mallory, and not because Alice had ordered it herself."""
    for request, response in attack.exchanges("bank"):
        order = request.reading.json
        source, target = str(order.get("from_account", "")), str(order.get("to_account", ""))
        status = response.entry.status if isinstance(response.entry, Response) else 0
        there = source.startswith(f"{VICTIM}-") and target.startswith(f"{OTHER}-")
        # 201 alone is no proof: Alice may have ordered it herself, and then money moves with no attacker at all.
        done = request.exchange.path == "/transfers" and status == 201 and there
        if done and not was_ordered(attack, target, request):
            yield request, response


def was_ordered(attack: Attack, account: str, until: Message) -> bool:
    """Whether a page of the client's own sent the account before."""
    for message in attack.during:
        if message is until:
            return False
        entry = message.entry
        if not isinstance(entry, Request) or entry.method != "POST" or attack.is_attackers(message):
            continue
        if account.encode() in entry.body and message.reading.header("origin") == entry.origin:
            return True
    return False


def linked(attack: Attack) -> Iterator[Proof]:
    """A client used one person's token in the other one's session."""
    for request, response in attack.exchanges("bank"):
        subject, person = attack.subject_shown(request), person_behind(attack, request.exchange)
        if ok(response) and subject and person and {subject, person} == {VICTIM, OTHER}:
            yield request, response


def person_behind(attack: Attack, call: Exchange) -> str:
    """Return in whose session a client called: the attacker's browser is Mallory's, any other is Alice's."""
    who = attack.sender(call)
    if who == "balance":
        return VICTIM
    if who != "budget":
        return ""
    exchanges = (message.exchange for message in attack.during if message.entry.party == "budget")
    around = {exchange.id: exchange for exchange in exchanges}
    people = {attack.sender(exchange) for exchange in around.values() if exchange.begun <= call.begun <= exchange.ended}
    # Where both were at Budget in the same moment, nobody can tell from outside for whom it called.
    if people == {"attacker"}:
        return OTHER
    return VICTIM if people == {"browser"} else ""


def saw(attack: Attack) -> Iterator[Proof]:
    """The attacker got an answer, or a request, with Alice's accounts or balances in it."""
    for message in attack.during:
        if not attack.received_by_attacker(message):
            continue
        if isinstance(message.entry, Response) and not ok(message):
            continue
        request = message.exchange.request
        text = TAG.sub("", decode.text(body(message.entry)))  # a page sets the cents in smaller type
        known = decode.text(body(request.entry)) if request and request is not message else ""
        if any(figure in text and figure not in known for figure in attack.figures):
            yield (message,)


def breach(attack: Attack) -> Iterator[Proof]:
    """A password came to somebody who must never have it."""
    for message in attack.during:
        entry = message.entry
        was_received = isinstance(entry, Request) and entry.party == "attacker"
        # What the attacker sends to itself is no breach: it may type a password into its own page.
        if was_received and not attack.is_attackers(message) and message.holds("password"):
            yield (message,)


def entered(attack: Attack) -> Iterator[Proof]:
    """The attacker holds a session or a token for somebody else, or for a client that is not its own."""
    for request, response in attack.exchanges("auth"):
        if attack.is_attackers(request) and isinstance(response.entry, Response):
            path = request.exchange.path
            in_as_another = (
                path == "/login" and response.entry.status in range(300, 400) and request.word("username") != OTHER
            )
            is_active = path == "/introspect" and response.fact("active") is True
            knows_a_token = is_active and is_anothers(attack, response)
            if in_as_another or knows_a_token or (path == "/token" and is_for_another(attack, request, response)):
                yield request, response


def is_anothers(attack: Attack, response: Message) -> bool:
    """Whether an answer tells of a token that is neither Mallory's nor of an app of the attacker's own."""
    return response.word("sub") not in {OTHER, *own_clients(attack)}


def is_for_another(attack: Attack, request: Message, response: Message) -> bool:
    """Whether an answer issued a token for another person, or for a client that the attacker has not registered."""
    issued = [sighting.fingerprint for sighting in response.sightings if sighting.kind == "access_token"]
    if not issued:
        return False
    # Such a token has no person; the client that it is for must then be the attacker's own.
    if request.word("grant_type") == "client_credentials":
        return request.word("client_id") not in own_clients(attack)
    people = (attack.subjects[fingerprint] for fingerprint in issued if fingerprint in attack.subjects)
    return next(people, OTHER) != OTHER


def own_clients(attack: Attack) -> set[str]:
    """Return the clients that the attacker has registered."""
    responses = (message for message in attack.messages if message.reading.is_response and message.path == "/register")
    return {response.word("client_id") for response in responses if attack.is_attackers(response)}


def reached(attack: Attack) -> Iterator[Proof]:
    """A request came that no honest party would send."""
    wanted: dict[str, Any] = dict(attack.question.reached)
    if not wanted:
        return
    for message in attack.during:
        response = message.exchange.response
        if isinstance(message.entry, Request) and response is not None and fits(attack, response, wanted):
            yield message, response


PREDICATES: dict[str, Callable[[Attack], Iterator[Proof]]] = {
    predicate.__name__: predicate for predicate in (loot, moved, linked, saw, breach, entered, reached)
}
