"""The bank asks about a token at every request and believes no old answer (RFC 7662 §2, §4)."""

import base64
from urllib.parse import unquote_plus

import pytest

from tests.support.bank_world import Bank, challenged, refused
from tests.support.stops import stops
from tests.support.stub_parties import form_of
from tests.support.world import answered


@stops("resource_server.token_is_active")
def test_a_token_is_refused_at_the_second_it_expires(bank: Bank) -> None:
    """No answer outlives the token, not even one that still says active (RFC 7662 §4-2)."""
    bank.time += 599
    answered(bank.get("/accounts"), 200)
    bank.time += 1
    challenged(bank.get("/accounts"), 401, "invalid_token")


def test_a_revoked_token_is_refused_at_once(bank: Bank) -> None:
    """Every request is asked about anew (RFC 7662 §4-2)."""
    answered(bank.get("/accounts"), 200)
    bank.auth.tokens.clear()
    challenged(bank.get("/accounts"), 401, "invalid_token")
    assert [form_of(request)["token"] for request in bank.auth.asked] == ["good", "good"]


def test_the_bank_proves_who_asks(bank: Bank) -> None:
    """The question is a POST with the bank's own credentials, form-encoded first (RFC 7662 §2.1-1, §2.1-2)."""
    answered(bank.get("/accounts"), 200)
    (request,) = bank.auth.asked
    scheme, _, credentials = request.headers["Authorization"].partition(" ")
    name, _, secret = base64.b64decode(credentials).decode().partition(":")
    assert (request.method, scheme, name, unquote_plus(secret)) == ("POST", "Basic", "bank", "s3cret: 100%")
    assert "good" not in str(request.url)


@pytest.mark.parametrize(
    ("away", "status", "error"),
    [
        (True, 200, "temporarily_unavailable"),
        (False, 500, "temporarily_unavailable"),
        (False, 401, "server_error"),
        (False, 302, "server_error"),
    ],
)
def test_without_an_answer_about_the_token_nobody_gets_in(bank: Bank, away: bool, status: int, error: str) -> None:
    """A token that cannot be checked is neither taken nor called invalid (RFC 7662 §4).

    Who may not ask today may not ask in a moment either: then nobody is asked to come back (RFC 9110 §10.2.3).
    """
    bank.auth.away, bank.auth.status = away, status
    for door in bank.doors():
        answer = door()
        refused(answer, 503, error)
        assert ("Retry-After" in answer.headers) == (error == "temporarily_unavailable")


@pytest.mark.parametrize(
    "audience", [["http://other.localhost", "http://bank.localhost:9001"], "http://bank.localhost:9001"]
)
def test_the_audience_is_a_string_or_a_list(bank: Bank, audience: object) -> None:
    """Both forms of `aud` are read (RFC 7662 §2.2)."""
    bank.know("listed", aud=audience)
    answered(bank.get("/accounts", "Bearer listed"), 200)
