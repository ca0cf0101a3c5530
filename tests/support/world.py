"""A small world for the tests: the authorization server, its store and a clock that the test moves."""

import hashlib
import re
from base64 import b64encode, urlsafe_b64encode
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import redis
from werkzeug.datastructures import MultiDict
from werkzeug.test import Client, TestResponse

import auth_server
from auth_server.config import Settings
from auth_server.defences import Defences
from auth_server.features import Features

AUTH = "http://auth.localhost:9000"
BUDGET_CALLBACK = "http://budget.localhost:9002/callback"
BALANCE_CALLBACK = "http://balance.localhost:9003/callback"
VERIFIER = "a-verifier-of-the-tests-that-is-forty-three-characters-long"
CHALLENGE = urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


class WrongAnswer(AssertionError):
    """The status or the error was not the one that the standard asks for."""


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class World:
    """Requests in the words of the RFCs; every answer is a real one of the running application."""

    def __init__(
        self,
        redis_url: str,
        defences: Defences | None = None,
        *,
        forget: bool = True,
        features: Features | None = None,
        **settings: Any,
    ) -> None:
        self.time = 1_800_000_000.0
        self.redis: Any = redis.Redis.from_url(redis_url, decode_responses=True)
        if forget:
            self.redis.flushdb()
        chosen: dict[str, Any] = {
            "redis_url": redis_url,
            "redis_username": "default",
            "secret_key": "test",
            "budget_secret_sha256": digest("budget's secret: 100%"),
            "bank_secret_sha256": digest("bank's secret"),
            "argon2_memory": 8,
            "argon2_rounds": 1,
        }
        self.app = auth_server.create_app(
            Settings(**(chosen | settings)), defences, clock=lambda: self.time, features=features
        )
        self.hash_of = digest
        self.browser = Client(self.app)
        self.back_channel = Client(self.app, use_cookies=False)
        assert self.ask("GET", "/readyz").status_code == 200

    def ask(self, method: str, path: str, **options: Any) -> TestResponse:
        return self.browser.open(path, method=method, base_url=AUTH, **options)

    def form_token(self, page: TestResponse) -> str:
        field = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert field, page.text
        return field.group(1)

    def sign_in(self, username: str = "alice", password: str = "looking-glass", **fields: str) -> TestResponse:
        form = {"username": username, "password": password, "csrf_token": self.form_token(self.ask("GET", "/login"))}
        return self.ask("POST", "/login", data=form | fields)

    def request(self, client: str = "budget", **changes: Any) -> dict[str, Any]:
        """Return the parameters of an authorization request; None takes one away."""
        parameters: dict[str, Any] = {
            "response_type": "code",
            "client_id": client,
            "redirect_uri": BUDGET_CALLBACK if client == "budget" else BALANCE_CALLBACK,
            "scope": "balance:read offline_access",
            "state": "a-state",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in (parameters | changes).items() if value is not None}

    def authorize(self, client: str = "budget", **changes: Any) -> TestResponse:
        query = urlencode(self.request(client, **changes), doseq=True)
        return self.ask("GET", f"/authorize?{query}")

    def decide(self, page: TestResponse, decision: str = "allow", **changes: Any) -> TestResponse:
        """Press a button of the consent page."""
        form = consent_form(page) | {"decision": decision} | changes
        return self.ask("POST", "/consent", data={name: value for name, value in form.items() if value is not None})

    def code(self, client: str = "budget", **changes: Any) -> str:
        """Let Alice allow what is asked; return the code."""
        if self.ask("GET", "/apps").status_code != 200:
            self.sign_in()
        answer = self.authorize(client, **changes)
        if answer.status_code == 200:
            answer = self.decide(answer)
        return str(told_in(answer.headers["Location"])["code"])

    def token(self, client: str = "budget", secret: str | None = "budget's secret: 100%", **form: Any) -> TestResponse:
        """Make an access token request: Budget by HTTP Basic, a public client by its name."""
        headers = basic(client, secret) if client == "budget" and secret else {}
        body = form if headers else {"client_id": client} | form
        return self.post("/token", body, headers)

    def post(self, path: str, form: dict[str, Any], headers: dict[str, str] | None = None) -> TestResponse:
        sent = {name: value for name, value in form.items() if value is not None}
        return self.back_channel.post(path, data=sent, headers=headers or {}, base_url=AUTH)

    def redeem(self, code: str, client: str = "budget", **changes: Any) -> TestResponse:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": BUDGET_CALLBACK if client == "budget" else BALANCE_CALLBACK,
            "code_verifier": VERIFIER,
        }
        return self.token(client, **(form | changes))

    def refresh(self, refresh_token: str, client: str = "budget", **form: Any) -> TestResponse:
        return self.token(client, grant_type="refresh_token", refresh_token=refresh_token, **form)

    def introspect(self, token: str) -> dict[str, Any]:
        answer = self.post("/introspect", {"token": token}, basic("bank", "bank's secret"))
        answered(answer, 200)
        return dict(answer.get_json())

    def register(self, **metadata: Any) -> TestResponse:
        return self.back_channel.post("/register", json=metadata, base_url=AUTH)


def left_to_the_user(response: TestResponse, error: str) -> str:
    """Return the link with which a person takes `error` to a client that nobody here knows."""
    link = re.search(r'<a class="button" href="([^"]*)"', response.text)
    location = unescape(link.group(1)) if link else ""
    if response.status_code != 400 or "Location" in response.headers or told_in(location).get("error") != error:
        raise WrongAnswer(f"expected a page with {error}, got {response.status_code} {location} {response.text[:300]}")
    return location


def twice(name: str, *values: str) -> dict[str, Any]:
    """Return a parameter that is sent once with each of these values."""
    return {name: list(values)}


def consent_form(page: TestResponse) -> dict[str, Any]:
    """Return what the consent page would send: its hidden fields, and `scope` for every box that is ticked."""
    form = next((form for form in page.text.split("<form ")[1:] if 'action="/consent"' in form), "").split("</form>")[0]
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    ticked = re.findall(r'name="scope" value="([^"]+)" checked', form)
    sent = MultiDict((name, unescape(value)) for name, value in fields)
    return {name: values[0] if len(values) == 1 else values for name, values in sent.lists()} | {"scope": ticked}


def basic(name: str, secret: str) -> dict[str, str]:
    """HTTP Basic, id and secret form-encoded first (RFC 6749 §2.3.1)."""
    encoded = urlencode({"": name})[1:] + ":" + urlencode({"": secret})[1:]
    return {"Authorization": "Basic " + b64encode(encoded.encode()).decode()}


def answered(response: TestResponse, status: int, error: str | None = None) -> TestResponse:
    """Hold an answer against the status and the `error` that are due."""
    error_sent = (response.get_json(silent=True) or {}).get("error") if response.is_json else None
    if response.status_code != status or error_sent != error:
        raise WrongAnswer(f"expected {status} {error}, got {response.status_code} {error_sent}: {response.text[:300]}")
    return response


def stopped_on_a_page(response: TestResponse, status: int = 400) -> None:
    """The person is told, and sent nowhere."""
    if response.status_code != status or "Location" in response.headers:
        raise WrongAnswer(f"expected a page {status}, got {response.status_code} {response.headers.get('Location')}")


def sent_back(response: TestResponse, error: str | None = None) -> dict[str, str]:
    """Return the parameters of a redirect to a client, which carries `error` or none."""
    location = response.headers.get("Location", "")
    parameters = told_in(location)
    if response.status_code != 303 or parameters.get("error") != error or "callback" not in location:
        raise WrongAnswer(
            f"expected 303 with error {error}, got {response.status_code} {location} {response.text[:300]}"
        )
    return parameters


def told_in(location: str) -> dict[str, str]:
    """Return the parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def went_to(response: TestResponse, start: str) -> None:
    """The browser was sent to an address that begins so."""
    location = response.headers.get("Location", "")
    if response.status_code != 303 or not location.startswith(start):
        raise WrongAnswer(f"expected 303 to {start}, got {response.status_code} {location}")
