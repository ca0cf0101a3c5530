"""What was acknowledged is held against what is there, while the load rests."""

import json
import time
from collections import Counter
from typing import Any

from tests.faults.http import Answer, until_certain
from tests.faults.ledger import Grant, Ledger
from tests.faults.load import SETTLES, Customer

MOST_TOKENS = 150  # that are looked at after each fault, the newest
Books = dict[str, int]


class Checker:
    """Knows how the books stood at the beginning; finds what was lost since, and what happened twice."""

    def __init__(self, ledger: Ledger, customers: list[Customer]) -> None:
        self.ledger = ledger
        self.people = {customer.user: customer for customer in customers}
        self.begin = self.balances()

    def check(self) -> None:
        """Settle what is open, then look at everything."""
        for user, customer in self.people.items():
            grant = self.new_grant(customer)
            self.settle(customer, grant)
            self.sessions(user, customer)
        self.tokens()
        self.transfers()

    def new_grant(self, customer: Customer) -> Grant:
        """Return a grant of a flow that is made now; there must be one again."""
        end, before = time.monotonic() + SETTLES, len(customer.mine)
        while len(customer.mine) == before:
            assert time.monotonic() < end, "no flow goes through any more"
            customer.flow()
        return customer.mine[-1]

    def settle(self, customer: Customer, grant: Grant) -> None:
        """Ask again for every transfer that nobody has heard of; its key makes this safe."""
        for order in list(self.ledger.orders.values()):
            if order.payer.startswith(customer.user) and not order.id:
                end = time.monotonic() + SETTLES
                while not order.id and time.monotonic() < end:
                    customer.settle(order, grant)

    def sessions(self, user: str, customer: Customer) -> None:
        """Whoever was signed in is so still, at Bank ID and at Budget: that is what its pages promise."""
        page = until_certain(lambda: customer.browser.get("budget", "/"), SETTLES)
        if "You have" not in page.text:
            self.ledger.broken_promises.append(f"{user}'s page at Budget: {page.status} {page.heading}")
        page = until_certain(lambda: customer.browser.get("auth", "/apps"), SETTLES)
        if page.status != 200:
            self.ledger.broken_promises.append(f"{user}'s page at Bank ID: {page.status} {page.heading}")

    def tokens(self) -> None:
        """What was issued is good, and what was revoked stays so."""
        anybody = next(iter(self.people.values()))
        for grant in self.ledger.grants[-MOST_TOKENS:]:
            if anybody.is_active(grant.access, SETTLES) is False:
                self.ledger.lost.append(f"an access token of {grant.user}'s")
        for token in self.ledger.revoked[-MOST_TOKENS:]:
            if anybody.is_active(token, SETTLES):
                self.ledger.lost.append("a revocation")

    def transfers(self) -> None:
        """Each transfer stands once on both statements, and no cent is too many or too few."""
        balances, statements = self.balances(), {user: self.statement(user) for user in self.people}
        for order in list(self.ledger.orders.values()):
            payer, payee = order.payer.partition("-")[0], order.payee.partition("-")[0]
            entries = {payer: f"{order.id}-out", payee: f"{order.id}-in"}
            times = {statements[user][entry] for user, entry in entries.items() if user in statements}
            if 0 in times:
                self.ledger.lost.append(f"transfer {order.id or order.key}")
                del self.ledger.orders[order.key]
            elif times != {1}:
                self.ledger.twice.append(f"transfer {order.id}")
        self.books(balances)

    def books(self, balances: Books) -> None:
        """Hold what each of the people has against what was sent and received."""
        due = Counter(self.begin)
        for order in self.ledger.orders.values():
            due.update({order.payer.partition("-")[0]: -1, order.payee.partition("-")[0]: 1})
        for user, balance in balances.items():
            if balance != due[user]:
                self.ledger.lost.append(f"{user} has {balance} cents where {due[user]} are due")
        self.begin = {user: self.begin[user] + balance - due[user] for user, balance in balances.items()}

    def balances(self) -> Books:
        """Return what each of the people has, in cents."""
        return {user: int(self.read(user, f"/accounts/{user}-current/balance")["balance"]) for user in self.people}

    def statement(self, user: str) -> "Counter[str]":
        """Return how often each entry stands on a person's statement."""
        entries: Counter[str] = Counter()
        cursor: int | None = 0
        while cursor is not None:
            more = f"&cursor={cursor}" if cursor else ""
            page = self.read(user, f"/accounts/{user}-current/transactions?limit=100{more}")
            entries.update(entry["id"] for entry in page["transactions"])
            cursor = page["next"]
        return entries

    def read(self, user: str, path: str) -> dict[str, Any]:
        """Ask the bank for something of a person's."""
        customer = self.people[user]
        grant = customer.mine[-1] if customer.mine else self.new_grant(customer)

        def attempt() -> Answer:
            return customer.bank("GET", path, grant)

        answer = until_certain(attempt, SETTLES)
        assert answer.status == 200, f"{path}: {answer.status} {answer.text[:100]}"
        return dict(json.loads(answer.text))
