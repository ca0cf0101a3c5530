"""Requests with a good token that the bank cannot understand: the client's error, never ours (RFC 6750 §3.1)."""

from typing import Any

import pytest

from tests.support.bank_world import Bank, refused


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "limit=-1", "cursor=%00", "cursor=" + "9" * 99])
def test_a_page_that_cannot_be_is_an_invalid_request(bank: Bank, query: str) -> None:
    """Limits and cursors are whole numbers."""
    refused(bank.get(f"/accounts/alice-current/transactions?{query}"), 400, "invalid_request")


@pytest.mark.parametrize("amount", [True, 1.0, 1.5, "1", 0, -1, None, 10**30, [1]])
def test_an_amount_is_a_whole_number_of_cents(bank: Bank, amount: object) -> None:
    """Nothing but a positive integer is an amount."""
    refused(bank.pay(amount=amount), 400, "invalid_request")


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
def test_a_transfer_that_cannot_be_is_an_invalid_request(bank: Bank, changes: dict[str, Any]) -> None:
    """What cannot be stored or understood is refused, never a failure of ours."""
    refused(bank.pay(**changes), 400, "invalid_request")


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "\xff"])
def test_a_transfer_needs_an_idempotency_key(bank: Bank, key: str) -> None:
    """Without a usable key a transfer could happen twice."""
    refused(bank.pay(key), 400, "invalid_request")


@pytest.mark.parametrize(
    ("body", "mimetype", "status", "error"),
    [
        (b"\xff\xfe", "application/json", 400, "invalid_request"),
        (b"[" * 60_000, "application/json", 400, "invalid_request"),
        (b"[]", "application/json", 400, "invalid_request"),
        (b"1" * 5000, "application/json", 400, "invalid_request"),
        (b"{}", "text/plain", 415, "unsupported_media_type"),
        (b" " * 70_000, "application/json", 413, "request_too_large"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(bank: Bank, body: bytes, mimetype: str, status: int, error: str) -> None:
    """A hostile body is the client's error, never ours."""
    headers = {"Idempotency-Key": "k"}
    refused(bank.ask("POST", "/transfers", data=body, content_type=mimetype, headers=headers), status, error)


def test_unknown_paths_and_methods_are_refused_in_json(bank: Bank) -> None:
    """Programs read these answers, so all are JSON."""
    refused(bank.get("/nothing", None), 404, "not_found")
    answer = bank.ask("DELETE", "/accounts", None)
    refused(answer, 405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]
