"""What a client does wrong in the authorization code flow."""

from collections import defaultdict
from collections.abc import Iterator

from classroom.explain.case import SHORTEST_VERIFIER, Case, rule
from classroom.explain.reading import Reading

USES = {  # what a scope is needed for at the bank: the end of the path
    "balance:read": ("/accounts", "/balance"),
    "transactions:read": ("/transactions",),
    "transfers:write": ("/transfers",),
}


@rule(
    "error",
    "No protection against a forged answer",
    "The question carries no `state`, no challenge and no `nonce`. An attacker can slip his own answer in.",
    "RFC 9700 §2.1",
)
def no_protection_against_csrf(case: Case) -> Iterator[Reading]:
    """A nonce counts for the whole flow: the server may leave it out when it goes on from its sign-in page."""
    if not any(asked.asked("nonce") for asked in case.questions):
        yield from (asked for asked in case.questions if not asked.asked("state") and not asked.asked("code_challenge"))


@rule(
    "info",
    "No state",
    "With PKCE the flow is safe without it; with it, the client also knows which question this answers.",
    "RFC 6749 §4.1.1",
)
def no_state(case: Case) -> Iterator[Reading]:
    yield from (asked for asked in case.questions if not asked.asked("state") and asked.asked("code_challenge"))


@rule(
    "error",
    "A public client without PKCE",
    "No secret and no verifier: whoever sees the code can trade it.",
    "RFC 9700 §2.1.1",
)
def public_client_without_challenge(case: Case) -> Iterator[Reading]:
    if case.is_public:
        yield from without_challenge(case)


@rule(
    "warning",
    "A confidential client without PKCE",
    "The secret keeps a thief from trading the code himself, but not from slipping a stolen code into his own session.",
    "RFC 9700 §2.1.1",
)
def confidential_client_without_challenge(case: Case) -> Iterator[Reading]:
    if case.is_confidential:
        yield from without_challenge(case)


@rule(
    "warning",
    "A question without PKCE",
    "Nothing ties the code to who asked for it. Whether this client has a secret was not seen: it came to no trade.",
    "RFC 9700 §2.1.1",
)
def question_without_challenge(case: Case) -> Iterator[Reading]:
    if not case.trades and not case.is_confidential:
        yield from (asked for asked in without_challenge(case) if asked.asked("response_type") == "code")


@rule(
    "error",
    "The challenge is the verifier itself",
    "`plain` sends the secret through the browser, where the challenge can be read by anybody.",
    "RFC 9700 §2.1.1",
)
def plain_challenge(case: Case) -> Iterator[Reading]:
    for asked in case.questions:
        if asked.asked("code_challenge") and asked.asked("code_challenge_method") != "S256":
            yield asked


@rule(
    "warning",
    "The verifier is too short",
    "It must have 43 characters or more, so that nobody can guess it.",
    "RFC 7636 §4.1",
)
def short_verifier(case: Case) -> Iterator[Reading]:
    for trade in case.trades:
        verifier = trade.asked("code_verifier")
        if verifier is not None and len(verifier) < SHORTEST_VERIFIER:
            yield trade


@rule(
    "error",
    "One verifier for several questions",
    "A verifier is good for one exchange. Used again, the code of one flow fits the other.",
    "RFC 7636 §7.1",
)
def reused_verifier(case: Case) -> Iterator[Reading]:
    codes: dict[str, set[str]] = defaultdict(set)
    for trade in case.trades:
        verifier = trade.asked("code_verifier")
        if verifier:
            codes[verifier].add(trade.asked("code") or "")
            if len(codes[verifier]) > 1 and case.succeeded(trade):
                yield trade


@rule(
    "error",
    "The code was sent twice",
    "A code is good once. The second try is refused, and ends what the first one bought: perhaps a thief was first.",
    "RFC 6749 §4.1.2",
)
def code_sent_twice(case: Case) -> Iterator[Reading]:
    for trades in by_value(case.trades, "code"):
        if any(case.succeeded(trade) for trade in trades[:-1]):
            yield from trades


@rule(
    "error",
    "Another redirect URI at the trade",
    "The address at the trade is not the one of the question. A code meant for one place is spent from another.",
    "RFC 6749 §4.1.3",
)
def changed_redirect_uri(case: Case) -> Iterator[Reading]:
    asked = {question.asked("redirect_uri") for question in case.questions} - {None}
    for trade in case.trades:
        if asked and trade.asked("redirect_uri") not in asked:
            yield trade


@rule(
    "error",
    "The answer's state was not checked",
    "An answer whose `state` this client never sent was traded all the same.",
    "RFC 6749 §10.12",
)
def unchecked_state(case: Case) -> Iterator[Reading]:
    sent = {question.asked("state") for question in case.questions} - {None}
    if sent:
        for answer in delivered_and_traded(case):
            if answer.asked("state") not in sent:
                yield answer


@rule(
    "error",
    "The issuer was not checked",
    "The answer named another issuer, or none where one was promised, and its code was traded all the same.",
    "RFC 9207 §2.4",
)
def unchecked_issuer(case: Case) -> Iterator[Reading]:
    promised = {answer.told("iss") for answer in case.by_step["authorization_response"]} - {None}
    if promised:
        for answer in delivered_and_traded(case):
            if answer.asked("iss") not in promised:
                yield answer


@rule(
    "warning",
    "The code stays in the address bar",
    "The page that received the code does not lead on to a clean address: history and extensions have it.",
    "RFC 6749 §3.1.2.5",
)
def code_stays_in_the_address(case: Case) -> Iterator[Reading]:
    """A page that trades the code itself may take it away by script; that no server sees."""
    by_server = {trade.asked("code") for trade in case.trades if trade.message.get("channel") == "back"}
    for answer in case.by_step["redirection"]:
        page = case.answer_to(answer)
        if page and page.status == 200 and answer.asked("code") in by_server:
            yield page


@rule(
    "error",
    "The password was handed to the app",
    "Whoever holds it can do all that its owner can, for ever, and cannot be told to stop.",
    "RFC 9700 §2.4",
)
def password_grant(case: Case) -> Iterator[Reading]:
    yield from case.by_step["token_request_password"]


@rule(
    "warning",
    "More was asked for than was used",
    "The token allows what this flow never did. What it does not need, a thief would have for nothing.",
    "RFC 9700 §2.3",
)
def scope_wider_than_used(case: Case) -> Iterator[Reading]:
    """Say so when the flow is over: what was asked of the bank shows what the token was for."""
    asked = [*case.by_step["resource_request"], *case.by_step["transfer_request"]]
    needed = {scope for scope, ways in USES.items() for request in asked if request.path.endswith(ways)}
    judged = set(USES) if asked else {"transfers:write"}  # who has not asked yet may still come and read
    if case.finished:
        for answer in case.by_step["token_response"]:
            if judged & set(str(answer.told("scope") or "").split()) - needed:
                yield answer


@rule(
    "info",
    "The app tried more than it may",
    "The bank refused: the token's scope does not reach that far.",
    "RFC 6750 §3.1",
)
def more_than_allowed(case: Case) -> Iterator[Reading]:
    yield from case.by_step["resource_forbidden"]


def without_challenge(case: Case) -> Iterator[Reading]:
    yield from (asked for asked in case.questions if not asked.asked("code_challenge"))


def by_value(requests: list[Reading], name: str) -> Iterator[list[Reading]]:
    """Group requests by one of their parameters."""
    groups: dict[str, list[Reading]] = defaultdict(list)
    for request in requests:
        value = request.asked(name)
        if value:
            groups[value].append(request)
    yield from groups.values()


def delivered_and_traded(case: Case) -> Iterator[Reading]:
    """Return the deliveries of codes that were traded."""
    traded = {trade.asked("code") for trade in case.trades}
    yield from (answer for answer in case.by_step["redirection"] if answer.asked("code") in traded)
