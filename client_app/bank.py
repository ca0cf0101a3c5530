"""Budget's requests to the bank, each with the access token in the header (RFC 6750 §2.1)."""

import uuid
from typing import Any
from urllib.parse import quote

import requests

from client_app.authorization_server import http
from client_app.config import settings
from client_app.connections import now, refreshed
from client_app.errors import BankAway, BankRefused, BankUnable, ConnectionEnded
from client_app.models import Connection

Json = dict[str, Any]


def send(connection: Connection, method: str, path: str, **options: Any) -> requests.Response:
    """Send one request with the connection's token."""
    headers = {"Authorization": f"Bearer {connection.access_token}", **options.pop("headers", {})}
    url = f"{settings.bank}{path}"
    try:
        response = http.request(method, url, headers=headers, allow_redirects=False, **options)
    except requests.RequestException as problem:
        raise BankAway(asked=f"{method} {path}", error=type(problem).__name__) from problem
    if response.status_code >= 500:
        status = f"{response.status_code} {response.reason}"
        away = BankAway if "Retry-After" in response.headers else BankUnable
        raise away(asked=f"{method} {path}", status=status, body=response.text[:2000])
    return response


def call(connection: Connection, method: str, path: str, **options: Any) -> requests.Response:
    """Send a request; where the token has expired, before or on arrival, refresh it and send again, once."""
    if connection.has_expired(now()):
        connection = refreshed(connection)
    response = send(connection, method, path, **options)
    if is_refused(response):
        response = send(refreshed(connection), method, path, **options)
        if is_refused(response):
            raise ConnectionEnded(
                "The bank does not accept our key, though it is new. Connect again.", **BankRefused(response).raw
            )
    return response


def is_refused(response: requests.Response) -> bool:
    """Whether the bank does not know the token any more, or not yet (RFC 6750 §3.1)."""
    return response.status_code == 401 and "invalid_token" in response.headers.get("WWW-Authenticate", "")


def read(connection: Connection, path: str) -> Json:
    """GET a resource; anything but 200 is the bank's refusal."""
    response = call(connection, "GET", path)
    if response.status_code != 200:
        raise BankRefused(response)
    try:
        body = response.json()
    except ValueError as problem:
        raise BankAway("The bank gave us an answer that we cannot read.") from problem
    return body if isinstance(body, dict) else {}


def main_account(connection: Connection) -> Json:
    """Return the account that people mean: the current one, or else the first."""
    accounts: list[Json] = read(connection, "/accounts").get("accounts", [])
    if not accounts:
        raise BankAway("The bank knows no account of yours.")
    return next((account for account in accounts if "current" in account["id"]), accounts[0])


def balance(connection: Connection, account_id: str) -> Json:
    """Return the balance: `balance` in cents, `currency`, `as_of`."""
    return read(connection, f"/accounts/{quote(account_id)}/balance")


def transactions(connection: Connection, account_id: str, limit: int = 50) -> list[Json]:
    """Return the latest transactions, `amount` in signed cents."""
    entries: list[Json] = read(connection, f"/accounts/{quote(account_id)}/transactions?limit={limit}")["transactions"]
    return entries


def transfer(connection: Connection, order: Json, once: str | None = None) -> requests.Response:
    """Order a transfer, and hand back whatever the bank answers; `once` keeps a repeated form one transfer."""
    headers = {"Idempotency-Key": once or str(uuid.uuid4())}
    return call(connection, "POST", "/transfers", json=order, headers=headers)
