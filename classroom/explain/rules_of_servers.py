"""What a server does wrong, or did well enough to be told."""

from collections.abc import Iterator

from classroom.derive.reading import decode
from classroom.derive.reading.message import Message
from classroom.explain.checked_flow import CheckedFlow, rule

LONGEST_LIFE = 600  # seconds of a code (RFC 6749 §4.1.2)


@rule(
    "error",
    "Tokens may be kept in a cache",
    "The access token response must say `Cache-Control: no-store`.",
    "RFC 6749 §5.1",
)
def token_response_may_be_cached(flow: CheckedFlow) -> Iterator[Message]:
    for response in flow.by_step["token_response"]:
        if "no-store" not in response.reading.header("cache-control").lower():
            yield response


@rule(
    "error",
    "The password was sent on",
    "A 307 makes the browser post the form again, password and all, to the next server.",
    "RFC 9700 §4.12",
)
def redirect_repeats_the_form(flow: CheckedFlow) -> Iterator[Message]:
    for message in flow.messages:
        # 308 keeps method and body as 307 does; 302 and 303 make a GET of it (RFC 9110 §15.4.9).
        if message.method == "POST" and message.status in (307, 308) and message.reading.location:
            yield message


@rule(
    "error",
    "A response went to a redirect URI that nobody registered",
    "Where the redirect URI is wrong, the resource owner is told, and sent nowhere.",
    "RFC 6749 §4.1.2.1",
)
def answer_to_another_address(flow: CheckedFlow) -> Iterator[Message]:
    """A response must go to a redirect URI that the authorization request named."""
    requested = {request.parameter("redirect_uri") for request in flow.authorization_requests} - {None}
    for response in authorization_responses(flow):
        if requested and not any(goes_to(str(uri), response.reading.location) for uri in requested):
            yield response


def goes_to(redirect_uri: str, location: str) -> bool:
    """Whether a response goes to a redirect URI, which may have a query of its own (RFC 6749 §3.1.2)."""
    (named, own, _), (path, query, _) = decode.address(redirect_uri), decode.address(location)
    return path == named and query.startswith(own)


@rule(
    "warning",
    "The code lived long",
    "A code was redeemed more than ten minutes after it was issued.",
    "RFC 6749 §4.1.2",
)
def code_lived_long(flow: CheckedFlow) -> Iterator[Message]:
    responses = flow.by_step["authorization_response"]
    issued_at = {response.response_parameter("code"): response.entry.at for response in responses}
    for request in flow.token_requests:
        born = issued_at.get(request.parameter("code"))
        if born is not None and flow.succeeded(request) and request.entry.at - born > LONGEST_LIFE:
            yield request


@rule(
    "warning",
    "The authorization response named no issuer",
    "A client that talks to several authorization servers cannot tell whose response this is.",
    "RFC 9207 §2",
)
def answer_without_issuer(flow: CheckedFlow) -> Iterator[Message]:
    for response in authorization_responses(flow):
        if not response.response_parameter("iss"):
            yield response


def authorization_responses(flow: CheckedFlow) -> Iterator[Message]:
    """Return what the authorization server sent to a redirect URI, the refusals as well."""
    yield from flow.by_step["authorization_response"]
    yield from flow.by_step["authorization_error"]
