"""The verdict: succeeded, refused, did not run, or unearned."""

from typing import Any

from classroom.derive.reading.message import Message, sender_of
from classroom.verdicts.attack import Attack
from classroom.verdicts.earned import unearned
from classroom.verdicts.patterns import error_of, fits
from classroom.verdicts.predicates import PREDICATES
from wire.message import Response

Json = dict[str, Any]
VERDICTS = ("succeeded", "refused", "did not run", "unearned")


def judge(attack: Attack) -> Json:
    """Look for a proof with nothing unearned before it, then for the refusal (the names are the API's)."""
    # A proof counts only if the attacker came by every secret that it spent: an attack script that was given
    # a token by hand would otherwise prove that a defence is broken.
    tainted: list[Message] = []
    for proof in PREDICATES[attack.question.predicate](attack):
        if not counts(attack, proof[0]):
            continue
        tainted = unearned(attack, proof[-1])
        if not tainted:
            return verdict_of("succeeded", [*spent_before(attack, proof[-1]), *proof])
    if tainted:
        return verdict_of("unearned", tainted)
    # Only now the refusal: an attack may be refused once and succeed by its next try, and then it has succeeded.
    if attack.question.refusal and not came_further(attack):
        # The last refusal is the one that stopped it; earlier ones may be part of the attack, such as guesses.
        for message in reversed(attack.during):
            if counts(attack, message) and fits(attack, message, attack.question.refusal):
                request = message.exchange.request
                return verdict_of("refused", [request, message] if request else [message], refusal(attack, message))
    return verdict_of("did not run", [])


def counts(attack: Attack, message: Message) -> bool:
    """Whether a message counts: where another one was named that must come first, only what was sent after it does."""
    if not attack.question.since:
        return True
    # The last one counts: a learner may have played the first half of the attack before.
    named = [message.order for message in attack.during if fits(attack, message, attack.question.since)]
    return bool(named) and named[-1] < message.order


def came_further(attack: Attack) -> bool:
    """Whether the attack got past the point where it would be refused, whatever became of it after that."""
    unless = attack.question.unless
    return bool(unless) and any(fits(attack, message, unless) for message in attack.during)


def spent_before(attack: Attack, until: Message) -> list[Message]:
    """Return what reached the attacker before its proof, the steps by which it got there."""
    earlier = (message for message in attack.during if message.order < until.order)
    received = (message for message in earlier if message.exchange is not until.exchange)
    return [message for message in received if attack.received_by_attacker(message) and carries_a_secret(message)]


def carries_a_secret(message: Message) -> bool:
    return any(sighting.kind in ("code", "access_token", "refresh_token", "session") for sighting in message.sightings)


def verdict_of(verdict: str, evidence: list[Message], refused_with: Json | None = None) -> Json:
    ids = list(dict.fromkeys(message.id for message in evidence))
    return {"verdict": verdict, "succeeded": verdict == "succeeded", "evidence": ids, "refused_with": refused_with}


def refusal(attack: Attack, message: Message) -> Json:
    """Return the refusal as it was on the wire."""
    entry, exchange = message.entry, message.exchange
    request = exchange.request
    return {
        "message": message.id,
        "party": entry.party,
        "method": getattr(request.entry, "method", "") if request else "",
        "path": exchange.path,
        "status": entry.status if isinstance(entry, Response) else 0,
        "error": error_of(message),
        "to": sender_of(exchange, attack.conversation.origins).title,
    }
