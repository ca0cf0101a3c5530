"""The first books: four accounts, and ninety days of a believable life on each."""

from datetime import UTC, datetime, timedelta
from typing import TypedDict

from resource_server.models import Account, Transaction

DAYS = 90


class Book(TypedDict):
    """One account with its balance in cents and its statement, oldest entry first."""

    account: Account
    balance: int
    transactions: list[Transaction]


class Habit(TypedDict):
    """Something that comes back every so many days; `amount` in cents, give or take `spread`."""

    every: int
    first: int
    description: str
    category: str
    amount: int
    spread: int


def habit(every: int, first: int, description: str, category: str, amount: int, spread: int = 0) -> Habit:
    """Return a habit, the first time `first` days after the statement begins."""
    return Habit(every=every, first=first, description=description, category=category, amount=amount, spread=spread)


ACCOUNTS: list[tuple[Account, int, list[Habit]]] = [
    (
        Account(id="alice-current", name="Current account", owner="alice", currency="EUR"),
        418255,
        [
            habit(30, 2, "Salary, Looking Glass Studio", "Income", 312000),
            habit(30, 3, "Rent, Wonderland Housing", "Home", -98000),
            habit(30, 9, "Electricity", "Home", -6840, 900),
            habit(30, 12, "Internet", "Home", -3499),
            habit(5, 1, "Green Grocer", "Food", -4210, 1900),
            habit(9, 4, "Bakery on the Corner", "Food", -860, 350),
            habit(14, 6, "Mad Hatter's Tea Room", "Food", -2450, 800),
            habit(30, 1, "Monthly tram pass", "Travel", -4900),
            habit(37, 20, "Railway tickets", "Travel", -5980, 2100),
            habit(21, 8, "Rabbit Hole Books", "Books", -2295, 1100),
        ],
    ),
    (
        Account(id="alice-savings", name="Savings account", owner="alice", currency="EUR"),
        1250000,
        [
            habit(30, 4, "Monthly savings", "Income", 25000),
            habit(90, 30, "Interest", "Income", 4688),
        ],
    ),
    (
        Account(id="bob-current", name="Current account", owner="bob", currency="EUR"),
        96340,
        [
            habit(30, 1, "Wages, Brass & Sons", "Income", 224000),
            habit(30, 2, "Rent", "Home", -76000),
            habit(30, 15, "Water and heating", "Home", -8120, 700),
            habit(6, 2, "Market hall", "Food", -3370, 1500),
            habit(11, 5, "Lantern Bistro", "Food", -1890, 600),
            habit(13, 7, "Petrol station", "Travel", -5240, 1300),
            habit(40, 18, "Second-hand bookshop", "Books", -1150, 500),
        ],
    ),
    (
        Account(id="carol-current", name="Current account", owner="carol", currency="EUR"),
        273910,
        [
            habit(30, 0, "Salary, Winter Garden Nursery", "Income", 268000),
            habit(30, 5, "Mortgage", "Home", -84500),
            habit(45, 11, "Garden tools", "Home", -4760, 1800),
            habit(7, 3, "Supermarket", "Food", -5620, 2200),
            habit(10, 6, "Bus tickets", "Travel", -1200),
            habit(25, 10, "Books on botany", "Books", -2990, 1200),
        ],
    ),
]


def first_books(now: float) -> list[Book]:
    """Return the books as they stand at `now`, in seconds since the epoch."""
    return [
        Book(account=account, balance=balance, transactions=statement(account["id"], habits, now))
        for account, balance, habits in ACCOUNTS
    ]


def statement(account_id: str, habits: list[Habit], now: float) -> list[Transaction]:
    """Return what the habits left behind in the last ninety days, oldest first."""
    begins = datetime.fromtimestamp(now, UTC) - timedelta(days=DAYS)
    lines: list[tuple[datetime, str, str, int]] = []
    for number, each in enumerate(habits):
        for day in range(each["first"], DAYS, each["every"]):
            # a little uneven, and the same at every start
            swing = (day * 37 + number * 53) % 101 / 50 - 1
            at = begins + timedelta(days=day, minutes=(day * 211 + number * 97) % 720)
            lines.append((at, each["description"], each["category"], each["amount"] + round(each["spread"] * swing)))
    return [
        Transaction(
            id=f"{account_id}-{number:04d}",
            at=at.isoformat(timespec="seconds").replace("+00:00", "Z"),
            description=description,
            category=category,
            amount=amount,
        )
        for number, (at, description, category, amount) in enumerate(sorted(lines), start=1)
    ]
