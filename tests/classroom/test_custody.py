"""Custody: who holds which secret after each message, and the moment in which somebody must not."""

from typing import Any

import pytest
from flask import Flask
from flask import Response as Answer

from classroom.derive.conversation import Conversation
from classroom.derive.custody.rules import PLACES, RULES, never, verdict
from tests.classroom.conftest import Recorded, conversation_of
from tests.support import journeys
from tests.support.conversation import AUTH, BALANCE, BANK, BUDGET, BUDGET_SECRET, Browser, Sandbox
from tests.support.world import basic
from wire.message import Request, Response

Table = dict[str, dict[str, str]]


@pytest.fixture
def sandbox(valkey: str) -> Sandbox:
    return Sandbox(valkey)


def table(found: Conversation, flow: str, message_id: str | None = None) -> Table:
    """Return how each holder has the last artifact of each kind."""
    return {
        row["artifact"]["kind"]: {holder: cell["how"] for holder, cell in row["holders"].items()}
        for row in found.custody_after(flow, message_id)["rows"]
    }


def answer(found: Conversation, path: str, number: int = 0) -> str:
    """Return the id of an answer at a path."""
    return [m.id for m in found.messages if m.exchange.path == path and isinstance(m.entry, Response)][number]


def places(found: Conversation, flow: str, kind: str, holder: str) -> set[str]:
    rows = found.custody_after(flow)["rows"]
    cells = [row["holders"].get(holder) for row in rows if row["artifact"]["kind"] == kind]
    return {place for cell in cells if cell for place in cell["places"]}


def test_a_confidential_client_keeps_its_tokens_from_the_browser(recorded: Recorded) -> None:
    """Code through the browser, token server to server (RFC 6749 §1.4, §4.1)."""
    found = conversation_of(recorded["stolen"])
    (flow,) = found.flows
    after = table(found, flow, answer(found, "/token"))
    assert after["access_token"] == {"auth": "hashed", "budget": "holds", "browser": "never", "attacker": "never"}
    assert after["code"]["budget"] == "spent" and after["code"]["auth"] == "spent"
    assert after["code"]["browser"] == "passed" and after["code"]["bank"] == "never"
    assert after["client_secret"] == {"budget": "holds", "auth": "hashed", "browser": "never", "attacker": "never"}
    assert after["verifier"] == {"budget": "spent", "auth": "passed", "bank": "never", "attacker": "never"}


def test_custody_grows_message_by_message(recorded: Recorded) -> None:
    """Before the token request the code is good; after the answer it is spent, and the token is there."""
    found = conversation_of(recorded["budget"])
    (flow,) = found.flows
    consent, token = answer(found, "/consent"), answer(found, "/token")
    assert "access_token" not in table(found, flow, consent)
    assert table(found, flow, consent)["code"]["auth"] == "hashed"
    assert table(found, flow, token)["code"]["auth"] == "spent"
    first = table(found, flow, found.flow_json(flow)["messages"][0])
    assert "code" not in first and "password" not in first


def test_the_password_is_the_persons_and_bank_ids_and_nobody_elses(recorded: Recorded) -> None:
    """It is typed at the authorization server, which keeps a hash (RFC 6749 §3.1, RFC 9700 §2.4)."""
    found = conversation_of(recorded["budget"])
    (flow,) = found.flows
    assert table(found, flow)["password"] == {
        "person": "holds", "browser": "passed", "auth": "hashed",
        "budget": "never", "bank": "never", "attacker": "never",
    }  # fmt: skip


def test_a_wrong_password_is_nobodys(sandbox: Sandbox) -> None:
    """It passed Bank ID, which keeps a hash of the right one: that with which a sign-in worked (RFC 6749 §3.1)."""
    browser = Browser(sandbox).go(f"{BUDGET}/").follow("/connect")
    journeys.sign_in(browser, password="a-wrong-guess")
    found = conversation_of(sandbox.entries())
    [flow] = found.flows
    assert {table(found, flow)["password"][who] for who in ("person", "browser", "auth")} == {"passed"}
    journeys.sign_in(browser)
    found = conversation_of(sandbox.entries())
    [flow] = found.flows
    rows = [row["holders"] for row in found.custody_after(flow)["rows"] if row["artifact"]["kind"] == "password"]
    assert [(row["person"]["how"], row["auth"]["how"]) for row in rows] == [("passed", "passed"), ("holds", "hashed")]
    asked = [m.id for m in found.messages if m.fact("username")]
    assert table(found, flow, asked[-1])["password"]["auth"] == "passed", "before the answer nobody can tell"


def test_the_browsers_places_are_told_apart(recorded: Recorded) -> None:
    """Address bar, history, cookie jar and the memory of a page are read by different people."""
    found = conversation_of(recorded["budget"])
    (flow,) = found.flows
    assert places(found, flow, "session", "browser") == {"cookies"}
    assert places(found, flow, "password", "browser") == {"page"}
    assert places(found, flow, "code", "browser") == {"address"}, "a redirect leaves the callback at once"
    assert "history" in places(found, flow, "state", "browser"), "the consent page was shown under its address"


def test_a_cookie_that_is_set_anew_or_ended_leaves_the_jar(recorded: Recorded) -> None:
    """Bank ID gives a fresh session at sign-in: the one from before is in no cookie jar any more (RFC 6265 §5.3)."""
    found = conversation_of(recorded["budget"])
    (flow,) = found.flows
    signed_in = found.message(answer(found, "/login", 1))
    asked = signed_in.exchange.request
    assert asked is not None
    [before] = [seen for seen in asked.sightings if seen.place == "cookie.bankid_session"]
    [after] = [seen for seen in signed_in.sightings if seen.place == "set-cookie.bankid_session"]
    assert before.fingerprint != after.fingerprint
    assert browsers(found, flow, asked.id, before.fingerprint) == ("holds", ["cookies"])
    assert browsers(found, flow, signed_in.id, before.fingerprint) == ("passed", [])
    assert browsers(found, flow, signed_in.id, after.fingerprint) == ("holds", ["cookies"])
    place: dict[str, Any] = {"party": "auth", "origin": AUTH, "exchange": "out"}
    cookie = (("Sec-Fetch-Mode", "navigate"), ("Cookie", f"bankid_session={after.value}"))
    ended = (("Set-Cookie", "bankid_session=; Max-Age=0; Path=/"),)
    later = asked.entry.at + 99
    transaction = f"/logout?code={'c' * 20}"
    found = conversation_of(
        [
            Request(id="1-0", at=later, method="POST", target=transaction, headers=cookie, **place),
            Response(id="1-1", at=later + 1, status=303, headers=ended, **place),
        ]
    )
    (flow,) = found.flows
    assert browsers(found, flow, "1-0", after.fingerprint) == ("holds", ["cookies"])
    assert browsers(found, flow, "1-1", after.fingerprint) == ("passed", [])


def browsers(found: Conversation, flow: str, message_id: str, fingerprint: str) -> tuple[str, list[str]]:
    """Return how the browser has an artifact after a message, and where."""
    rows = found.custody_after(flow, message_id)["rows"]
    [cell] = [row["holders"]["browser"] for row in rows if row["artifact"]["fingerprint"] == fingerprint]
    return cell["how"], cell["places"]


def test_a_page_that_is_shown_at_the_callback_leaves_the_code_in_the_history(recorded: Recorded) -> None:
    """Balance has no server that could redirect; its script takes the code out afterwards (RFC 9700 §4.3.1)."""
    found = conversation_of(recorded["balance"])
    (flow,) = found.flows
    assert places(found, flow, "code", "browser") == {"address", "history"}
    assert places(found, flow, "access_token", "balance") == {"page"}
    assert places(found, flow, "code", "balance") == {"host", "page"}
    assert table(found, flow)["access_token"]["browser"] == "never"


def test_the_bank_sees_a_token_pass_and_keeps_none(recorded: Recorded) -> None:
    """It asks about every one anew (RFC 7662 §2)."""
    found = conversation_of(recorded["stolen"])
    (flow,) = found.flows
    assert table(found, flow)["access_token"]["bank"] == "passed"
    assert "bank" in table(found, flow)["refresh_token"] and table(found, flow)["refresh_token"]["bank"] == "never"


def test_revoking_ends_the_refresh_token_and_what_it_bought(recorded: Recorded) -> None:
    """A refresh token takes its access tokens with it (RFC 7009 §2.1); what was rotated was spent before."""
    found = conversation_of(recorded["budget"])
    (flow,) = found.flows
    for row in found.custody_after(flow)["rows"]:
        if row["artifact"]["kind"] in ("access_token", "refresh_token"):
            assert {row["holders"][who]["how"] for who in ("auth", "budget")} == {"spent"}


def test_a_code_that_comes_twice_ends_the_token_that_it_bought(recorded: Recorded) -> None:
    """The second try is refused, and the first one's token is revoked (RFC 6749 §4.1.2)."""
    found = conversation_of(recorded["replayed"])
    (flow,) = found.flows
    assert table(found, flow, answer(found, "/token", 0))["access_token"]["balance"] == "holds"
    assert table(found, flow, answer(found, "/token", 1))["access_token"]["balance"] == "spent"
    refused = found.message_json(answer(found, "/accounts", 1))
    assert refused["status"] == 401, "the bank agrees"


def test_a_thief_without_the_verifier_ends_nothing(sandbox: Sandbox) -> None:
    """A refused try with a spent code does not prove that the token died: the verifier did not fit (RFC 7636 §4.6)."""
    tab = journeys.Tab(Browser(sandbox)).connect()
    tab.verifier = "not-the-verifier-but-as-long-as-one-has-to-be-here"
    assert tab.trade(tab.code)["error"] == "invalid_grant"
    tab.look()
    found = conversation_of(sandbox.entries())
    (flow,) = found.flows
    assert found.message_json(answer(found, "/accounts", 1))["status"] == 200, "the bank agrees"
    assert table(found, flow)["access_token"]["balance"] == "holds"
    assert table(found, flow)["code"]["balance"] == "spent"


def test_a_token_that_the_person_withdrew_is_known_to_be_over_when_bank_id_says_so(sandbox: Sandbox) -> None:
    """No message names the token when access is withdrawn; introspection tells afterwards (RFC 7662 §2.2)."""
    browser = journeys.connect_budget(Browser(sandbox))
    browser.go(f"{AUTH}/apps").press(action="/apps/withdraw")
    found = conversation_of(sandbox.entries())
    (flow,) = found.flows
    assert table(found, flow)["access_token"]["budget"] == "holds"
    browser.go(f"{BUDGET}/")
    found = conversation_of(sandbox.entries())
    assert table(found, flow)["access_token"]["budget"] == "spent"


def test_the_secure_parties_breach_nothing(recorded: Recorded) -> None:
    """Every journey that no thief takes part in is without a breach."""
    for name, entries in recorded.items():
        found = conversation_of(entries)
        breaches = [breach for flow in found.flows_json() for breach in flow["breaches"]]
        assert bool(breaches) == (name == "stolen"), name


def test_a_thief_who_shows_a_code_is_a_breach_at_that_message(recorded: Recorded) -> None:
    """Whatever the answer: the code is in the wrong hands (RFC 9700 §4.5)."""
    found = conversation_of(recorded["stolen"])
    (flow,) = found.flows_json()
    assert {(b["holder"], b["artifact"]["kind"]) for b in flow["breaches"]} == {("attacker", "code")}
    where = found.message_json(flow["breaches"][0]["message"])
    assert (where["from"]["id"], where["path"], where["kind"]) == ("attacker", "/token", "request")
    assert [breach["rule"] for breach in where["breaches"]] == ["attacker-holds-a-secret"]
    assert found.custody_after(flow["id"], flow["messages"][0])["breaches"] == []


def breaches(sandbox: Sandbox) -> set[tuple[str, str, str]]:
    """Return rule, holder and kind of every breach that the messages so far show, in flows and outside."""
    found = conversation_of(sandbox.entries())
    shown = [breach for m in found.messages for breach in found.message_json(m.id)["breaches"]]
    whole = [breach for flow in found.flows_json() for breach in flow["breaches"]]
    assert all(breach in shown for breach in whole)
    return {(breach["rule"], breach["holder"], breach["artifact"]["kind"]) for breach in shown}


def send(sandbox: Sandbox, agent: str, method: str, url: str, **options: Any) -> None:
    sandbox.program(agent).request(method, url, allow_redirects=False, **options)


def test_a_password_at_budget_is_a_breach_outside_of_any_flow(sandbox: Sandbox) -> None:
    """What OAuth ended: typing the bank's password into somebody else's form (RFC 9700 §2.4)."""
    browser = Browser(sandbox).go(f"{BUDGET}/")
    browser.navigate("POST", f"{BUDGET}/connect", b"username=alice&password=looking-glass", "same-origin")
    assert breaches(sandbox) == {("password-elsewhere", "budget", "password")}


def test_a_token_in_an_address_is_a_breach_where_it_arrives(sandbox: Sandbox) -> None:
    """The bank refuses it; the address stays in logs all the same (RFC 6750 §5.3)."""
    send(sandbox, "glassbox-budget", "GET", f"{BANK}/accounts?access_token=some-token")
    assert breaches(sandbox) == {("token-in-an-address", "bank", "access_token")}


def test_a_token_in_a_browsers_address_is_a_breach_in_bar_and_history(sandbox: Sandbox) -> None:
    Browser(sandbox).go(f"{BUDGET}/?access_token=some-token")
    assert ("token-in-an-address", "browser", "access_token") in breaches(sandbox)


@pytest.mark.parametrize(
    ("name", "rule", "kind"),
    [
        ("access_token", "token-in-a-cookie-jar", "access_token"),
        ("refresh_token", "token-in-a-cookie-jar", "refresh_token"),
        ("code_verifier", "verifier-in-the-open", "verifier"),
    ],
)
def test_a_secret_in_a_cookie_is_a_breach(sandbox: Sandbox, valkey: str, name: str, rule: str, kind: str) -> None:
    """A client that keeps in the browser's jar what it should keep to itself (RFC 6750 §5.3, RFC 7636 §7.1)."""
    client = Flask("careless")

    @client.get("/")
    def page() -> Answer:
        answer = Answer("Welcome")
        answer.set_cookie(name, "some-secret-of-this-client", httponly=True)
        return answer

    sandbox.host("budget", "http://careless.localhost:9004", client, valkey)
    browser = Browser(sandbox).go("http://careless.localhost:9004/")
    assert breaches(sandbox) == {(rule, "browser", kind)}
    browser.go("http://careless.localhost:9004/")
    found = conversation_of(sandbox.entries())
    assert not found.flows, "a jar goes along with every request, and ties none together"
    sent = next(m for m in reversed(found.messages) if isinstance(m.entry, Request))
    assert [breach["rule"] for breach in found.message_json(sent.id)["breaches"]] == [rule]


def test_a_client_secret_in_a_page_is_a_breach(sandbox: Sandbox) -> None:
    """A page cannot keep one (RFC 10017 §6.3)."""
    browser = Browser(sandbox).go(f"{BALANCE}/")
    browser.fetch("POST", f"{AUTH}/token", "client_id=balance&client_secret=oh-no", **journeys.FORM)
    assert breaches(sandbox) == {("client-secret-in-a-page", "balance", "client_secret")}


def test_a_client_secret_at_the_bank_is_a_breach(sandbox: Sandbox) -> None:
    send(sandbox, "glassbox-budget", "GET", f"{BANK}/accounts", headers=basic("budget", BUDGET_SECRET))
    assert breaches(sandbox) == {("client-secret-at-the-bank", "bank", "client_secret")}


def test_a_refresh_token_at_the_bank_is_a_breach(sandbox: Sandbox) -> None:
    send(sandbox, "glassbox-budget", "POST", f"{BANK}/transfers", data={"refresh_token": "some-refresh-token"})
    assert breaches(sandbox) == {("refresh-token-at-the-bank", "bank", "refresh_token")}


def test_a_token_at_the_host_of_balance_is_a_breach(sandbox: Sandbox) -> None:
    """The tab may hold it, the host that hands out its files may not (RFC 10017 §6.3)."""
    browser = Browser(sandbox).go(f"{BALANCE}/")
    browser.fetch("GET", f"{BALANCE}/config.json", Authorization="Bearer the-tabs-token")
    assert breaches(sandbox) == {("token-at-the-page's-host", "balance", "access_token")}


def test_a_code_at_another_clients_callback_is_a_breach(sandbox: Sandbox) -> None:
    """Balance's code, brought to Budget: the move of code injection and mix-up (RFC 9700 §4.4, §4.5)."""
    tab = journeys.Tab(Browser(sandbox)).connect()
    tab.browser.go(f"{BUDGET}/callback?code={tab.code}&state=somebody-elses")
    assert breaches(sandbox) == {("code-at-another-client", "budget", "code")}


def test_anything_at_the_attacker_is_a_breach(sandbox: Sandbox) -> None:
    send(sandbox, "glassbox-attacker/1.0", "GET", f"{BANK}/accounts", headers={"Authorization": "Bearer stolen-one"})
    assert breaches(sandbox) == {("attacker-holds-a-secret", "attacker", "access_token")}


def test_every_rule_can_decide() -> None:
    """None is hidden behind an earlier one, and each says why and where it stands."""
    deciding = {
        verdict(holder, kind, place).name
        for holder in ["attacker", "classroom", "person", "browser", "balance", "auth", "bank", "budget", "other"]
        for kind in [
            "password", "client_secret", "session", "state", "nonce", "challenge", "verifier", "code", "access_token",
            "refresh_token", "id_token", "device_code", "user_code", "request_uri", "transaction",
        ]
        for place in {"own", "received", "query", "referer", "host", "astray"}.union(*PLACES.values())
    }  # fmt: skip
    assert deciding == {rule.name for rule in RULES}
    assert all(rule.why.endswith(".") and rule.section.startswith("RFC ") for rule in RULES)


def test_never_means_at_no_place() -> None:
    assert never("browser", "client_secret") and never("budget", "password") and never("attacker", "code")
    assert not never("bank", "client_secret"), "it has one of its own, for introspection"
    assert not never("balance", "access_token"), "in its tab"


def test_where_nothing_may_be_the_reason_stands(recorded: Recorded) -> None:
    """A token that the browser has no use for is told of as such, and not by its address bar (RFC 10017 §6.1)."""
    found = conversation_of(recorded["budget"])
    (flow,) = found.flows
    rows = {row["artifact"]["kind"]: row["holders"] for row in found.custody_after(flow)["rows"]}
    for holder, kind, name in (
        ("browser", "access_token", "token-in-a-browser"),
        ("budget", "password", "password-elsewhere"),
        ("bank", "refresh_token", "refresh-token-at-the-bank"),
    ):
        told, rule = rows[kind][holder], next(rule for rule in RULES if rule.name == name)
        assert (told["how"], told["why"], told["section"]) == ("never", rule.why, rule.section)
