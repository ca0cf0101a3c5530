"""A small world for the tests of Budget: stubs of the authorization server and the bank, browsers, and a clock."""

import re
from typing import Any

import redis
import requests
from werkzeug.test import Client, TestResponse

from client_app import create_app
from client_app.config import Settings
from client_app.defences import Defences
from tests.support.stub_parties import AUTH, BANK, StubAuthorizationServer, StubBank
from tests.support.world import WrongAnswer

BUDGET = "http://budget.localhost:9002"
ATTACKER = "http://attacker.localhost:9666"
FORMS = ["/transfers", "/empty-the-account", "/disconnect"]
SECRET = "s3cret: 100%"


class Budget:
    """The running client between a stub authorization server and a stub bank, and browsers to visit it with."""

    def __init__(self, redis_url: str, defences: Defences | None = None, /, **settings: Any) -> None:
        redis.Redis.from_url(redis_url).flushdb()
        self.time = 1_800_000_000.0
        self.auth = StubAuthorizationServer()
        self.bank = StubBank(self.auth)
        http = requests.Session()
        http.mount(AUTH, self.auth)
        http.mount(BANK, self.bank)
        chosen = {
            "origin": BUDGET,
            "issuer": AUTH,
            "bank": BANK,
            "client_secret": SECRET,
            "secret_key": "test",
            "redis_url": redis_url,
            "redis_username": "default",
        }
        self.app = create_app(Settings(**(chosen | settings)), defences, clock=lambda: self.time, http=http)
        self.browser = Client(self.app)
        self.seen: list[TestResponse] = []

    def get(self, path: str, browser: Client | None = None, **query: str) -> TestResponse:
        return self.keep((browser or self.browser).get(path, base_url=BUDGET, query_string=query or None))

    def post(self, path: str, **form: str) -> TestResponse:
        return self.keep(self.browser.post(path, data=form, base_url=BUDGET))

    def keep(self, response: TestResponse) -> TestResponse:
        self.seen.append(response)
        return response

    def request(self, browser: Client | None = None) -> str:
        """Begin a connection; return where the browser is sent."""
        return sent_to(self.get("/connect", browser))

    def connect(self, **changes: str | None) -> TestResponse:
        """Begin a connection and let the authorization server say yes."""
        return self.get(self.auth.allow(self.request(), **changes))

    def connected(self, browser: Client | None = None) -> None:
        """Hold that there is a connection, and that it opens the account."""
        showed(self.get("/", browser), 200)
        showed(self.get("/transfers", browser), 200)
        assert "4,182" in self.get("/", browser).text

    def not_connected(self, browser: Client | None = None) -> None:
        """Hold that this browser has no connection."""
        showed(self.get("/transfers", browser), 409)
        assert "Connect your bank" in self.get("/", browser).text

    def form_token(self) -> str:
        field = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/").text)
        assert field
        return field.group(1)

    def stopped(self, response: TestResponse, status: int) -> None:
        """The person reads a page; no code was traded and nothing was asked of the bank."""
        showed(response, status)
        if self.auth.forms("authorization_code") or self.bank.asked:
            raise WrongAnswer(f"{status}, and yet a code was traded or the bank was asked")


def showed(response: TestResponse, status: int) -> None:
    """A page with this status, which leads nowhere by itself."""
    if response.status_code != status or "Location" in response.headers:
        location = response.headers.get("Location")
        raise WrongAnswer(f"expected a page {status}, got {response.status_code} {location}: {response.text[:300]}")


def sent_to(response: TestResponse) -> str:
    """Return where a redirect leads."""
    if response.status_code != 303:
        raise WrongAnswer(f"expected 303, got {response.status_code}: {response.text[:300]}")
    return response.headers["Location"]
