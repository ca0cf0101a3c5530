"""What a server does wrong, or did well enough to be told."""

from collections.abc import Iterator

from classroom.derive.reading import decode
from classroom.explain.case import Case, rule
from classroom.explain.reading import Reading


@rule(
    "error",
    "Tokens may be kept in a cache",
    "The answer that holds a token must say `Cache-Control: no-store`.",
    "RFC 6749 §5.1",
)
def token_response_may_be_cached(case: Case) -> Iterator[Reading]:
    for answer in case.by_step["token_response"]:
        if "no-store" not in answer.header("cache-control").lower():
            yield answer


@rule(
    "error",
    "The password was sent on",
    "A 307 makes the browser post the form again, password and all, to the next server.",
    "RFC 9700 §4.12",
)
def redirect_repeats_the_form(case: Case) -> Iterator[Reading]:
    for reading in case.readings:
        if reading.is_response and reading.method == "POST" and reading.location and reading.status in (307, 308):
            yield reading


@rule(
    "error",
    "A refusal went to an address that nobody registered",
    "Where the redirect URI is wrong, the person is told, and sent nowhere.",
    "RFC 6749 §4.1.2.1",
)
def answer_to_another_address(case: Case) -> Iterator[Reading]:
    """An answer must go to an address that the question named."""
    asked = {question.asked("redirect_uri") for question in case.questions} - {None}
    for answer in (*case.by_step["authorization_response"], *case.by_step["authorization_error"]):
        if asked and not any(goes_to(str(uri), answer.location) for uri in asked):
            yield answer


def goes_to(redirect_uri: str, location: str) -> bool:
    """Whether an answer goes to an address, which may have a query of its own (RFC 6749 §3.1.2)."""
    (named, own, _), (path, query, _) = decode.address(redirect_uri), decode.address(location)
    return path == named and query.startswith(own)


@rule("warning", "The code lived long", "A code was traded more than ten minutes after it was made.", "RFC 6749 §4.1.2")
def code_lived_long(case: Case) -> Iterator[Reading]:
    made = {answer.told("code"): float(answer.message["at"]) for answer in case.by_step["authorization_response"]}
    for trade in case.trades:
        born = made.get(trade.asked("code"))
        if born is not None and case.succeeded(trade) and float(trade.message["at"]) - born > 600:
            yield trade


@rule(
    "warning",
    "The answer named no issuer",
    "A client that talks to several servers cannot tell whose answer this is.",
    "RFC 9207 §2",
)
def answer_without_issuer(case: Case) -> Iterator[Reading]:
    for answer in (*case.by_step["authorization_response"], *case.by_step["authorization_error"]):
        if not answer.told("iss"):
            yield answer
