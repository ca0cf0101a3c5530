"""Budget compares who answered with whom it asked (RFC 9207 §2.4)."""

import pytest

from tests.support.budget_world import ATTACKER, Budget, sent_to
from tests.support.stops import stops
from tests.support.stub_parties import AUTH


@stops("client_app.issuer_is_the_one_we_asked")
@pytest.mark.parametrize("iss", [ATTACKER, f"{AUTH}/", AUTH.upper(), ""])
def test_an_answer_of_another_issuer_is_thrown_away(budget: Budget, iss: str) -> None:
    """Issuers are compared as strings, character by character (RFC 9207 §2.4-1)."""
    budget.stopped(budget.connect(iss=iss), 400)


@stops("client_app.issuer_is_the_one_we_asked")
def test_a_promised_issuer_must_be_there(budget: Budget) -> None:
    """Who promises `iss` and leaves it out did not answer (RFC 9207 §2.4-2)."""
    budget.stopped(budget.connect(iss=None), 400)


@stops("client_app.issuer_is_the_one_we_asked")
def test_an_error_of_another_issuer_is_not_believed(budget: Budget) -> None:
    """The issuer is compared before an error is read, too (RFC 9207 §2.4-1)."""
    response = budget.connect(code=None, error="access_denied", iss=ATTACKER)
    budget.stopped(response, 400)
    assert "access_denied" not in response.text


def test_an_issuer_that_nobody_promised_may_be_missing(budget: Budget) -> None:
    """A server without `iss` is still one to work with (RFC 9207 §2.4-2)."""
    del budget.auth.metadata["authorization_response_iss_parameter_supported"]
    sent_to(budget.connect(iss=None))
