"""What a client does wrong in the authorization code flow."""

from collections import defaultdict
from collections.abc import Iterator

from classroom.derive.reading.message import Message
from classroom.explain.checked_flow import SHORTEST_VERIFIER, CheckedFlow, by_value, rule

USES = {  # what a scope is needed for at the bank: the end of the path
    "balance:read": ("/accounts", "/balance"),
    "transactions:read": ("/transactions",),
    "transfers:write": ("/transfers",),
}


@rule(
    "error",
    "No protection against a forged authorization response",
    "The authorization request carries no `state`, challenge or `nonce`. An attacker can slip his own response in.",
    "RFC 9700 §2.1",
)
def no_protection_against_csrf(flow: CheckedFlow) -> Iterator[Message]:
    """A nonce counts for the whole flow: the server may leave it out when it goes on from its sign-in page."""
    # Any one of the three is enough: each ties the response to the browser that made the request.
    if not any(request.parameter("nonce") for request in flow.authorization_requests):
        for request in without_challenge(flow):
            if not request.parameter("state"):
                yield request


@rule(
    "info",
    "No state",
    "With PKCE the flow is safe without it; with it, the client also knows which request a response belongs to.",
    "RFC 6749 §4.1.1",
)
def no_state(flow: CheckedFlow) -> Iterator[Message]:
    for request in flow.authorization_requests:
        if not request.parameter("state") and request.parameter("code_challenge"):
            yield request


@rule(
    "error",
    "A public client without PKCE",
    "No secret and no verifier: whoever sees the code can redeem it.",
    "RFC 9700 §2.1.1",
)
def public_client_without_challenge(flow: CheckedFlow) -> Iterator[Message]:
    if flow.is_public:
        yield from without_challenge(flow)


@rule(
    "warning",
    "A confidential client without PKCE",
    "The secret keeps a thief from redeeming the code himself, not from slipping a stolen code into his own session.",
    "RFC 9700 §2.1.1",
)
def confidential_client_without_challenge(flow: CheckedFlow) -> Iterator[Message]:
    if flow.is_confidential:
        yield from without_challenge(flow)


@rule(
    "warning",
    "An authorization request without PKCE",
    "Nothing ties the code to who asked for it. Whether this client has a secret is not known: it redeemed no code.",
    "RFC 9700 §2.1.1",
)
def question_without_challenge(flow: CheckedFlow) -> Iterator[Message]:
    # Before a code is redeemed nobody can tell a public client from a confidential one, so this is a warning for both.
    if not flow.token_requests and not flow.is_confidential:
        for request in without_challenge(flow):
            if request.parameter("response_type") == "code":
                yield request


@rule(
    "error",
    "The challenge is the verifier itself",
    "`plain` sends the secret through the browser, where the challenge can be read by anybody.",
    "RFC 9700 §2.1.1",
)
def plain_challenge(flow: CheckedFlow) -> Iterator[Message]:
    for request in flow.authorization_requests:
        # A challenge without a method is `plain`, too (RFC 7636 §4.3).
        if request.parameter("code_challenge") and request.parameter("code_challenge_method") != "S256":
            yield request


@rule(
    "warning",
    "The verifier is too short",
    "It must have 43 characters or more, so that nobody can guess it.",
    "RFC 7636 §4.1",
)
def short_verifier(flow: CheckedFlow) -> Iterator[Message]:
    for request in flow.token_requests:
        verifier = request.parameter("code_verifier")
        if verifier is not None and len(verifier) < SHORTEST_VERIFIER:
            yield request


@rule(
    "error",
    "One verifier for several authorization requests",
    "A verifier is good for one request. Used again, the code of one flow fits the other.",
    "RFC 7636 §7.1",
)
def reused_verifier(flow: CheckedFlow) -> Iterator[Message]:
    codes: dict[str, set[str]] = defaultdict(set)
    for request in flow.token_requests:
        verifier = request.parameter("code_verifier")
        if verifier:
            codes[verifier].add(request.parameter("code") or "")
            # One code that is sent twice with its verifier is another fault, so codes are counted and not requests.
            if len(codes[verifier]) > 1 and flow.succeeded(request):
                yield request


@rule(
    "error",
    "The code was sent twice",
    "A code is redeemed once. The second try is refused, and ends what the first one got: perhaps a thief was first.",
    "RFC 6749 §4.1.2",
)
def code_sent_twice(flow: CheckedFlow) -> Iterator[Message]:
    for requests in by_value(flow.token_requests, "code"):
        if any(flow.succeeded(request) for request in requests[:-1]):
            yield from requests


@rule(
    "error",
    "Another redirect URI in the access token request",
    "It is not the one of the authorization request: a code issued for one redirect URI is redeemed with another.",
    "RFC 6749 §4.1.3",
)
def changed_redirect_uri(flow: CheckedFlow) -> Iterator[Message]:
    requested = {request.parameter("redirect_uri") for request in flow.authorization_requests} - {None}
    for request in flow.token_requests:
        if requested and request.parameter("redirect_uri") not in requested:
            yield request


@rule(
    "error",
    "The state of the authorization response was not checked",
    "The client never sent this `state`, and redeemed the code all the same.",
    "RFC 6749 §10.12",
)
def unchecked_state(flow: CheckedFlow) -> Iterator[Message]:
    sent = {request.parameter("state") for request in flow.authorization_requests} - {None}
    if sent:
        for redirection in delivered_and_redeemed(flow):
            if redirection.parameter("state") not in sent:
                yield redirection


@rule(
    "error",
    "The issuer was not checked",
    "The response named another issuer, or none where one was promised, and its code was redeemed all the same.",
    "RFC 9207 §2.4",
)
def unchecked_issuer(flow: CheckedFlow) -> Iterator[Message]:
    responses = flow.by_step["authorization_response"]
    promised = {response.response_parameter("iss") for response in responses} - {None}
    if promised:
        for redirection in delivered_and_redeemed(flow):
            if redirection.parameter("iss") not in promised:
                yield redirection


@rule(
    "warning",
    "The code stays in the address bar",
    "The page that received the code does not lead on to a clean URL: history and extensions have it.",
    "RFC 6749 §3.1.2.5",
)
def code_stays_in_the_address(flow: CheckedFlow) -> Iterator[Message]:
    """A page that redeems the code itself may take it away by script; that no server sees."""
    by_server = {request.parameter("code") for request in flow.token_requests if flow.is_back_channel(request)}
    for redirection in flow.by_step["redirection"]:
        page = redirection.exchange.response
        if page and page.status == 200 and redirection.parameter("code") in by_server:
            yield page


@rule(
    "error",
    "The password was handed to the app",
    "Whoever holds it can do all that the resource owner can, for ever, and cannot be told to stop.",
    "RFC 9700 §2.4",
)
def password_grant(flow: CheckedFlow) -> Iterator[Message]:
    yield from flow.by_step["token_request_password"]


@rule(
    "warning",
    "More was asked for than was used",
    "The token allows what this flow never did. What it does not need, a thief would have for nothing.",
    "RFC 9700 §2.3",
)
def scope_wider_than_used(flow: CheckedFlow) -> Iterator[Message]:
    """Say so when the flow is over: what was asked of the bank shows what the token was for."""
    calls = [*flow.by_step["resource_request"], *flow.by_step["transfer_request"]]
    needed = {scope for scope, ends in USES.items() for request in calls if request.path.endswith(ends)}
    judged = set(USES) if calls else {"transfers:write"}  # who has not asked yet may still come and read
    if flow.finished:
        for response in flow.by_step["token_response"]:
            if judged & set(str(response.response_parameter("scope") or "").split()) - needed:
                yield response


@rule(
    "info",
    "The app tried more than it may",
    "The bank refused: the token's scope does not reach that far.",
    "RFC 6750 §3.1",
)
def more_than_allowed(flow: CheckedFlow) -> Iterator[Message]:
    yield from flow.by_step["resource_forbidden"]


def without_challenge(flow: CheckedFlow) -> Iterator[Message]:
    yield from (request for request in flow.authorization_requests if not request.parameter("code_challenge"))


def delivered_and_redeemed(flow: CheckedFlow) -> Iterator[Message]:
    """Return the deliveries of codes that the client went on to redeem."""
    redeemed = {request.parameter("code") for request in flow.token_requests}
    yield from (request for request in flow.by_step["redirection"] if request.parameter("code") in redeemed)
