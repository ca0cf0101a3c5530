"""The eavesdropper: what each channel tells a listener who only reads, and what that is good for."""

from collections.abc import Iterable
from typing import Any

import pytest

from auth_server.defences import Defences
from classroom.derive.conversation import Conversation
from tests.classroom.conftest import Recorded, conversation_of
from tests.classroom.test_custody import answer
from tests.support import journeys
from tests.support.conversation import AUTH, Sandbox
from wire.message import Request


def kinds(told: dict[str, Any], listener: str) -> set[str]:
    return {artifact["kind"] for artifact in told[listener]}


def after(found: Conversation, path: str, number: int = 0) -> dict[str, Any]:
    """Return what listeners know after an answer at a path."""
    (flow,) = found.flows
    return found.learned(flow, answer(found, path, number))


def test_addresses_tell_the_code_but_never_a_token_a_secret_or_a_password(recorded: Recorded) -> None:
    """The front channel of a code flow (RFC 6749 §4.1, §10.3)."""
    for name in ("budget", "balance"):
        found = conversation_of(recorded[name])
        (flow,) = found.flows
        assert kinds(found.learned(flow), "front") == {"state", "challenge", "transaction", "code"}


def test_the_back_channel_tells_secret_verifier_and_tokens_and_no_password(recorded: Recorded) -> None:
    found = conversation_of(recorded["budget"])
    (flow,) = found.flows
    told = found.learned(flow)
    assert kinds(told, "back") == {"client_secret", "code", "verifier", "access_token", "refresh_token"}
    assert kinds(told, "both") == kinds(told, "front") | kinds(told, "back")


def test_a_listener_on_the_front_channel_cannot_trade_the_code(recorded: Recorded) -> None:
    """PKCE: the challenge in the address is of no use without the verifier (RFC 7636 §1)."""
    for name, missing in (("budget", "the verifier and the client's secret"), ("balance", "the verifier")):
        told = after(conversation_of(recorded[name]), "/consent")["means"]["front"]
        assert told == f"It has the code, and cannot redeem it: {missing} never came this way."


def test_without_pkce_only_the_clients_secret_stands_between_a_listener_and_the_token(valkey: str) -> None:
    """Where the server does not ask for a challenge, a public client would have nothing left (RFC 9700 §2.1.1)."""
    sandbox = Sandbox(valkey, pkce_required_of="public clients")
    client = journeys.Stranger(sandbox)
    client.trade(client.ask(code_challenge=None, code_challenge_method=None)["code"], code_verifier="")
    told = after(conversation_of(sandbox.entries()), "/consent")["means"]["front"]
    assert told == "It has the code, and cannot redeem it: the client's secret never came this way."


class TakesEveryMethod(Defences):
    def challenge_method_is_s256(self, code_challenge: str | None, method: str | None, offered: Iterable[str]) -> None:
        """Look at no method."""


@pytest.mark.parametrize("method", ["plain", None])
def test_a_challenge_that_is_not_hashed_is_its_verifier(valkey: str, method: str | None) -> None:
    """An absent method means `plain` (RFC 7636 §4.2, §4.3)."""
    sandbox, verifier = Sandbox(valkey), "v" * 43
    known = sandbox.apps[AUTH].extensions
    known["defences"] = TakesEveryMethod()
    known["features"].code_challenge_methods["plain"] = str
    client = journeys.Stranger(sandbox, token_endpoint_auth_method="none")
    client.trade(client.ask(code_challenge=verifier, code_challenge_method=method)["code"], code_verifier=verifier)
    found = conversation_of(sandbox.entries())
    assert after(found, "/consent")["means"]["front"] == "It could redeem the code for a token."
    assert after(found, "/token")["means"]["front"] == "It has the code, which is spent, and it never saw a token."


def test_once_it_is_traded_the_code_is_worth_nothing(recorded: Recorded) -> None:
    """A code is used once (RFC 6749 §4.1.2)."""
    told = after(conversation_of(recorded["budget"]), "/token")["means"]["front"]
    assert told == "It has the code, which is spent, and it never saw a token."


def test_a_listener_on_the_back_channel_could_be_the_client(recorded: Recorded) -> None:
    """Whoever reads it has the token, as TLS is there to prevent (RFC 6750 §5.2)."""
    told = after(conversation_of(recorded["budget"]), "/token")["means"]
    assert told["back"] == (
        "It could ask the bank in the client's place until the access token ends, and get new tokens."
    )
    assert told["both"] == told["back"]


def test_a_request_that_was_read_on_its_way_can_be_raced(recorded: Recorded) -> None:
    """Between the token request and its answer the code is still good (RFC 6749 §10.5)."""
    found = conversation_of(recorded["budget"])
    (flow,) = found.flows
    asked = next(m for m in found.messages if m.exchange.path == "/token" and isinstance(m.entry, Request))
    assert found.learned(flow, asked.id)["means"]["back"] == "It could redeem the code for a token."


def test_who_reads_all_of_the_browser_needs_no_code(recorded: Recorded) -> None:
    """Password and session are in forms and cookies, which addresses do not show."""
    found = conversation_of(recorded["budget"])
    told = after(found, "/login", 1)
    assert {"password", "session"} <= kinds(told, "browser") and "password" not in kinds(told, "front")
    assert "sign in as the person" in told["means"]["browser"]


def test_after_revocation_nothing_that_was_overheard_opens_anything(recorded: Recorded) -> None:
    """Give back what you no longer need, and a copy is worthless (RFC 7009 §1)."""
    found = conversation_of(recorded["budget"])
    (flow,) = found.flows
    told = found.learned(flow)["means"]
    assert told["back"] == "The tokens that it has read are revoked or replaced: they open nothing any more."


def test_a_page_in_the_browser_has_its_tokens_where_the_whole_browser_is_read(recorded: Recorded) -> None:
    """Balance's requests are no addresses, but they pass the browser (RFC 10017 §6.3)."""
    told = after(conversation_of(recorded["balance"]), "/token")
    assert {"verifier", "access_token"} <= kinds(told, "browser")
    assert kinds(told, "back") == set(), "the bank has not asked yet"
    assert "ask the bank in the client's place" in told["means"]["browser"]


def test_at_the_beginning_nobody_has_read_anything(recorded: Recorded) -> None:
    found = conversation_of(recorded["budget"])
    (name,) = found.flows
    told = found.learned(name, found.flow_json(name)["messages"][0])
    assert {told["means"][listener] for listener in ("front", "back", "both")} == {"It has read no secret yet."}
