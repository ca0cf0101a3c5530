"""What the bank does with a good token: accounts, statements, transfers (RFC 6749 §7)."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import redis

from sandbox.acl import ADMIN, acl_file
from sandbox.parties import PARTIES
from tests.support.bank_world import Bank, refused
from tests.support.embedded_valkey import running_valkey
from tests.support.world import answered


def test_a_customer_sees_her_own_accounts(bank: Bank) -> None:
    """The token stands for the customer who granted it (RFC 6749 §7)."""
    accounts = answered(bank.get("/accounts"), 200).get_json()["accounts"]
    assert [account["id"] for account in accounts] == ["alice-current", "alice-savings"]
    assert bank.get("/accounts/alice-current/balance").get_json() == {
        "account": "alice-current",
        "balance": 418255,
        "currency": "EUR",
        "as_of": "2027-01-15T08:00:00Z",
    }


def test_a_statement_is_read_page_by_page(bank: Bank) -> None:
    """Every entry comes once, newest first."""
    seen: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = answered(bank.get(f"/accounts/alice-current/transactions?limit=7{cursor}"), 200).get_json()
        seen += page["transactions"]
        cursor = f"&cursor={page['next']}" if page["next"] else None
    assert len(seen) == len({entry["id"] for entry in seen}) > 30
    assert [entry["at"] for entry in seen] == sorted((entry["at"] for entry in seen), reverse=True)
    assert {entry["category"] for entry in seen} == {"Home", "Food", "Travel", "Books", "Income"}


def test_a_transfer_is_made_once(bank: Bank) -> None:
    """The same key and body move nothing twice; another body is refused."""
    first, again = answered(bank.pay(), 201).get_json(), answered(bank.pay(), 201).get_json()
    assert first == again
    assert set(first) == {"id", "from_account", "to_account", "amount", "reference", "at"}
    assert bank.balance() == 418155
    assert bank.get("/accounts/alice-current/transactions").get_json()["transactions"][0]["amount"] == -100
    refused(bank.pay(amount=101), 422, "idempotency_key_reused")


def test_keys_of_two_customers_do_not_meet(bank: Bank) -> None:
    """An idempotency key belongs to the customer."""
    answered(bank.pay(), 201)
    bank.know("bobs", sub="bob")
    answered(bank.pay(token="bobs", from_account="bob-current", to_account="alice-current"), 201)


def test_an_account_is_never_overdrawn(bank: Bank) -> None:
    """However many ask at once, no cent is spent twice."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: bank.pay(f"k{n}", amount=100_000).status_code, range(8)))
    assert sorted(answers) == [201] * 4 + [409] * 4
    assert bank.balance() == 18255
    refused(bank.pay("k9", amount=18256), 409, "insufficient_funds")


def test_after_a_reset_the_books_are_as_at_the_start(bank: Bank, valkey: str) -> None:
    """Readiness means that the first books are there."""
    answered(bank.pay(), 201)
    redis.Redis.from_url(valkey).flushdb()
    answered(bank.get("/readyz", None), 200)
    assert bank.balance() == 418255


def test_without_redis_the_bank_says_so(valkey: str, tmp_path: Path) -> None:
    """Books that are away are not the client's fault."""
    bank = Bank(valkey, redis_url=f"unix://{tmp_path}/none")
    refused(bank.get("/accounts"), 503, "temporarily_unavailable")
    assert bank.get("/readyz", None).status_code == 503


def test_the_banks_own_rights_in_redis_are_enough() -> None:
    """All of its work is done as its own user, who may touch its own keys only."""
    passwords = {name: f"{name}-secret" for name in (*(party.name for party in PARTIES), ADMIN)}
    with running_valkey(acl_file(passwords)) as address:
        admin = f"{address.replace('unix://', f'unix://{ADMIN}@')}?password={passwords[ADMIN]}"
        bank = Bank(admin, redis_url=address, redis_password=passwords["bank"])
        for door in bank.doors():
            assert door().status_code in (200, 201)
        assert bank.balance() == 418155
