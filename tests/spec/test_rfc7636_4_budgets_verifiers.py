"""Budget uses PKCE although it has a secret: each request has a verifier of its own (RFC 7636 §4, RFC 9700 §2.1.1)."""

import hashlib
import re
from base64 import urlsafe_b64encode

import pytest
from werkzeug.test import Client

from client_app.connect import s256
from tests.support.budget_world import Budget, sent_to, showed
from tests.support.stops import stops
from tests.support.stub_parties import parameters_of


def test_every_request_has_a_fresh_s256_challenge(budget: Budget) -> None:
    """Verifiers are long, of the right letters and never the same (RFC 7636 §4.1-1, §4.2-1, RFC 9700 §2.1.1-1)."""
    requested = [budget.request() for _ in range(4)]
    for location in requested:
        sent_to(budget.get(budget.auth.allow(location)))
    verifiers = [form["code_verifier"] for form in budget.auth.forms("authorization_code")]
    assert len(set(verifiers)) == 4
    for location, verifier in zip(requested, verifiers, strict=True):
        assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", verifier)
        asked = parameters_of(location)
        assert asked["code_challenge_method"] == "S256"
        expected = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        assert asked["code_challenge"] == expected


def test_the_challenge_is_made_as_the_standard_shows() -> None:
    """The example of Appendix B (RFC 7636 §4.2-1)."""
    challenge = s256("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@stops("client_app.new_verifier")
def test_crossed_tabs_do_not_connect(budget: Budget) -> None:
    """A code goes with the verifier of its own request only (RFC 9700 §2.1.1-2)."""
    one, other = budget.request(), budget.request()
    states = parameters_of(one)["state"], parameters_of(other)["state"]
    showed(budget.get(budget.auth.allow(one, state=states[1])), 400)
    showed(budget.get(budget.auth.allow(other, state=states[0])), 400)
    budget.not_connected()


@stops("client_app.new_verifier")
def test_a_stolen_code_does_not_connect_the_thief(budget: Budget) -> None:
    """A code of the victim's request, brought with the thief's own state, is refused (RFC 9700 §2.1.1-2)."""
    thief = Client(budget.app)
    own_state = parameters_of(budget.request(thief))["state"]
    showed(budget.get(budget.auth.allow(budget.request(), state=own_state), thief), 400)
    budget.not_connected(thief)


def test_two_tabs_may_finish_in_any_order(budget: Budget) -> None:
    """Each tab has a request of its own (RFC 9700 §2.1.1-2)."""
    answers = [budget.auth.allow(budget.request()) for _ in range(2)]
    for answer in reversed(answers):
        sent_to(budget.get(answer))
    budget.connected()


@stops("client_app.server_supports_pkce")
@pytest.mark.parametrize("methods", [[], ["plain"], None])
def test_a_server_without_pkce_is_not_used(budget: Budget, methods: list[str] | None) -> None:
    """Who does not promise `S256` might ignore our challenge (RFC 9700 §2.1.1-1)."""
    budget.auth.metadata["code_challenge_methods_supported"] = methods
    if methods is None:
        del budget.auth.metadata["code_challenge_methods_supported"]
    budget.stopped(budget.get("/connect"), 502)
