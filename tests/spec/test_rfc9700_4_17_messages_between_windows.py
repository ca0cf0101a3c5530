"""An answer that is handed to the page which opened the window, instead of being sent by redirect (RFC 9700 §4.17)."""

import re
from html import unescape

import pytest
from werkzeug.test import TestResponse

from tests.support.stops import stops
from tests.support.world import AUTH, World, WrongAnswer, answered, left_to_the_user, sent_back, stopped_on_a_page

BALANCE = "http://balance.localhost:9003"


def handed_over(answer: TestResponse, status: int = 200) -> tuple[str, dict[str, str]]:
    """Return to which origin a page hands an answer, and the answer."""
    answered(answer, status)
    origin = re.search(r'data-origin="([^"]*)"', answer.text)
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text)
    if not origin or "Location" in answer.headers:
        raise WrongAnswer(f"expected a page that hands an answer over: {answer.text[:300]}")
    return unescape(origin.group(1)), {name: unescape(value) for name, value in fields}


def asked(world: World, **changes: str | None) -> TestResponse:
    world.sign_in()
    return world.authorize("balance", response_mode="web_message", **changes)


@stops("auth_server.message_goes_to_the_registered_origin")
def test_the_answer_is_for_the_origin_of_the_redirect_uri(world: World) -> None:
    """Never for `*`, and never for an origin that the request names besides (RFC 9700 §4.17.2)."""
    origin, told = handed_over(world.decide(asked(world, origin="http://attacker.localhost:9666")))
    if origin != BALANCE:
        raise WrongAnswer(f"expected {BALANCE}, got {origin}")
    assert (told["state"], told["iss"]) == ("a-state", AUTH)
    answered(world.redeem(told["code"], "balance"), 200)


def test_a_refusal_goes_the_same_way(world: World) -> None:
    """The error, the `state` and the `iss` (RFC 6749 §4.1.2.1, RFC 9207 §2)."""
    origin, told = handed_over(world.decide(asked(world), "deny"))
    assert origin == BALANCE
    assert (told["error"], told["state"], told["iss"]) == ("access_denied", "a-state", AUTH)
    origin, told = handed_over(asked(world, scope="nonsense"))
    assert (origin, told["error"]) == (BALANCE, "invalid_scope")


def test_a_redirect_uri_that_is_not_registered_is_handed_nothing(world: World) -> None:
    """The person is told, as with any other answer (RFC 6749 §4.1.2.1)."""
    stopped_on_a_page(asked(world, redirect_uri="http://attacker.localhost:9666/callback"))


@pytest.mark.parametrize("mode", ["fragment", "form_post", "WEB_MESSAGE", ["query", "web_message"]])
def test_a_mode_that_is_not_offered_is_refused_by_redirect(world: World, mode: str | list[str]) -> None:
    """What is offered stands in the metadata (RFC 8414 §2); said twice, it is said not at all (RFC 6749 §3.1)."""
    world.sign_in()
    assert sent_back(world.authorize("balance", response_mode=mode), "invalid_request")["state"] == "a-state"
    offered = world.ask("GET", "/.well-known/oauth-authorization-server").get_json()["response_modes_supported"]
    assert offered == ["query", "web_message"]


def test_a_scheme_of_an_app_has_no_origin_and_is_answered_by_redirect(world: World) -> None:
    """A window of another app cannot be spoken to (RFC 8252 §7.1)."""
    uri = "web+diary://callback"
    told = world.register(
        redirect_uris=[uri], token_endpoint_auth_method="none", application_type="native", scope="balance:read"
    ).get_json()
    world.sign_in()
    asked = {"client": told["client_id"], "redirect_uri": uri, "scope": "balance:read"}
    answer = world.authorize(**asked, response_mode="web_message")
    assert left_to_the_user(answer, "invalid_request").startswith(uri)


def test_the_page_runs_our_own_script_only(world: World) -> None:
    """The code stands in this page, so nothing else may be loaded into it (RFC 6749 §3.1.2.5)."""
    answer = world.decide(asked(world))
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<script>" not in answer.text
