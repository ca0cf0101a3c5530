"""The verdict: succeeded, refused, did not run, or unearned."""

from typing import Any

from classroom.derive.reading.message import Message, sender_of
from classroom.verdicts.case import Case
from classroom.verdicts.earned import unearned
from classroom.verdicts.patterns import error_of, fits
from classroom.verdicts.predicates import PREDICATES
from wire.message import Response

Json = dict[str, Any]
VERDICTS = ("succeeded", "refused", "did not run", "unearned")


def judge(case: Case) -> Json:
    """Look for a proof with nothing unearned before it, then for the refusal (the names are the API's)."""
    tainted: list[Message] = []
    for proof in PREDICATES[case.question.predicate](case):
        if not counts(case, proof[0]):
            continue
        tainted = unearned(case, proof[-1])
        if not tainted:
            return answer("succeeded", [*spent_before(case, proof[-1]), *proof])
    if tainted:
        return answer("unearned", tainted)
    if case.question.refusal and not came_further(case):
        for message in reversed(case.during):
            if counts(case, message) and fits(case, message, case.question.refusal):
                asked = message.exchange.request
                return answer("refused", [asked, message] if asked else [message], told(case, message))
    return answer("did not run", [])


def counts(case: Case, message: Message) -> bool:
    """Whether a message counts: where another one was named that must come first, only what was sent after it does."""
    if not case.question.since:
        return True
    named = [one.order for one in case.during if fits(case, one, case.question.since)]
    return bool(named) and named[-1] < message.order


def came_further(case: Case) -> bool:
    """Whether the attack got past the point where it would be refused, whatever became of it after that."""
    unless = case.question.unless
    return bool(unless) and any(fits(case, message, unless) for message in case.during)


def spent_before(case: Case, until: Message) -> list[Message]:
    """Return what reached the attacker before its proof, the steps by which it got there."""
    got = (one for one in case.during if one.order < until.order and one.exchange is not until.exchange)
    return [one for one in got if case.received_by_attacker(one) and carries_a_secret(one)]


def carries_a_secret(message: Message) -> bool:
    return any(seen.kind in ("code", "access_token", "refresh_token", "session") for seen in message.sightings)


def answer(verdict: str, evidence: list[Message], refused_with: Json | None = None) -> Json:
    ids = list(dict.fromkeys(one.id for one in evidence))
    return {"verdict": verdict, "succeeded": verdict == "succeeded", "evidence": ids, "refused_with": refused_with}


def told(case: Case, message: Message) -> Json:
    """Return the refusal as it was on the wire."""
    entry, exchange = message.entry, message.exchange
    asked = exchange.request
    return {
        "message": message.id,
        "party": entry.party,
        "method": getattr(asked.entry, "method", "") if asked else "",
        "path": exchange.path,
        "status": entry.status if isinstance(entry, Response) else 0,
        "error": error_of(message),
        "to": sender_of(exchange, case.conversation.origins).title,
    }
