"""Budget, a confidential client: what it asks, what it believes, and what it never lets out."""

import hashlib
import re
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
import requests
from werkzeug.test import Client, TestResponse

from client_app import create_app
from client_app.config import Settings
from tests.stub_parties import AUTH, BANK, StubAuthorizationServer, StubBank, parameters_of

BUDGET = "http://budget.localhost:9002"
FORMS = ["/transfers", "/empty-the-account", "/disconnect"]


class Budget:
    """The running client between a stub authorization server and a stub bank, and browsers to visit it with."""

    def __init__(self, redis_url: str) -> None:
        redis.Redis.from_url(redis_url).flushdb()
        self.time = 1_800_000_000.0
        self.auth = StubAuthorizationServer()
        self.bank = StubBank(self.auth)
        http = requests.Session()
        http.mount(AUTH, self.auth)
        http.mount(BANK, self.bank)
        settings = Settings(
            origin=BUDGET,
            issuer=AUTH,
            bank=BANK,
            client_secret="s3cret",
            secret_key="test",
            redis_url=redis_url,
            redis_username="default",
        )
        self.app = create_app(settings, clock=lambda: self.time, http=http)
        self.browser = Client(self.app)
        self.seen: list[TestResponse] = []

    def get(self, path: str, browser: Client | None = None) -> TestResponse:
        return self.keep((browser or self.browser).get(path, base_url=BUDGET))

    def post(self, path: str, **form: str) -> TestResponse:
        return self.keep(self.browser.post(path, data=form, base_url=BUDGET))

    def keep(self, response: TestResponse) -> TestResponse:
        self.seen.append(response)
        return response

    def request(self, browser: Client | None = None) -> str:
        """Begin a connection; return where the browser is sent."""
        response = self.get("/connect", browser)
        assert response.status_code == 303, response.text
        return response.headers["Location"]

    def connect(self, **changes: str | None) -> TestResponse:
        """Begin a connection and let the authorization server say yes."""
        return self.get(self.auth.allow(self.request(), **changes))

    def connected(self) -> None:
        """Hold that there is a connection, and that it opens the account."""
        page = self.get("/")
        assert page.status_code == 200
        assert "4,182" in page.text, page.text

    def form_token(self) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/").text)
        assert found
        return found.group(1)


@pytest.fixture
def budget(valkey: str) -> Budget:
    return Budget(valkey)


def stopped(budget: Budget, response: TestResponse, status: int) -> None:
    """The person reads a page; no code was traded and nothing was asked of the bank."""
    assert response.status_code == status, response.text
    assert "Location" not in response.headers
    assert budget.auth.forms("authorization_code") == []
    assert budget.bank.asked == []


@pytest.mark.parametrize("state", [None, "", "guessed"])
def test_a_callback_without_our_state_is_thrown_away(budget: Budget, state: str | None) -> None:
    """A forged callback trades no code (RFC 6749 §10.12-1)."""
    stopped(budget, budget.connect(state=state), 400)


def test_a_callback_of_another_browser_is_thrown_away(budget: Budget) -> None:
    """An attacker's own answer does not connect the victim's browser, yet connects his (RFC 6749 §10.12-1)."""
    attacker = Client(budget.app)
    answer = budget.auth.allow(budget.request(attacker))
    budget.request()  # the victim has a request of her own on its way
    stopped(budget, budget.get(answer), 400)
    assert budget.get(answer, attacker).status_code == 303


def test_a_callback_that_comes_too_late_is_thrown_away(budget: Budget) -> None:
    """A request that was never answered does not wait for ever (RFC 6749 §10.12-1)."""
    answer = budget.auth.allow(budget.request())
    budget.time += 600
    stopped(budget, budget.get(answer), 400)


def test_a_callback_counts_once(budget: Budget) -> None:
    """The same answer again is nobody's (RFC 6749 §10.12-1)."""
    answer = budget.auth.allow(budget.request())
    assert budget.get(answer).status_code == 303
    assert budget.get(answer).status_code == 400
    assert len(budget.auth.forms("authorization_code")) == 1


@pytest.mark.parametrize("iss", ["http://attacker.localhost:9666", f"{AUTH}/", AUTH.upper(), ""])
def test_an_answer_of_another_issuer_is_thrown_away(budget: Budget, iss: str) -> None:
    """Issuers are compared as strings, character by character (RFC 9207 §2.4-1)."""
    stopped(budget, budget.connect(iss=iss), 400)


def test_a_promised_issuer_must_be_there(budget: Budget) -> None:
    """Who promises `iss` and leaves it out did not answer (RFC 9207 §2.4-2)."""
    stopped(budget, budget.connect(iss=None), 400)


def test_an_error_of_another_issuer_is_not_believed(budget: Budget) -> None:
    """The issuer is compared before an error is read, too (RFC 9207 §2.4-1)."""
    response = budget.connect(code=None, error="access_denied", iss="http://attacker.localhost:9666")
    stopped(budget, response, 400)
    assert "access_denied" not in response.text


def test_an_issuer_that_nobody_promised_may_be_missing(budget: Budget) -> None:
    """A server without `iss` is still one to work with (RFC 9207 §2.4-2)."""
    del budget.auth.metadata["authorization_response_iss_parameter_supported"]
    assert budget.connect(iss=None).status_code == 303


@pytest.mark.parametrize("methods", [[], ["plain"]])
def test_a_server_without_pkce_is_not_used(budget: Budget, methods: list[str]) -> None:
    """Who does not promise `S256` might ignore our challenge (RFC 9700 §2.1.1)."""
    budget.auth.metadata["code_challenge_methods_supported"] = methods
    stopped(budget, budget.get("/connect"), 502)


@pytest.mark.parametrize("issuer", ["http://attacker.localhost:9666", f"{AUTH}/"])
def test_metadata_of_another_issuer_is_not_used(budget: Budget, issuer: str) -> None:
    """A description that names somebody else sends the browser nowhere (RFC 8414 §3.3-1)."""
    budget.auth.metadata["issuer"] = issuer
    stopped(budget, budget.get("/connect"), 502)


def test_a_token_of_an_unknown_type_is_not_used(budget: Budget) -> None:
    """The bank is not asked with a kind of token that we do not know (RFC 6749 §7.1-1)."""
    budget.auth.token["token_type"] = "magic"
    assert budget.connect().status_code == 502
    assert budget.get("/").status_code == 200
    assert budget.bank.asked == []


def test_the_token_type_has_no_case(budget: Budget) -> None:
    """`bearer` is `Bearer` (RFC 6749 §7.1-1)."""
    budget.auth.token["token_type"] = "bEaReR"
    budget.connect()
    budget.connected()


def test_unknown_members_of_a_token_response_are_ignored(budget: Budget) -> None:
    """What we do not know does not disturb us (RFC 6749 §5.1-3)."""
    budget.auth.token |= {"foo": 1, "bar": {"baz": None}}
    assert budget.connect().status_code == 303
    budget.connected()


def test_unknown_parameters_of_a_callback_are_ignored(budget: Budget) -> None:
    """What we do not know does not disturb us (RFC 6749 §4.1.2-5)."""
    assert budget.connect(foo="1", session_state="2").status_code == 303
    budget.connected()


def test_the_code_leaves_the_address_bar(budget: Budget) -> None:
    """A callback ends on a clean address, without a word from elsewhere (RFC 6749 §3.1.2.5-1)."""
    response = budget.connect()
    assert response.status_code == 303
    assert response.headers["Location"] in ("/", f"{BUDGET}/")
    for answer in (response, budget.get("/"), budget.get("/callback")):
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert not re.search(r'(?:src|<link[^>]* href)="(?:https?:)?//', answer.text)


def test_every_request_has_a_fresh_s256_challenge(budget: Budget) -> None:
    """Verifiers are long, of the right letters, and never the same (RFC 7636 §4.1-1, RFC 7636 §4.2-1)."""
    requested = [budget.request() for _ in range(4)]
    for location in requested:
        assert budget.get(budget.auth.allow(location)).status_code == 303
    verifiers = [form["code_verifier"] for form in budget.auth.forms("authorization_code")]
    assert len(set(verifiers)) == len({parameters_of(location)["state"] for location in requested}) == 4
    for location, verifier in zip(requested, verifiers, strict=True):
        assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", verifier)
        asked = parameters_of(location)
        assert asked["code_challenge_method"] == "S256"
        expected = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        assert asked["code_challenge"] == expected


def test_crossed_tabs_do_not_connect(budget: Budget) -> None:
    """A code goes with the verifier of its own request only (RFC 9700 §2.1.1-2)."""
    one, other = budget.request(), budget.request()
    states = parameters_of(one)["state"], parameters_of(other)["state"]
    assert budget.get(budget.auth.allow(one, state=states[1])).status_code == 502
    assert budget.get(budget.auth.allow(other, state=states[0])).status_code == 502
    assert budget.auth.access_tokens == []
    assert "Connect your bank" in budget.get("/").text


def test_two_tabs_may_finish_in_any_order(budget: Budget) -> None:
    """Each tab has a request of its own (RFC 9700 §2.1.1-2)."""
    answers = [budget.auth.allow(budget.request()) for _ in range(2)]
    assert [budget.get(answer).status_code for answer in reversed(answers)] == [303, 303]
    budget.connected()


@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_its_token_does_nothing(budget: Budget, path: str) -> None:
    """Another site cannot spend our user's cookie (RFC 10017 §6.1.3.3-1)."""
    budget.connect()
    asked = len(budget.auth.asked), len(budget.bank.asked)
    form = {"to_account": "bob-current", "amount": "1"}
    for token in ({}, {"csrf_token": ""}, {"csrf_token": "guessed"}):
        assert budget.post(path, **form, **token).status_code == 403
    assert (len(budget.auth.asked), len(budget.bank.asked)) == asked
    budget.connected()


@pytest.mark.parametrize("path", FORMS)
def test_a_form_token_of_another_browser_does_nothing(budget: Budget, path: str) -> None:
    """The attacker's own form token is of no use to him (RFC 10017 §6.1.3.3-1)."""
    budget.connect()
    token = budget.form_token()
    budget.browser = Client(budget.app)
    budget.connect()
    assert budget.post(path, csrf_token=token).status_code == 403
    budget.connected()


def test_a_form_with_its_token_gives_the_key_back(budget: Budget) -> None:
    """Our own form works, and revokes the refresh token (RFC 10017 §6.1.3.3-1, RFC 7009 §2.1)."""
    budget.connect()
    assert budget.post("/disconnect", csrf_token=budget.form_token()).status_code == 303
    assert str(budget.auth.asked[-1].url) == f"{AUTH}/revoke"
    assert f"token={budget.auth.refresh_tokens[-1]}" in str(budget.auth.asked[-1].body)


def test_the_session_cookie_stays_with_us(budget: Budget) -> None:
    """No script reads it, no other host gets it (RFC 10017 §6.1.3.2-1)."""
    cookies = budget.get("/connect").headers.getlist("Set-Cookie")
    assert len(cookies) == 1
    name, *attributes = cookies[0].split("; ")
    assert name.startswith("budget_session=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes)
    assert not any(attribute.lower().startswith("domain") for attribute in attributes)


def test_the_session_is_renewed_at_sign_in(budget: Budget) -> None:
    """A planted session number is worth nothing afterwards (RFC 6819 §4.4.1.6)."""
    location = budget.request()
    planted = budget.browser.get_cookie("budget_session", "budget.localhost")
    assert planted
    budget.get(budget.auth.allow(location))
    attacker = Client(budget.app)
    attacker.set_cookie("budget_session", planted.value, domain="budget.localhost")
    assert "Connect your bank" in budget.get("/", attacker).text
    budget.connected()


@pytest.mark.parametrize(
    "to",
    [
        "",
        "http://attacker.localhost:9666",
        "//attacker.localhost",
        "/\\attacker.localhost",
        "https://www.rfc-editor.org.attacker.localhost/info/rfc6749",
        "https://www.rfc-editor.org@attacker.localhost/info/rfc6749",
        "https://www.rfc-editor.org/info/rfc6749/../../elsewhere",
        "javascript:alert(1)",
    ],
)
def test_nobody_is_led_elsewhere(budget: Budget, to: str) -> None:
    """We are no open redirector; a listed help page is fine (RFC 9700 §2.1-2)."""
    response = budget.browser.get("/leave", query_string={"to": to}, base_url=BUDGET)
    stopped(budget, response, 400)
    listed = "https://www.rfc-editor.org/info/rfc6749"
    assert budget.get(f"/leave?to={listed}").headers["Location"] == listed


def test_no_token_reaches_the_browser_or_an_address(budget: Budget) -> None:
    """Tokens are in no page, cookie or address; they travel in headers and bodies alone (RFC 6750 §5.3-2)."""
    budget.connect()
    budget.connected()
    budget.time += 300
    budget.connected()
    budget.get("/transfers")
    budget.post("/empty-the-account", csrf_token=budget.form_token())
    budget.post("/transfers", csrf_token=budget.form_token(), to_account="bob-current", amount="1")
    budget.post("/disconnect", csrf_token=budget.form_token())
    told = "\n".join(f"{answer.headers}{answer.text}" for answer in budget.seen)
    addresses = "\n".join(str(request.url) for request in budget.auth.asked + budget.bank.asked)
    used = {request.headers["Authorization"] for request in budget.bank.asked}
    assert used == {f"Bearer {token}" for token in budget.auth.access_tokens}
    assert len(used) == 2
    for secret in budget.auth.access_tokens + budget.auth.refresh_tokens + ["s3cret"]:
        assert secret not in told
        assert secret not in addresses


def test_two_requests_that_race_refresh_once(budget: Budget) -> None:
    """A refresh token is not used twice at once (RFC 6749 §6, RFC 9700 §4.14.2)."""
    budget.connect()
    cookie = budget.browser.get_cookie("budget_session", "budget.localhost")
    assert cookie
    tabs = [Client(budget.app) for _ in range(3)]
    for tab in tabs:
        tab.set_cookie("budget_session", cookie.value, domain="budget.localhost")
    budget.time += 300
    budget.auth.pause = 0.2
    with ThreadPoolExecutor(3) as pool:
        pages = list(pool.map(lambda tab: tab.get("/", base_url=BUDGET), tabs))
    assert [page.status_code for page in pages] == [200] * 3
    assert all("4,182" in page.text for page in pages)
    assert [form["refresh_token"] for form in budget.auth.forms("refresh_token")] == ["refresh-token-0"]


def test_a_no_is_shown_as_it_was_said(budget: Budget) -> None:
    """Who denies reads `access_denied`, and nothing is connected (RFC 6749 §4.1.2.1)."""
    response = budget.connect(code=None, error="access_denied", error_description="<b>no</b>")
    stopped(budget, response, 403)
    assert "access_denied" in response.text
    assert "<b>no</b>" not in response.text
    assert "Connect your bank" in budget.get("/").text
