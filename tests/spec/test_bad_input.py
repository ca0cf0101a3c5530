"""Bad input at every endpoint: refused in the form its reader expects, and nothing is consumed (RFC 6749 §5.2)."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.spec.bad_input import FORM, Odd, odd_pairs, odd_requests, one_fault_each, send
from tests.support.four_parties import ORIGINS, Parties
from tests.support.world import VERIFIER, basic, digest

ALLOWED = re.compile(r"[\x20-\x21\x23-\x5B\x5D-\x7E]*")
PROTOCOL = ("/token", "/revoke", "/introspect", "/register", "/.well-known/oauth-authorization-server")
PROBES = ("/healthz", "/readyz")
BUDGET = basic("budget", "budget's secret: 100%")
CALLBACK = "https://example.org/callback"


def tried(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Try so many examples, the same ones at every run."""
    unhurried = list(HealthCheck)
    return settings(
        max_examples=examples, derandomize=True, deadline=None, database=None, suppress_health_check=unhurried
    )


@pytest.fixture(scope="module")
def parties(valkey: str) -> Parties:
    return Parties(valkey)


def in_good_order(response: TestResponse, party: str, path: str) -> None:
    """Hold that a refusal is the kind of answer that its reader expects."""
    assert response.status_code < 500, (path, response.status_code)
    assert "Traceback" not in response.text and '.py"' not in response.text
    assert response.status_code != 405 or response.headers["Allow"]
    if response.status_code < 400 or not response.data or path in PROBES:
        return
    if party == "bank" or path in PROTOCOL:
        told = response.get_json()
        assert isinstance(told["error"], str) and told["error"]
        assert ALLOWED.fullmatch(told["error_description"]), told
        assert response.headers["Cache-Control"] == "no-store"
    else:
        assert response.mimetype == "text/html" and "<h1" in response.text


GOOD = [("auth", path) for path in ("/authorize", "/login", "/consent", "/logout", "/apps/withdraw", "/introspect")]
GOOD += [("bank", "/accounts/<account_id>/transactions"), ("budget", "/transfers"), ("budget", "/connect")]


@pytest.mark.parametrize(("party", "path"), GOOD)
def test_without_a_fault_the_request_does_its_work(parties: Parties, party: str, path: str) -> None:
    """Or else the faults below would be refused for another reason."""
    rule = [rule for rule in parties.apps[party].url_map.iter_rules() if rule.rule == path][-1]
    response = send(parties, party, rule, next(one_fault_each([])))
    assert response.status_code in (200, 303) and "error=" not in response.headers.get("Location", "")


@pytest.mark.parametrize("party", ORIGINS)
@pytest.mark.parametrize("host", ["", "x", "\xe9", "a" * 5000, "[", "auth.localhost:9000:1", '"><script>', "a b", "@"])
def test_wrong_host_is_told_the_right_address(parties: Parties, party: str, host: str) -> None:
    response = parties.send(party, "GET", "/", environ_overrides={"HTTP_HOST": host})
    assert response.status_code == 421 and f'href="{ORIGINS[party]}/"' in response.text


@pytest.mark.parametrize("party", ORIGINS)
def test_one_fault_is_refused_in_good_order(parties: Parties, party: str) -> None:
    for rule in parties.apps[party].url_map.iter_rules():
        for odd in one_fault_each(parties.good(party, rule.rule)):
            in_good_order(send(parties, party, rule, odd), party, rule.rule)


@pytest.mark.parametrize("party", ORIGINS)
def test_several_faults_are_refused_in_good_order(parties: Parties, party: str) -> None:
    for rule in parties.apps[party].url_map.iter_rules():
        hammer(parties, party, rule)


def hammer(parties: Parties, party: str, rule: Rule) -> None:
    """Send one endpoint its share of odd requests."""

    @tried(25)
    @given(odd_requests)
    def holds(odd: Odd) -> None:
        in_good_order(send(parties, party, rule, odd), party, rule.rule)

    holds()


@pytest.mark.parametrize("grant_type", ["authorization_code", "refresh_token"])
def test_refused_token_request_consumes_nothing(parties: Parties, grant_type: str) -> None:
    """RFC 6749 §4.1.3-4."""
    code_form = {"code_verifier": VERIFIER, "redirect_uri": f"{ORIGINS['budget']}/callback"}

    @tried(120)
    @given(changed=odd_pairs)
    def holds(changed: list[tuple[str, str, str]]) -> None:
        if grant_type == "authorization_code":
            form = code_form | {"code": parties.world.code(scope=parties.scope)}
        else:
            form = {"refresh_token": parties.tokens()["refresh_token"], "scope": "balance:read"}
        form |= {"grant_type": grant_type}
        body = parties.changed(form, changed)
        refused = parties.send("auth", "POST", "/token", data=body, content_type=FORM, headers=BUDGET)
        in_good_order(refused, "auth", "/token")
        if refused.status_code != 200:
            assert parties.send("auth", "POST", "/token", data=form, headers=BUDGET).status_code == 200, body

    holds()


ODD_NUMBERS = [0, -1, 1.0, 1e400, float("nan"), True, 10**30, 10**9 + 1, "1", "9" * 5000]
ODD_TEXTS = ["", "\0", "\ud800", "\u202e", "a" * 5000, "<script>", "../x", "alice-current", "a\nb", "{}"]
ODD_VALUES = [*ODD_NUMBERS, *ODD_TEXTS, None, [], {}, ["x"], [None], {"a": [1]}, [["x"]], ["\ud800"], [CALLBACK] * 11]
json_values = st.sampled_from(ODD_VALUES) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


def written(members: dict[str, Any], changed: dict[str, Any], twice: bool) -> str:
    """Return JSON in which the changed members stand, after the good ones of the same name where `twice` says so."""
    if twice and changed:
        return json.dumps(members)[:-1] + ", " + json.dumps(changed)[1:]
    return json.dumps(members | changed)


def changes(names: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from([*names, "", "\ud800", "unknown"]), json_values, min_size=1, max_size=2)


ORDER = {"from_account": "alice-current", "to_account": "bob-current", "amount": 100, "reference": "tea"}
METADATA = {
    "client_name": "A client",
    "redirect_uris": [CALLBACK],
    "grant_types": ["authorization_code"],
    "response_types": ["code"],
    "scope": "balance:read",
    "token_endpoint_auth_method": "none",
    "application_type": "web",
}


Try = Callable[[dict[str, Any], bool], None]


def with_odd_members(good: dict[str, Any], holds: Try) -> None:
    """Try every member with every odd value, then several at once."""
    for name in good:
        for value in ODD_VALUES:
            holds({name: value}, False)
    tried(200)(given(changes(list(good)), st.booleans())(lambda changed, twice: holds(changed, twice)))()


def test_odd_client_metadata_is_refused_or_can_be_used(parties: Parties) -> None:
    """RFC 7591 §3.2.2-1: what is registered all the same is shown to the user without harm."""

    def holds(changed: dict[str, Any], twice: bool) -> None:
        body = written(METADATA, changed, twice)
        answer = parties.send("auth", "POST", "/register", data=body, content_type="application/json")
        in_good_order(answer, "auth", "/register")
        if answer.status_code != 201:
            assert answer.get_json()["error"] in ("invalid_client_metadata", "invalid_redirect_uri")
            return
        client = answer.get_json()
        uri = next(iter(client["redirect_uris"]), CALLBACK)
        page = parties.world.authorize(client_id=client["client_id"], redirect_uri=uri, scope="balance:read")
        assert page.status_code in (200, 303, 400), body

    parties.session_of("auth")
    with_odd_members(METADATA, holds)


def test_refused_transfer_moves_no_cent(parties: Parties) -> None:
    """RFC 6749 §7."""

    def holds(changed: dict[str, Any], twice: bool) -> None:
        before = parties.balances()
        body = written(ORDER, changed, twice)
        headers = {"Authorization": f"Bearer {parties.token}", "Idempotency-Key": digest(body)}
        answer = parties.send("bank", "POST", "/transfers", data=body, content_type="application/json", headers=headers)
        in_good_order(answer, "bank", "/transfers")
        assert answer.status_code < 400 or parties.balances() == before, body
        assert sum(map(int, parties.balances().values())) == sum(map(int, before.values()))

    with_odd_members(ORDER, holds)
