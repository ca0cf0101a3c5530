"""Budget learns the endpoints from the issuer's own description, and checks whose it is (RFC 8414 §3)."""

import pytest

from tests.support.budget_world import ATTACKER, Budget
from tests.support.stops import stops
from tests.support.stub_parties import AUTH

WELL_KNOWN = f"{AUTH}/.well-known/oauth-authorization-server"


@stops("client_app.metadata_is_the_issuers")
@pytest.mark.parametrize("issuer", [ATTACKER, f"{AUTH}/", ""])
def test_metadata_of_another_issuer_is_not_used(budget: Budget, issuer: str) -> None:
    """A description that names somebody else sends the browser nowhere (RFC 8414 §3.3-1)."""
    budget.auth.metadata["issuer"] = issuer
    budget.stopped(budget.get("/connect"), 502)


@stops("client_app.metadata_is_the_issuers")
def test_metadata_that_changes_hands_gets_no_code(budget: Budget) -> None:
    """The description is checked again before a code is traded (RFC 8414 §3.3-1)."""
    answer = budget.auth.allow(budget.request())
    budget.auth.metadata["issuer"] = ATTACKER
    budget.stopped(budget.get(answer), 502)


def test_the_endpoints_are_those_of_the_metadata(budget: Budget) -> None:
    """Budget asks where things are before it goes there, wherever that is (RFC 9700 §2.6-1)."""
    places = {name: f"{AUTH}/elsewhere/{name}" for name in ("authorize", "token", "revoke")}
    budget.auth.metadata |= {
        "authorization_endpoint": f"{places['authorize']}?tenant=1",
        "token_endpoint": places["token"],
        "revocation_endpoint": places["revoke"],
    }
    location = budget.request()
    assert location.startswith(f"{places['authorize']}?tenant=1&")
    budget.get(budget.auth.allow(location))
    budget.connected()
    budget.post("/disconnect", csrf_token=budget.form_token())
    asked = [str(request.url) for request in budget.auth.asked]
    assert asked[0] == WELL_KNOWN
    assert [url for url in asked if url != WELL_KNOWN] == [places["token"], places["revoke"]]


@pytest.mark.parametrize("broken", [{"issuer": None}, {"token_endpoint": 7}])
def test_a_description_that_cannot_be_read_is_said_to_people(budget: Budget, broken: dict[str, object]) -> None:
    """A server that does not describe itself is as good as away (RFC 8414 §3.2)."""
    budget.auth.metadata |= broken
    budget.stopped(budget.get("/connect"), 503)
