"""A client that registered itself is sent nobody without a word of theirs (RFC 9700 §4.11.2)."""

from typing import Any

import pytest

from tests.support.stops import stops
from tests.support.world import (
    AUTH,
    VERIFIER,
    World,
    answered,
    left_to_the_user,
    sent_back,
    stopped_on_a_page,
    told_in,
    went_to,
)

STRANGER = "https://attacker.example/callback"
MISTAKES: dict[str, dict[str, Any]] = {
    "invalid_request": {"code_challenge": None},
    "invalid_scope": {"scope": "nonsense"},
    "unsupported_response_type": {"response_type": "token"},
    "invalid_target": {"resource": "https://elsewhere.example"},
}


def stranger(world: World, **metadata: str) -> str:
    """Register a client, as anybody can, and return its id."""
    answer = world.register(redirect_uris=[STRANGER], client_name="Recipes", scope="balance:read", **metadata)
    return str(answered(answer, 201).get_json()["client_id"])


@stops("auth_server.error_waits_for_the_user")
@pytest.mark.parametrize("error", MISTAKES)
def test_an_error_for_a_stranger_is_a_page(world: World, error: str) -> None:
    """The person sees what is wrong and where it would lead, and decides (RFC 9700 §4.11.2-1)."""
    client_id = stranger(world)
    changes = {"redirect_uri": STRANGER, "scope": "balance:read"} | MISTAKES[error]
    went_to(world.authorize(client_id, **changes), "/login?")
    world.sign_in()
    page = world.authorize(client_id, **changes)
    told = told_in(left_to_the_user(page, error))
    assert (told["state"], told["iss"]) == ("a-state", AUTH)
    assert "Recipes" in page.text and "attacker.example" in page.text
    sent_back(world.authorize(**MISTAKES[error]), error)  # Budget is known here


@stops("auth_server.public_client_asks_again")
def test_a_stranger_is_not_let_in_unseen(world: World) -> None:
    """What was allowed once is asked again: a code that comes by itself is a redirect too (RFC 9700 §4.11.2)."""
    client_id = stranger(world)
    asked = {"redirect_uri": STRANGER, "scope": "balance:read"}
    world.sign_in()
    page = answered(world.authorize(client_id, **asked), 200)
    assert "asks again only when" not in page.text
    sent_back(world.decide(page))
    stopped_on_a_page(world.authorize(client_id, **asked), 200)


def test_saying_no_is_a_word_of_theirs(world: World) -> None:
    """So the browser goes back by itself (RFC 6749 §4.1.2.1-2)."""
    client_id = stranger(world)
    world.sign_in()
    page = world.authorize(client_id, redirect_uri=STRANGER, scope="balance:read")
    assert sent_back(world.decide(page, "deny"), "access_denied")["state"] == "a-state"


def test_a_code_of_a_stranger_is_redeemed_as_any_other(world: World) -> None:
    """RFC 6749 §4.1.3."""
    client_id = stranger(world, token_endpoint_auth_method="none")
    code = world.code(client_id, redirect_uri=STRANGER, scope="balance:read")
    answered(world.redeem(code, client_id, redirect_uri=STRANGER, code_verifier=VERIFIER), 200)
