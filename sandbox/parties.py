"""The parts of the sandbox: who they are, and whose code they run (standard library only)."""

from dataclasses import dataclass
from typing import Literal

Name = Literal["auth", "bank", "budget", "balance"]


@dataclass(frozen=True)
class Part:
    """One party: its short name, what people call it, its package and its user in Docker."""

    name: Name
    title: str
    package: str
    uid: int
    keys: bool  # whether it has keys of its own in Redis


PARTIES = (
    Part("auth", "Bank ID", "auth_server", 10001, keys=True),
    Part("bank", "Bank API", "resource_server", 10002, keys=True),
    Part("budget", "Budget", "client_app", 10003, keys=True),
    Part("balance", "Balance", "spa", 10004, keys=False),
)
REDIS_UID = 10000
