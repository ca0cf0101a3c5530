"""How a client proves who it is, and how it renews its tokens."""

from collections.abc import Iterator

from classroom.derive.reading.message import Message
from classroom.explain.checked_flow import CheckedFlow, by_value, rule


@rule(
    "info",
    "The client's secret in the form",
    "Allowed; HTTP Basic is what every server must know, and is less often logged.",
    "RFC 6749 §2.3.1",
)
def secret_in_the_form(flow: CheckedFlow) -> Iterator[Message]:
    for message in flow.messages:
        if message.reading.is_request and "client_secret" in dict(message.reading.form):
            yield message


@rule(
    "error",
    "A refresh token was used twice",
    "After rotation only a thief, or the client he robbed, still has the old one. All tokens of this grant end.",
    "RFC 9700 §4.14.2",
)
def refresh_token_used_twice(flow: CheckedFlow) -> Iterator[Message]:
    for requests in by_value(flow.by_step["token_request_refresh"], "refresh_token"):
        # A second try after a refusal is no replay: nothing had been issued for the first one.
        if any(flow.succeeded(request) for request in requests[:-1]):
            yield from requests
