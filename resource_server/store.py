"""The bank's books in Redis: accounts, balances, statements, and which transfers were made."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any, cast
from uuid import uuid4

import redis

from resource_server.clock import iso, now
from resource_server.config import Settings
from resource_server.errors import IdempotencyKeyReused, InsufficientFunds, NotFound
from resource_server.models import Account, Transaction, Transfer, TransferRequest
from resource_server.seed import first_books
from wire.current import Current
from wire.functions import done_and_on_disk, store_is_ready
from wire.quick_redis import quick_redis

KEY_LIFE = 24 * 60 * 60  # seconds for which a repeated transfer is recognised


def connect(settings: Settings) -> redis.Redis:
    """Return a client that connects at first use, as the bank's own Redis user."""
    password = settings.redis_password.get_secret_value()
    return quick_redis(
        settings.redis_url,
        username=settings.redis_username if password else None,
        password=password or None,
        decode_responses=True,
        socket_timeout=2,
        socket_connect_timeout=1,
    )


class Store:
    """All keys begin with the bank's prefix; whatever must not be torn apart is one function of `functions.lua`."""

    def __init__(self, client: redis.Redis, prefix: str) -> None:
        self.redis: Any = client
        self.prefix = prefix

    def key(self, *parts: str) -> str:
        """Return a key of the bank's."""
        return self.prefix + ":".join(parts)

    def at_once(self, function: str, keys: Sequence[str], args: Sequence[str | float]) -> Any:
        """Call one of `functions.lua`: Redis runs it whole, and nothing in between."""
        return self.redis.fcall(f"bank_{function}", len(keys), *keys, *args)

    def at_once_and_on_disk(self, function: str, keys: Sequence[str], args: Sequence[str | float]) -> Any:
        """Call one of `functions.lua`, and return when what it wrote is on disk."""
        return done_and_on_disk(self.redis, "FCALL", f"bank_{function}", len(keys), *keys, *args)

    def ready(self) -> None:
        """Raise where Redis is away or does not know our functions; write the first books where there are none."""
        store_is_ready(self.redis, "bank", f"{self.prefix}ready")
        self.plant()

    def plant(self) -> None:
        """Write the first books, all or nothing, unless there are books."""
        if self.redis.exists(self.key("accounts")):
            return
        # Two that come here at once write one set of books: the function looks again whether there are any.
        books = first_books(now())
        lists = [self.key("transactions", book["account"]["id"]) for book in books]
        rows = [
            {
                "id": book["account"]["id"],
                "account": json.dumps(book["account"]),
                "balance": str(book["balance"]),
                "transactions": [json.dumps(entry) for entry in book["transactions"]],
            }
            for book in books
        ]
        self.at_once("plant", keys=[self.key("accounts"), self.key("balances"), *lists], args=[json.dumps(rows)])

    def planted(self) -> dict[str, str]:
        """Return all accounts; it is here where a store that lost its books gets the first ones again."""
        self.plant()
        return dict(self.redis.hgetall(self.key("accounts")))

    def account(self, account_id: str) -> Account:
        """Return the account or refuse with `not_found`."""
        record = self.redis.hget(self.key("accounts"), account_id) or self.planted().get(account_id)
        if record is None:
            raise NotFound
        return cast("Account", json.loads(record))

    def accounts_of(self, owner: str) -> list[Account]:
        """Return one customer's accounts, by id."""
        books = self.redis.hgetall(self.key("accounts")) or self.planted()
        accounts = [cast("Account", json.loads(record)) for record in books.values()]
        return sorted((account for account in accounts if account["owner"] == owner), key=lambda account: account["id"])

    def balance(self, account_id: str) -> int:
        """Return the balance in cents."""
        return int(self.redis.hget(self.key("balances"), account_id) or 0)

    def transactions(self, account_id: str, limit: int, cursor: int | None) -> tuple[list[Transaction], str | None]:
        """Return a page, newest first, and the next cursor: how many older entries there are."""
        entries = self.key("transactions", account_id)
        length = int(self.redis.llen(entries))
        # Counted from the oldest: a new entry at the end moves no page that somebody is reading.
        end = length if cursor is None else min(cursor, length)  # entries are only ever added, so a cursor stays true
        start = max(0, end - limit)
        rows = self.redis.lrange(entries, start, end - 1) if end else []
        return [cast("Transaction", json.loads(row)) for row in reversed(rows)], str(start) if start else None

    def transfer(self, subject: str, key: str, order: TransferRequest) -> Transfer:
        """Move the money, or return what the same key moved before; one function, so never half and never twice."""
        at = now()
        transfer: Transfer = {"id": f"tr_{uuid4().hex}", "at": iso(at), **order.model_dump()}  # type: ignore[typeddict-item]
        source, target = order.from_account, order.to_account
        # Key, balance and statements change together: between a look and a write another transfer could spend the same
        # money.
        outcome, body = self.at_once_and_on_disk(
            "transfer",
            keys=[
                # With the subject in it: another customer's key of the same name must neither collide nor tell
                # anything.
                self.key("idempotency", fingerprint([subject, key])),
                self.key("balances"),
                self.key("transactions", source),
                self.key("transactions", target),
            ],
            args=[
                fingerprint(order.model_dump()),
                json.dumps(transfer),
                source,
                target,
                order.amount,
                json.dumps(statement_entry(transfer, -order.amount, f"To {target}")),
                json.dumps(statement_entry(transfer, order.amount, f"From {source}")),
                at,
                at + KEY_LIFE,
                KEY_LIFE,
            ],
        )
        # To answer with the first transfer would let a client believe that this one was made.
        if outcome == "another":
            raise IdempotencyKeyReused
        if outcome == "overdrawn":
            raise InsufficientFunds
        return cast("Transfer", json.loads(body))


def statement_entry(transfer: Transfer, amount: int, whom: str) -> Transaction:
    """Return the line that a transfer leaves on a statement."""
    description = f"{whom}: {transfer['reference']}" if transfer["reference"] else whom
    return {
        "id": f"{transfer['id']}-{'out' if amount < 0 else 'in'}",
        "at": transfer["at"],
        "description": description,
        "category": "Transfers",
        "amount": amount,
    }


def fingerprint(value: object) -> str:
    """Return a digest by which equal values are recognised."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


store = cast("Store", Current("store"))
