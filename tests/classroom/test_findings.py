"""What is said of a flow: nothing of ours, and the right thing of clients that do it wrong."""

import time
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Response, request

from classroom.derive.conversation import Conversation
from classroom.derive.custody.ledger import Ledger
from classroom.explain import findings
from classroom.explain.checked_flow import RULES
from classroom.views import message as seen
from tests.support.conversation import AUTH, BANK, BUDGET, Browser, Sandbox
from tests.support.journeys import (
    FORM,
    Stranger,
    Tab,
    challenge,
    connect_budget,
    decide,
    disconnect,
    empty_the_account,
    look_again_after_a_while,
    sign_in,
)


@pytest.fixture
def sandbox(valkey: str) -> Sandbox:
    return Sandbox(valkey)


def found(sandbox: Sandbox, finished: bool = False) -> dict[str, dict[str, Any]]:
    """Return the findings about everything that was said."""
    conversation = Conversation()
    for entry in sandbox.entries():
        conversation.add(entry)
    ledger = Ledger(conversation.origins, conversation.book).take_all(conversation.messages)
    return {finding["id"]: finding for finding in findings(conversation.messages, ledger, finished)}


def evidence(sandbox: Sandbox, name: str) -> list[dict[str, Any]]:
    """Return the messages that a finding points to; it must be there."""
    conversation = Conversation()
    for entry in sandbox.entries():
        conversation.add(entry)
    return [seen(conversation, each) for each in found(sandbox)[name]["evidence"]]


def test_nothing_is_wrong_with_our_own_clients(sandbox: Sandbox) -> None:
    alice = Browser(sandbox)
    connect_budget(alice)
    look_again_after_a_while(sandbox, alice)
    disconnect(alice)
    Tab(Browser(sandbox)).connect("bob").look().revoke()
    connect_budget(Browser(sandbox), "carol", "deny")
    assert found(sandbox, finished=True) == {}


def test_an_app_that_tries_more_than_it_may_is_told_of(sandbox: Sandbox) -> None:
    alice = Browser(sandbox)
    connect_budget(alice)
    empty_the_account(alice)
    assert set(found(sandbox)) == {"more_than_allowed"}
    (refusal,) = evidence(sandbox, "more_than_allowed")
    assert (refusal["status"], refusal["path"]) == (403, "/transfers")


def test_a_client_that_sends_no_state(sandbox: Sandbox) -> None:
    stranger = Stranger(sandbox)
    stranger.trade(stranger.ask()["code"])
    assert {"no_state", "secret_in_the_form"} <= set(found(sandbox))


def test_a_confidential_client_without_pkce(valkey: str) -> None:
    sandbox = Sandbox(valkey, pkce_required_of="public clients")
    stranger = Stranger(sandbox)
    code = stranger.ask(code_challenge=None, code_challenge_method=None)["code"]
    stranger.program.post(
        f"{AUTH}/token",
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": "https://ledgerly.example/callback",
            "client_id": stranger.client_id,
            "client_secret": stranger.secret,
        },
    )
    assert {"no_protection_against_csrf", "confidential_client_without_challenge"} <= set(found(sandbox))


def test_a_public_client_without_pkce(sandbox: Sandbox) -> None:
    """It is known by a trade without a secret."""
    stranger = Stranger(sandbox, token_endpoint_auth_method="none")
    stranger.ask(code_challenge=None, code_challenge_method=None)
    stranger.trade("a-code", client_secret="")
    assert "public_client_without_challenge" in found(sandbox)


def test_a_client_may_prove_itself_by_a_signed_assertion(sandbox: Sandbox) -> None:
    """Instead of by a secret (RFC 6749 §2.3.2)."""
    stranger = Stranger(sandbox)
    stranger.ask(code_challenge=None, code_challenge_method=None)
    signed = {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}
    stranger.trade("a-code", client_secret="", client_assertion="a.b.c", **signed)
    assert "confidential_client_without_challenge" in found(sandbox)
    conversation = Conversation()
    for entry in sandbox.entries():
        conversation.add(entry)
    assert conversation.flows_json()[-1]["kind"] == "authorization_code_confidential"


@pytest.mark.parametrize("how", ["none", "client_secret_basic"])
def test_a_question_without_pkce_does_not_tell_whether_its_client_has_a_secret(sandbox: Sandbox, how: str) -> None:
    """It is refused, and comes to no trade."""
    client = Stranger(sandbox, token_endpoint_auth_method=how)
    assert client.ask(code_challenge=None, code_challenge_method=None)["error"] == "invalid_request"
    assert {name for name in found(sandbox) if name.endswith("_challenge")} == {"question_without_challenge"}


def test_a_nonce_protects_from_forged_answers_as_a_state_does(valkey: str) -> None:
    sandbox = Sandbox(valkey, pkce_required_of="public clients")
    Stranger(sandbox).ask(code_challenge=None, code_challenge_method=None, nonce="of-this-question")
    assert "no_protection_against_csrf" not in found(sandbox)


def test_a_plain_challenge(sandbox: Sandbox) -> None:
    Stranger(sandbox).ask(code_challenge_method="plain")
    assert "plain_challenge" in found(sandbox)


def test_a_code_that_is_sent_twice(sandbox: Sandbox) -> None:
    stranger = Stranger(sandbox)
    code = stranger.ask(state="s")["code"]
    assert stranger.trade(code)["access_token"]
    assert "code_sent_twice" not in found(sandbox)
    assert stranger.trade(code)["error"] == "invalid_grant"
    assert [each["path"] for each in evidence(sandbox, "code_sent_twice")] == ["/token", "/token"]


def test_another_redirect_uri_at_the_trade(sandbox: Sandbox) -> None:
    stranger = Stranger(sandbox)
    stranger.trade(stranger.ask(state="s")["code"], redirect_uri="https://ledgerly.example/other")
    assert "changed_redirect_uri" in found(sandbox)


def test_a_short_verifier(sandbox: Sandbox) -> None:
    stranger = Stranger(sandbox)
    code = stranger.ask(state="s", code_challenge=challenge("short"))["code"]
    stranger.trade(code, code_verifier="short")
    assert "short_verifier" in found(sandbox)


def test_one_verifier_for_two_questions(sandbox: Sandbox) -> None:
    stranger = Stranger(sandbox)
    stranger.trade(stranger.ask(state="one")["code"])
    assert "reused_verifier" not in found(sandbox)
    verifier = stranger.verifier
    code = stranger.ask(state="two", code_challenge=challenge(verifier))["code"]
    stranger.trade(code, code_verifier=verifier)
    assert "reused_verifier" in found(sandbox)


def test_a_password_in_the_hands_of_an_app(sandbox: Sandbox) -> None:
    stranger = Stranger(sandbox)
    form = {"grant_type": "password", "username": "alice", "password": "looking-glass"}
    stranger.program.post(f"{AUTH}/token", data=form, auth=(stranger.client_id, stranger.secret))
    assert "password_grant" in found(sandbox)


def test_a_refresh_token_that_is_sent_twice(sandbox: Sandbox) -> None:
    stranger = Stranger(sandbox, grant_types=["authorization_code", "refresh_token"])
    told = stranger.trade(stranger.ask(state="s", scope="balance:read offline_access")["code"])
    own = {"client_id": stranger.client_id, "client_secret": stranger.secret}
    form = {"grant_type": "refresh_token", "refresh_token": told["refresh_token"]} | own
    for _ in range(2):
        stranger.program.post(f"{AUTH}/token", data=form)
    assert "refresh_token_used_twice" in found(sandbox)


def test_a_token_in_an_address(sandbox: Sandbox) -> None:
    tab = Tab(Browser(sandbox)).connect("bob")
    tab.browser.fetch("GET", f"http://bank.localhost:9001/accounts?access_token={tab.token}")
    assert "token_in_address" in found(sandbox)


def test_a_secret_in_a_browser_or_an_address(sandbox: Sandbox) -> None:
    tab = Tab(Browser(sandbox)).connect("bob")
    shown = b64encode(b"balance:not-so-secret").decode()
    tab.browser.fetch("POST", f"{AUTH}/token", "grant_type=authorization_code", Authorization=f"Basic {shown}", **FORM)
    tab.browser.fetch("POST", f"{AUTH}/token?client_secret=s", "grant_type=authorization_code", **FORM)
    assert {"secret_in_a_browser", "secret_in_address"} <= set(found(sandbox))


def test_a_code_in_the_referer(sandbox: Sandbox) -> None:
    stranger = Stranger(sandbox)
    code = stranger.ask(state="s")["code"]
    sandbox.ask("GET", f"{BUDGET}/callback?code={code}", {"User-Agent": "Mozilla/5.0", "Sec-Fetch-Mode": "navigate"})
    leak = {"User-Agent": "Mozilla/5.0", "Sec-Fetch-Mode": "no-cors", "Referer": f"{BUDGET}/callback?code={code}"}
    sandbox.ask("GET", f"{BUDGET}/static/budget.css", leak)
    assert "code_in_referer" in found(sandbox)


def test_more_asked_for_than_used(sandbox: Sandbox) -> None:
    budget = Browser(sandbox).go(f"{BUDGET}/connect?with=transfers:write")
    decide(sign_in(budget)).go(f"{BUDGET}/")
    assert "scope_wider_than_used" not in found(sandbox)  # it may still do so
    assert "scope_wider_than_used" in found(sandbox, finished=True)


def test_a_permission_to_read_that_was_never_used(sandbox: Sandbox) -> None:
    """Asked for the transactions, too, and read no more than the accounts; whoever has read nothing yet still may."""
    stranger = Stranger(sandbox, scope="balance:read transactions:read")
    token = stranger.trade(stranger.ask(scope="balance:read transactions:read")["code"])["access_token"]
    assert "scope_wider_than_used" not in found(sandbox, finished=True)
    stranger.look(token)
    assert "scope_wider_than_used" in found(sandbox, finished=True)
    stranger.program.get(f"{BANK}/accounts/bob-current/transactions", headers={"Authorization": f"Bearer {token}"})
    assert "scope_wider_than_used" not in found(sandbox, finished=True)


def test_an_answer_that_was_not_checked(sandbox: Sandbox) -> None:
    """A client that takes any `state` and any `iss` is told of; the delivery is recorded at Budget's door."""
    browser = Browser(sandbox)
    request = {
        "response_type": "code",
        "client_id": "balance",
        "redirect_uri": "http://balance.localhost:9003/callback",
        "scope": "balance:read",
        "state": "mine",
        "code_challenge": challenge("v" * 43),
        "code_challenge_method": "S256",
    }
    browser.go(f"{AUTH}/authorize?{urlencode(request)}")
    decide(sign_in(browser))
    code = parse_qs(urlsplit(browser.address).query)["code"][0]
    browser.go(f"http://balance.localhost:9003/callback?code={code}&state=another&iss=http://evil.localhost")
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": "balance",
        "redirect_uri": request["redirect_uri"],
        "code_verifier": "v" * 43,
    }
    browser.fetch("POST", f"{AUTH}/token", urlencode(form), **FORM)
    assert {"unchecked_state", "unchecked_issuer"} <= set(found(sandbox))


def test_every_rule_has_a_test() -> None:
    names = {check.__name__ for check in RULES}
    assert len(names) == len(RULES)
    tested = Path(__file__).read_text(encoding="utf-8")
    assert not {name for name in names if f'"{name}"' not in tested}


Change = Callable[[Response], None]


def weaken(sandbox: Sandbox, origin: str, path: str, change: Change) -> None:
    """Let a party answer at one path as a weak one would; the wire writes down what it answers."""

    def answer(response: Response) -> Response:
        if request.path == path and request.method != "OPTIONS":
            change(response)
        return response

    sandbox.apps[origin].after_request_funcs.setdefault(None, []).insert(0, answer)  # the last of all


def to(location: str) -> Change:
    """Return a change of where a redirect leads."""
    return lambda response: response.headers.set("Location", location)


def cached(response: Response) -> None:
    del response.headers["Cache-Control"]


def kept(response: Response) -> None:
    response.status_code = 307


def shown(response: Response) -> None:
    """Show a page where the code is in the address, and lead to no other."""
    response.status_code = 200
    del response.headers["Location"]


@pytest.mark.parametrize(
    ("origin", "path", "change", "name"),
    [
        (AUTH, "/token", cached, "token_response_may_be_cached"),
        (AUTH, "/login", kept, "redirect_repeats_the_form"),
        (AUTH, "/consent", to("http://evil.localhost/?code=c&iss=i"), "answer_to_another_address"),
        (AUTH, "/consent", to(f"{BUDGET}/callbackevil?code=c&iss=i"), "answer_to_another_address"),
        (AUTH, "/consent", to(f"{BUDGET}/callback?code=c"), "answer_without_issuer"),
        (AUTH, "/consent", to(f"{BUDGET}/callback#access_token=t"), "token_in_address"),
        (BUDGET, "/callback", shown, "code_stays_in_the_address"),
    ],
)
def test_a_weak_server(sandbox: Sandbox, origin: str, path: str, change: Change, name: str) -> None:
    weaken(sandbox, origin, path, change)
    connect_budget(Browser(sandbox))
    assert name in found(sandbox)


def test_a_server_whose_codes_live_long(valkey: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wire writes down when each answer left; this code is traded a quarter of an hour later."""
    sandbox = Sandbox(valkey, code_lifetime=3600)
    tab = Tab(Browser(sandbox)).connect()
    assert "code_lived_long" not in found(sandbox)
    trade = tab.trade
    monkeypatch.setattr(tab, "trade", lambda code: None)
    tab.connect()
    now = time.time
    monkeypatch.setattr("wire.recorder.time.time", lambda: now() + 900)
    trade(tab.code)
    assert "code_lived_long" in found(sandbox)
