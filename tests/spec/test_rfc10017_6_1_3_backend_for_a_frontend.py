"""Budget, a backend for its pages: secrets and tokens stay on the server (RFC 10017 §6.1.3)."""

import base64
from urllib.parse import unquote_plus

import pytest
from werkzeug.test import Client

from tests.support.budget_world import BUDGET, FORMS, SECRET, Budget, sent_to, showed
from tests.support.stops import stops
from tests.support.stub_parties import AUTH, BANK, parameters_of


def test_budget_is_a_confidential_client_with_the_code_flow(budget: Budget) -> None:
    """The browser carries a code, the server trades it and proves who it is (RFC 10017 §6.1.3.1-1)."""
    location = budget.request()
    assert parameters_of(location)["response_type"] == "code"
    sent_to(budget.get(budget.auth.allow(location)))
    (form,) = budget.auth.forms("authorization_code")
    assert form["redirect_uri"] == parameters_of(location)["redirect_uri"] == f"{BUDGET}/callback"
    token_request = next(request for request in budget.auth.asked if str(request.url) == f"{AUTH}/token")
    scheme, _, credentials = token_request.headers["Authorization"].partition(" ")
    name, _, secret = base64.b64decode(credentials).decode().partition(":")
    assert (scheme, unquote_plus(name), unquote_plus(secret)) == ("Basic", "budget", SECRET)
    assert "client_secret" not in form


def test_budget_asks_for_a_token_that_only_the_bank_takes(budget: Budget) -> None:
    """The request names the bank as the resource (RFC 8707 §2-2)."""
    assert parameters_of(budget.request())["resource"] == BANK


def test_the_session_cookie_stays_with_us(budget: Budget) -> None:
    """No script reads it, no other host gets it (RFC 10017 §6.1.3.2-1)."""
    cookies = budget.get("/connect").headers.getlist("Set-Cookie")
    assert len(cookies) == 1
    name, *attributes = cookies[0].split("; ")
    assert name.startswith("budget_session=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes)
    assert not any(attribute.lower().startswith("domain") for attribute in attributes)


@stops("client_app.session_is_renewed_at_sign_in")
def test_the_session_is_renewed_at_sign_in(budget: Budget) -> None:
    """A planted session number is worth nothing afterwards (RFC 10017 §6.1.3.2)."""
    location = budget.request()
    planted = budget.browser.get_cookie("budget_session", "budget.localhost")
    assert planted
    budget.get(budget.auth.allow(location))
    attacker = Client(budget.app)
    attacker.set_cookie("budget_session", planted.value, domain="budget.localhost")
    budget.not_connected(attacker)
    budget.connected()


@stops("client_app.session_is_renewed_at_sign_in")
def test_form_tokens_are_renewed_at_sign_in(budget: Budget) -> None:
    """Nor is a form token that was read on the planted session (RFC 10017 §6.1.3.2, RFC 10017 §6.1.3.3-1)."""
    budget.connect()  # the attacker connects himself, reads a form token, and plants this session
    token = budget.form_token()
    budget.connect()  # the victim connects on it
    showed(budget.post("/disconnect", csrf_token=token), 403)
    budget.connected()


@stops("client_app.form_token_matches")
@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_its_token_does_nothing(budget: Budget, path: str) -> None:
    """Another site cannot spend our user's cookie (RFC 10017 §6.1.3.3-1)."""
    budget.connect()
    asked = len(budget.auth.asked), len(budget.bank.asked)
    form = {"to_account": "bob-current", "amount": "1"}
    for token in ({}, {"csrf_token": ""}, {"csrf_token": "guessed"}):
        showed(budget.post(path, **form, **token), 403)
    assert (len(budget.auth.asked), len(budget.bank.asked)) == asked
    budget.connected()


@stops("client_app.form_token_matches")
@pytest.mark.parametrize("path", FORMS)
def test_a_form_token_of_another_browser_does_nothing(budget: Budget, path: str) -> None:
    """The attacker's own form token is of no use to him (RFC 10017 §6.1.3.3-1)."""
    budget.connect()
    token = budget.form_token()
    budget.browser = Client(budget.app)
    budget.connect()
    showed(budget.post(path, csrf_token=token), 403)
    budget.connected()


def test_a_form_with_its_token_gives_the_key_back(budget: Budget) -> None:
    """Our own form works, and revokes the refresh token (RFC 10017 §6.1.3.3-1, RFC 7009 §2.1)."""
    budget.connect()
    sent_to(budget.post("/disconnect", csrf_token=budget.form_token()))
    assert str(budget.auth.asked[-1].url) == f"{AUTH}/revoke"
    assert f"token={budget.auth.refresh_tokens[-1]}" in str(budget.auth.asked[-1].body)
    budget.not_connected()
