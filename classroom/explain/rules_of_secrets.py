"""Secrets on roads where they do not belong."""

from collections.abc import Iterator

from classroom.explain.case import Case, rule, shows_secret
from classroom.explain.reading import Reading
from classroom.explain.rules_of_clients import by_value

TOKENS = ("access_token", "refresh_token", "id_token")


@rule(
    "error",
    "A token in an address",
    "Addresses are kept in histories and logs, and sent on as Referer.",
    "RFC 9700 §4.3.2",
)
def token_in_address(case: Case) -> Iterator[Reading]:
    yield from (reading for reading in case.readings if any(name in dict(reading.query) for name in TOKENS))


@rule(
    "error",
    "A token through the browser",
    "The answer puts a token into the address. With a code it would not be there.",
    "RFC 9700 §2.1.2",
)
def token_through_the_browser(case: Case) -> Iterator[Reading]:
    for reading in case.readings:
        carried = dict(reading.location_query) | dict(reading.location_fragment)
        if any(name in carried for name in TOKENS):
            yield reading


@rule(
    "error",
    "The client's secret in a browser",
    "What a browser holds, its owner and every extension can read. A secret that is not secret proves nothing.",
    "RFC 9700 §2.5",
)
def secret_in_a_browser(case: Case) -> Iterator[Reading]:
    for reading in case.readings:
        if shows_secret(reading) and reading.message.get("channel") == "front":
            yield reading


@rule(
    "error",
    "The client's secret in an address",
    "It belongs in a header or a form, never where addresses are logged.",
    "RFC 6749 §2.3.1",
)
def secret_in_address(case: Case) -> Iterator[Reading]:
    yield from (reading for reading in case.readings if "client_secret" in dict(reading.query))


@rule(
    "info",
    "The client's secret in the form",
    "Allowed; HTTP Basic is what every server must know, and is less often logged.",
    "RFC 6749 §2.3.1",
)
def secret_in_the_form(case: Case) -> Iterator[Reading]:
    yield from (reading for reading in case.readings if "client_secret" in dict(reading.form))


@rule(
    "error",
    "A refresh token was used twice",
    "After rotation only a thief, or the client he robbed, still has the old one. All tokens of this grant end.",
    "RFC 9700 §4.14.2",
)
def refresh_token_used_twice(case: Case) -> Iterator[Reading]:
    for requests in by_value(case.by_step["token_request_refresh"], "refresh_token"):
        if any(case.succeeded(request) for request in requests[:-1]):
            yield from requests


@rule(
    "error",
    "The code leaked as Referer",
    "The next site was told the address of the page, and the code stood in it.",
    "RFC 9700 §4.2.4",
)
def code_in_referer(case: Case) -> Iterator[Reading]:
    codes = {answer.asked("code") for answer in case.by_step["redirection"]} - {None}
    for reading in case.readings:
        referer = reading.header("referer") if reading.is_request else ""
        if any(f"code={code}" in referer for code in codes):
            yield reading
