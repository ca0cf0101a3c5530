"""The four parties wired to one another in one process, each the real one."""

import re
from typing import Any
from urllib.parse import quote_plus, urlsplit

import requests
from flask import Flask
from requests.adapters import BaseAdapter
from werkzeug.test import Client, TestResponse

import client_app
import client_app.config
import resource_server
import resource_server.config
import spa
import spa.config
from tests.support.world import VERIFIER, World, basic

ORIGINS = {
    "auth": "http://auth.localhost:9000",
    "bank": "http://bank.localhost:9001",
    "budget": "http://budget.localhost:9002",
    "balance": "http://balance.localhost:9003",
}
COOKIES = {"auth": "bankid_session", "budget": "budget_session"}

NO_LIMITS: dict[str, Any] = dict.fromkeys(
    ("registrations_per_hour", "failed_sign_ins_per_user", "failed_client_secrets"), 10**9
)


class InProcess(BaseAdapter):
    """Carries a party's requests to the application of another, without a network."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.client = Client(app, use_cookies=False)

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        answer = self.client.open(
            request.path_url,
            method=request.method,
            base_url="{0.scheme}://{0.netloc}".format(urlsplit(str(request.url))),
            headers=dict(request.headers),
            data=request.body,
        )
        response = requests.Response()
        response.status_code, response.url, response._content = answer.status_code, str(request.url), answer.data
        response.headers.update(dict(answer.headers))
        return response

    def close(self) -> None:
        """Nothing is open."""


class Parties:
    """All four, with Alice signed in at Bank ID and connected in Budget."""

    def __init__(self, redis_url: str) -> None:
        self.world = World(redis_url, **NO_LIMITS)
        reached = requests.Session()
        shared: dict[str, Any] = {"redis_url": redis_url, "redis_username": "default"}
        known = {"introspection_secret": "bank's secret", "redis_password": "any"}
        bank = resource_server.config.Settings(resource=ORIGINS["bank"], **(shared | known))
        secrets = {"client_secret": "budget's secret: 100%", "secret_key": "test"}
        clock: dict[str, Any] = {"clock": lambda: self.world.time, "http": reached}
        self.apps = {
            "auth": self.world.app,
            "bank": resource_server.create_app(bank, **clock),
            "budget": client_app.create_app(client_app.config.Settings(**(shared | secrets)), **clock),
            "balance": spa.create_app(spa.config.Settings(**shared), **clock),
        }
        for party, app in self.apps.items():
            reached.mount(ORIGINS[party], InProcess(app))
        self.browser = Client(self.apps["budget"])
        self.senders = {party: Client(app, use_cookies=False) for party, app in self.apps.items()}
        self.scope = "balance:read transactions:read transfers:write offline_access"
        self.world.code(scope=self.scope)  # Alice's consent is remembered from here on
        self.token = str(self.tokens()["access_token"])

    def tokens(self) -> dict[str, Any]:
        return dict(self.world.redeem(self.world.code(scope=self.scope)).get_json())

    def send(self, party: str, method: str, path: str, **options: Any) -> TestResponse:
        answer = self.senders[party].open(path, method=method, base_url=ORIGINS[party], **options)
        assert answer.data is not None  # read, so that a file that is served can be closed
        answer.close()
        return answer

    def session_of(self, party: str) -> tuple[str, str]:
        """Return the cookie of a browser that is signed in, or connected, and its form token."""
        jar, path = (self.world.browser, "/logout") if party == "auth" else (self.browser, "/transfers")
        begin = self.world.sign_in if party == "auth" else self.connect
        for _ in range(2):
            page = jar.get(path, base_url=ORIGINS[party])
            field = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
            if field:
                break
            begin()  # an earlier request ended the session
        cookie = jar.get_cookie(COOKIES[party], f"{party}.localhost")
        return (f"{COOKIES[party]}={cookie.value}", field.group(1)) if cookie and field else ("", "")

    def connect(self) -> None:
        begun = self.browser.get("/connect?with=transfers:write", base_url=ORIGINS["budget"])
        agreed = self.world.ask("GET", begun.headers["Location"].removeprefix(ORIGINS["auth"]))
        self.browser.get(agreed.headers["Location"].removeprefix(ORIGINS["budget"]), base_url=ORIGINS["budget"])

    def changed(self, good: dict[str, str], changes: list[tuple[str, str, str]]) -> str:
        """Return the good parameters with the changes made to them; "" stands for one of the good ones."""
        pairs = [(name, quote_plus(value)) for name, value in good.items()]
        for position, (chosen, how, value) in enumerate(changes):
            name = chosen or list(good or {"x": ""})[(len(value) + position) % max(1, len(good))]
            if how != "twice":
                pairs = [pair for pair in pairs if pair[0] != name]
            if how != "drop":
                pairs.append((name, value))
        return "&".join(f"{name}={value}" for name, value in pairs)

    def balances(self) -> dict[str, str]:
        return dict(self.world.redis.hgetall("bank:balances"))

    def credentials(self, party: str, path: str) -> str:
        """Return an Authorization header that is in order, "" where there should be none."""
        if party == "bank":
            return f"Bearer {self.token}"
        return basic("bank", "bank's secret")["Authorization"] if path == "/introspect" else ""

    def good(self, party: str, path: str) -> dict[str, str]:
        """Return parameters with which the endpoint would do its work, where it has any."""
        parameters = dict(self.world.request("balance", scope="balance:read"))
        consent = parameters | {"requested_scope": "balance:read", "decision": "allow"}
        code = {"grant_type": "authorization_code", "code": "x", "code_verifier": VERIFIER, "client_id": "balance"}
        known: dict[tuple[str, str], dict[str, str]] = {
            ("auth", "/authorize"): parameters,
            ("auth", "/consent"): consent,
            ("auth", "/login"): {"username": "alice", "password": "looking-glass", "next": "/authorize?client_id=x"},
            ("auth", "/logout"): {"next": "/authorize?client_id=budget"},
            ("auth", "/apps/withdraw"): {"client_id": "balance"},
            ("auth", "/token"): code | {"redirect_uri": parameters["redirect_uri"]},
            ("auth", "/revoke"): {"token": "x", "client_id": "balance", "token_type_hint": "x"},
            ("auth", "/introspect"): {"token": "x"},
            ("bank", "/accounts/<account_id>/transactions"): {"limit": "1", "cursor": "2"},
            ("budget", "/callback"): {"code": "x", "state": "x", "iss": ORIGINS["auth"], "error": ""},
            ("budget", "/connect"): {"with": "transfers:write"},
            ("budget", "/leave"): {"to": "https://www.rfc-editor.org/info/rfc6749"},
            ("balance", "/leave"): {"to": "https://www.rfc-editor.org/info/rfc6749"},
            ("budget", "/transfers"): {"amount": "1.00", "to_account": "bob-current", "reference": "x", "once": "x"},
        }
        return known.get((party, path), {})
