"""Balance, a public client: what it believes of what comes back."""

from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.balance_world import Balance, is_connected, is_refused
from tests.support.stops import stops
from tests.support.world import WrongAnswer


def nothing_was_redeemed(balance: Balance) -> None:
    if balance.asked("/token"):
        raise WrongAnswer("expected no token request, and there was one")


@stops("js.stateBelongsToThisTab")
def test_a_state_that_is_not_this_tabs_is_refused(balance: Balance) -> None:
    """(RFC 6749 §10.12-1)"""
    tab, asked = balance.leave()
    for state in ("a-foreign-state", asked["state"].swapcase(), "length", "", None):
        tab.goto(balance.answer(asked, state=state))
        is_refused(tab, f"state: {'(missing)' if state is None else state}")
    nothing_was_redeemed(balance)
    tab.goto(balance.answer(asked))
    is_connected(tab)


@stops("js.stateBelongsToThisTab")
def test_an_answer_to_another_tab_is_refused_and_ends_no_flow(balance: Balance) -> None:
    """(RFC 6749 §10.12-1; RFC 9700 §2.1.1-2)"""
    first, asked_by_first = balance.leave()
    second, asked_by_second = balance.leave()
    first.goto(balance.answer(asked_by_second))
    is_refused(first, f"state: {asked_by_second['state']}")
    nothing_was_redeemed(balance)
    second.goto(balance.answer(asked_by_second))
    first.goto(balance.answer(asked_by_first))
    is_connected(second)
    is_connected(first)


@stops("js.stateBelongsToThisTab")
def test_an_answer_is_taken_once(balance: Balance) -> None:
    """(RFC 6749 §10.12-1)"""
    tab, asked = balance.leave()
    answer = balance.answer(asked)
    tab.goto(answer)
    is_connected(tab)
    tab.goto(answer)
    is_refused(tab, f"state: {asked['state']}")
    assert len(balance.asked("/token")) == 1


@stops("js.stateBelongsToThisTab")
def test_an_answer_that_nobody_asked_for_is_refused(balance: Balance) -> None:
    """(RFC 6749 §10.12-1)"""
    is_refused(balance.open("/callback?code=mallorys"), "state: (missing)")
    nothing_was_redeemed(balance)


@stops("js.issuerIsTheOneWeAsked")
def test_an_answer_of_another_issuer_is_refused(balance: Balance) -> None:
    """(RFC 9207 §2.4-1, §2.4-2)"""
    tab = balance.open()
    for iss in ("http://attacker.localhost:9009", f"{balance.auth.issuer}/", "", None):
        balance.auth.told["iss"] = iss
        is_refused(balance.connect(tab), f"iss: {'(missing)' if iss is None else iss}")
        nothing_was_redeemed(balance)


def test_whoever_watches_is_told_by_what_an_answer_was_refused_and_not_what_was_in_it(balance: Balance) -> None:
    """(RFC 6749 §10.12-1; RFC 9207 §2.4-1)"""
    tab, asked = balance.leave()
    answer = balance.answer(asked)
    code = parse_qs(urlsplit(answer).query)["code"][0]
    for changed, by in ({"state": "a-foreign-state"}, "state"), ({"iss": "http://attacker.localhost:9009"}, "iss"):
        with tab.expect_request("**/.wire/notes") as note:
            tab.goto(balance.answer(asked, code=code, **changed))
        noted: Any = note.value.post_data_json
        assert noted["details"] == {
            "refused_by": by,
            "code_sha256": sha256(code.encode()).hexdigest(),
        }


def test_a_server_that_promises_no_issuer_may_leave_it_out(balance: Balance) -> None:
    """Where the metadata promise no `iss`, its absence says nothing (RFC 9207 §2.4)."""
    del balance.auth.metadata["authorization_response_iss_parameter_supported"]
    balance.auth.told["iss"] = None
    is_connected(balance.connect())


def test_an_answer_that_says_a_thing_twice_is_refused(balance: Balance) -> None:
    """Response parameters come once each (RFC 6749 §3.1)."""
    tab, asked = balance.leave()
    for name in ("state", "iss", "code"):
        tab.goto(balance.answer(asked) + f"&{name}=another")
        is_refused(tab, f"{name}: (2 times)")
    nothing_was_redeemed(balance)


def test_unknown_parameters_and_members_are_ignored(balance: Balance) -> None:
    """(RFC 6749 §4.1.2-5, §5.1-3)"""
    balance.auth.told |= {"foo": "1", "error": "", "__proto__": "x"}
    balance.auth.token |= {"moon_phase": "full", "refresh_token": "unasked", "token": None}
    is_connected(balance.connect())


@stops("js.tokenTypeIsUnderstood")
def test_a_token_type_that_is_not_understood_is_not_used(balance: Balance) -> None:
    """(RFC 6749 §7.1-1)"""
    tab = balance.open()
    for token_type in ("mac", "magic", ""):
        balance.auth.token["token_type"] = token_type
        is_refused(balance.connect(tab), f"token_type: {token_type}")
    assert not [sent for sent in balance.wire if sent.party == "bank"]


def test_the_token_type_is_understood_in_any_case(balance: Balance) -> None:
    """The value is case insensitive (RFC 6749 §5.1)."""
    for token_type in ("bearer", "BEARER"):
        balance.auth.token["token_type"] = token_type
        is_connected(balance.connect())


def test_what_the_owner_did_not_grant_is_not_asked_for(balance: Balance) -> None:
    """The answer names the scope where it is less than was asked (RFC 6749 §3.3)."""
    balance.auth.token = {"token_type": "Bearer", "scope": "balance:read"}
    tab = balance.connect()
    is_connected(tab)
    assert tab.get_by_text("You did not let Balance see these.").is_visible()
    assert tab.get_by_text("Bank ID did not say").is_visible()  # when the token expires
    assert not balance.asked("/accounts/alice-current/transactions")


def test_an_answer_without_a_token_is_none(balance: Balance) -> None:
    """`access_token` and `token_type` are required, in a JSON object (RFC 6749 §5.1)."""
    tab = balance.open()
    answers: list[tuple[Any, str]] = [
        (None, "null"),
        ({"token_type": "Bearer"}, "access_token: (missing)"),
        ([], "token_type: undefined"),
    ]
    for answer, raw in answers:
        balance.auth.refusal = (200, answer)
        is_refused(balance.connect(tab), raw)
    assert not [sent for sent in balance.wire if sent.party == "bank"]


def test_a_code_beside_an_error_is_not_redeemed(balance: Balance) -> None:
    """An error response is no success, whatever else it says (RFC 6749 §4.1.2.1)."""
    balance.auth.told["error"] = "server_error"
    is_refused(balance.connect(), "error: server_error")
    nothing_was_redeemed(balance)
