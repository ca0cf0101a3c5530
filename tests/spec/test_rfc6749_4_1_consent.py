"""What the user decides, on which pages, and what is left of it (RFC 6749 §4.1.1, §10.2)."""

import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import TestResponse

from auth_server.defences import Defences
from auth_server.store import store
from tests.support.world import World, answered, basic, consent_form, sent_back, stopped_on_a_page, went_to

BANK = basic("bank", "bank's secret")


def posted(world: World, client: str = "budget", **changes: object) -> TestResponse:
    return world.ask("POST", "/authorize", data=world.request(client, **changes))


def next_of(answer: TestResponse) -> str:
    """Return the request to which the sign-in page will lead."""
    went_to(answer, "/login?")
    return parse_qs(urlsplit(answer.headers["Location"]).query)["next"][0]


def asked_again(world: World, answer: TestResponse) -> TestResponse:
    """Sign in where the answer leads, and go on with the request."""
    return world.ask("GET", world.sign_in(next=next_of(answer)).headers["Location"])


def apps_page(world: World) -> str:
    """Return the text of the page, without its marks."""
    return " ".join(re.sub("<[^>]+>", " ", answered(world.ask("GET", "/apps"), 200).text).split())


def test_request_by_post_without_a_session_is_made_again_by_get(world: World) -> None:
    """RFC 6749 §3.1-1: and whoever is signed in is not asked to sign in, for a GET brings the cookie."""
    answer = posted(world, state="a b&c")
    went_to(answer, "/authorize?")
    again = answer.headers["Location"]
    page = asked_again(world, world.ask("GET", again))
    stopped_on_a_page(world.ask("GET", again), 200)
    assert consent_form(page)["requested_scope"] == "balance:read offline_access"
    assert sent_back(world.decide(page))["state"] == "a b&c"


def test_session_lost_before_the_button_costs_a_sign_in_only(world: World) -> None:
    """RFC 6749 §4.1.1."""
    world.sign_in()
    page = world.authorize(scope="balance:read transactions:read", state="'\"<&>")
    world.browser.delete_cookie("bankid_session", domain="auth.localhost")
    again = asked_again(world, world.decide(page, scope=["balance:read"]))
    assert consent_form(again)["requested_scope"] == "balance:read transactions:read"
    assert sent_back(world.decide(again))["state"] == "'\"<&>"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_switching_users_keeps_the_request(world: World, method: str) -> None:
    """RFC 6749 §4.1.1."""
    world.sign_in()
    page = posted(world) if method == "POST" else world.authorize()
    target = re.search(r'name="next" value="([^"]+)"', page.text)
    assert target
    form = {"csrf_token": world.form_token(page), "next": target.group(1).replace("&amp;", "&")}
    signed_out = world.ask("POST", "/logout", data=form)
    page = world.ask("GET", world.sign_in("bob", "brass-lantern", next=next_of(signed_out)).headers["Location"])
    code = sent_back(world.decide(page))["code"]
    token = answered(world.redeem(code), 200).get_json()["access_token"]
    assert world.introspect(token)["sub"] == "bob"


def test_allowing_nothing_is_saying_no(world: World) -> None:
    """RFC 6749 §4.1.2.1-2."""
    world.sign_in()
    sent_back(world.decide(world.authorize(), scope=[]), "access_denied")


def test_without_offline_access_there_is_no_refresh_token(world: World) -> None:
    """RFC 6749 §3.3-1."""
    world.sign_in()
    code = sent_back(world.decide(world.authorize(), scope=["balance:read"]))["code"]
    tokens = answered(world.redeem(code), 200).get_json()
    assert "refresh_token" not in tokens and tokens["scope"] == "balance:read"


def test_form_cannot_add_a_scope_that_was_not_asked_for(world: World) -> None:
    """RFC 6749 §3.3-1."""
    world.sign_in()
    page = world.authorize(scope="balance:read")
    code = sent_back(world.decide(page, scope=["balance:read", "transfers:write"]))["code"]
    assert answered(world.redeem(code), 200).get_json()["scope"] == "balance:read"


def test_what_was_unticked_is_not_remembered(world: World) -> None:
    """RFC 6749 §10.2."""
    world.code(scope="balance:read")
    page = world.authorize(scope="balance:read transactions:read")
    sent_back(world.decide(page, scope=["transactions:read"]))
    stopped_on_a_page(world.authorize(scope="balance:read"), 200)


def test_signing_out_ends_the_session_on_the_server(world: World) -> None:
    """RFC 6749 §10.12."""
    world.sign_in()
    cookie = world.browser.get_cookie("bankid_session", "auth.localhost")
    assert cookie
    went_to(world.ask("POST", "/logout", data={"csrf_token": world.form_token(world.ask("GET", "/logout"))}), "/login")
    world.browser.set_cookie("bankid_session", cookie.value, domain="auth.localhost")
    went_to(world.ask("GET", "/apps"), "/login")


def test_session_lost_on_the_page_of_apps_leads_to_signing_in(world: World) -> None:
    """RFC 6749 §10.2."""
    went_to(world.ask("POST", "/apps/withdraw", data={"client_id": "budget"}), "/login")


@pytest.mark.parametrize("client", ["budget", "balance"])
def test_page_of_apps_says_when_each_last_used_its_access(world: World, client: str) -> None:
    """RFC 6749 §10.2."""
    tokens = answered(world.redeem(world.code(client), client), 200).get_json()
    assert "Read your balance" in apps_page(world) and "never yet" in apps_page(world)
    world.introspect(tokens["access_token"])
    assert "15 January 2027, 08:00 UTC" in apps_page(world)
    world.time += 3600
    assert world.introspect(tokens["access_token"]) == {"active": False}  # expired: nothing was used
    assert "08:00 UTC" in apps_page(world)
    tokens = answered(world.refresh(tokens["refresh_token"], client), 200).get_json()
    world.introspect(tokens["access_token"])
    assert "09:00 UTC" in apps_page(world)


def test_remembered_consent_is_shown_and_can_be_withdrawn(world: World) -> None:
    """RFC 6749 §10.2: also when no token is left."""
    tokens = answered(world.redeem(world.code(scope="balance:read")), 200).get_json()
    world.time += 3600
    sent_back(world.authorize(scope="balance:read"))
    world.time += 3600
    page = world.ask("GET", "/apps")
    assert "Withdraw access of Budget" in page.text
    form = {"csrf_token": world.form_token(page), "client_id": "budget"}
    went_to(world.ask("POST", "/apps/withdraw", data=form), "/apps")
    assert "Budget" not in world.ask("GET", "/apps").text
    stopped_on_a_page(world.authorize(scope="balance:read"), 200)
    assert world.introspect(tokens["access_token"]) == {"active": False}


def test_withdrawing_ends_tokens_and_family(world: World) -> None:
    """RFC 6749 §10.2."""
    tokens = answered(world.redeem(world.code("balance"), "balance"), 200).get_json()
    form = {"csrf_token": world.form_token(world.ask("GET", "/apps")), "client_id": "balance"}
    world.ask("POST", "/apps/withdraw", data=form)
    assert world.introspect(tokens["access_token"]) == {"active": False}
    answered(world.refresh(tokens["refresh_token"], "balance"), 400, "invalid_grant")


def test_values_from_outside_are_shown_as_text(world: World) -> None:
    """RFC 6749 §10.14-1."""
    evil = "\"'><script>x</script>"
    world.sign_in()
    pages = [
        world.authorize(client_id=evil),
        world.authorize(redirect_uri=evil),
        world.authorize(state=evil),
        world.sign_in(evil, "x"),
    ]
    for page in pages:
        assert "<script>x" not in page.text and "&gt;&lt;script&gt;x" in page.text


class WithdrawsInBetween(Defences):
    """Alice takes the consent back after it was read, and before the grant is written."""

    def new_code(self) -> str:
        """Withdraw, and go on as ever."""
        store.withdraw("alice", "budget")
        return super().new_code()


@pytest.mark.parametrize("by_form", [False, True])
def test_a_consent_withdrawn_in_between_buys_no_code(world: World, by_form: bool) -> None:
    """RFC 6749 §10.2: the request is shown anew instead, whether it was answered in silence or by the form."""
    world.code()
    page = world.authorize(scope="balance:read transfers:write") if by_form else None
    world.app.extensions["defences"] = WithdrawsInBetween()
    answer = world.decide(page) if page else world.authorize()
    world.app.extensions["defences"] = Defences()
    went_to(answer, "/authorize?")
    stopped_on_a_page(world.ask("GET", answer.headers["Location"]), 200)
    assert world.redis.keys("auth:code:*") and "Budget" not in apps_page(world)


def test_nothing_that_came_together_with_a_withdrawal_lives_after_it(world: World) -> None:
    """RFC 6749 §10.2."""
    world.code()

    def token(_: int) -> str:
        """Ask in silence and redeem at once; an empty text where nothing came of it."""
        location = world.authorize().headers.get("Location", "")
        code = parse_qs(urlsplit(location).query).get("code", [""])[0]
        return str(world.redeem(code).get_json().get("access_token", "")) if code else ""

    form = {"client_id": "budget", "csrf_token": world.form_token(world.ask("GET", "/apps"))}
    with ThreadPoolExecutor(12) as pool:
        for _ in range(6):
            tokens = [pool.submit(token, number) for number in range(12)]
            assert world.ask("POST", "/apps/withdraw", data=form).status_code == 303
            bought = [each.result() for each in tokens]
            assert not any(world.introspect(each)["active"] for each in bought if each)
            world.code()


def test_two_answers_at_once_are_both_remembered(world: World) -> None:
    """RFC 6749 §4.1.1: each form changes what it asked about, and nothing else."""
    world.sign_in()
    pages = [world.authorize(scope=scope) for scope in ("balance:read", "transactions:read", "transfers:write")]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(world.decide, pages))
    assert world.redis.get("auth:consent:alice:budget") == '["balance:read","transactions:read","transfers:write"]'
