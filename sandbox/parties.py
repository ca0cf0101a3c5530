"""The parts of the sandbox: who they are, and whose code they run (standard library only)."""

from dataclasses import dataclass
from typing import Literal

Name = Literal["auth", "bank", "budget", "balance", "classroom", "labs"]


@dataclass(frozen=True)
class Part:
    """One part: its short name, what people call it, its package and its user in Docker."""

    name: Name
    title: str
    package: str
    uid: int
    keys: bool = True  # whether it has keys of its own in Redis
    observes: bool = False  # whether it reads the wire; the others append to it
    holds: bool = True  # whether step mode can hold its messages
    threads: int = 8  # of its server


PARTIES = (
    Part("auth", "Bank ID", "auth_server", 10001),
    Part("bank", "Bank API", "resource_server", 10002),
    Part("budget", "Budget", "client_app", 10003),
    Part("balance", "Balance", "spa", 10004, keys=False),
    Part("classroom", "Classroom", "classroom", 10005, observes=True, holds=False, threads=300),  # one a page
    Part("labs", "Labs", "labs", 10006, holds=False, threads=64),  # worlds call themselves, up to four deep
)
PORTS = {party.name: party.title for party in PARTIES} | {"cafe": "Café"}  # all that is listened on; the labs have two
REDIS_UID = 10000
