"""What was acknowledged, and what is there: nothing of it may be lost, and nothing may have happened twice."""

import threading
from collections import Counter
from dataclasses import dataclass, field

from tests.faults.http import Responses


@dataclass
class Grant:
    """What a client holds of one grant."""

    user: str
    access: str
    refresh: str


@dataclass
class Order:
    """A transfer that was asked for, under its own key; `id` is known once it was acknowledged."""

    key: str
    payer: str
    payee: str
    id: str = ""


@dataclass
class Flow:
    """A flow that went through to the bank's answer."""

    began: float
    ended: float


@dataclass
class Ledger:
    """All that was acknowledged; many threads write, one reads when they rest."""

    responses: Responses = field(default_factory=Responses)
    grants: list[Grant] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)  # access tokens of grants whose end was acknowledged
    orders: dict[str, Order] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    done: "Counter[str]" = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    broken_promises: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, grant: Grant) -> Grant:
        with self.lock:
            self.grants.append(grant)
        return grant

    def drop(self, grant: Grant) -> None:
        """Forget a grant about which nothing more can be said."""
        with self.lock:
            if grant in self.grants:
                self.grants.remove(grant)

    def is_revoked(self, grant: Grant) -> None:
        """Note that the end of a grant was acknowledged."""
        self.drop(grant)
        self.revoked.append(grant.access)

    def first_flow_since(self, moment: float) -> float | None:
        """Return how many seconds after a moment the first flow had gone through that began since."""
        ended = [flow.ended for flow in self.flows if flow.began >= moment]
        return min(ended) - moment if ended else None
