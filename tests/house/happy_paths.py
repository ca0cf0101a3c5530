"""The server parties as the house test sees them: their defences, their worlds, and the day when nothing is wrong."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import client_app.defences
import resource_server.defences
from auth_server.standards import what_is_offered
from tests.house.weaker import WEAKER
from tests.support.bank_world import Bank
from tests.support.budget_world import Budget, sent_to
from tests.support.world import World, answered


def tokens_are_issued_and_renewed(world: World) -> None:
    """Alice signs in and allows; the code, the token and the refresh token are good."""
    world.sign_in()
    tokens = answered(world.redeem(world.code()), 200).get_json()
    assert world.introspect(tokens["access_token"])["active"] is True
    answered(world.refresh(tokens["refresh_token"]), 200)


def every_door_opens(bank: Bank) -> None:
    """Alice's token shows her accounts and moves her money."""
    accounts, balance, statement, transfer = bank.doors()
    assert answered(accounts(), 200).get_json()["accounts"][0]["owner"] == "alice"
    assert answered(balance(), 200).get_json()["balance"] == 418255
    assert answered(statement(), 200).get_json()["transactions"]
    answered(transfer(), 201)


def budget_connects_and_lets_go(budget: Budget) -> None:
    """Alice connects, looks, looks again with a renewed token, and disconnects."""
    assert sent_to(budget.connect()) == "/"
    budget.connected()
    budget.time += 300
    budget.connected()
    sent_to(budget.post("/disconnect", csrf_token=budget.form_token()))
    budget.not_connected()


@dataclass(frozen=True)
class Party:
    """A party that is a server: its defences, its world, and the fixture by which tests ask for it."""

    defences: type
    world: Callable[..., Any]
    fixture: str
    happy_path: Callable[[Any], None]

    def methods(self) -> list[str]:
        """Return the names of the defences, as the class has them."""
        return [name for name, _ in inspect.getmembers(self.defences, inspect.isfunction)]


PARTIES = {
    "auth_server": Party(what_is_offered().defences_class(), World, "world", tokens_are_issued_and_renewed),
    "resource_server": Party(resource_server.defences.Defences, Bank, "bank", every_door_opens),
    "client_app": Party(client_app.defences.Defences, Budget, "budget", budget_connects_and_lets_go),
}
DEFENCES = [f"{name}.{method}" for name, party in PARTIES.items() for method in party.methods()]


def party_of(defence: str) -> Party:
    return PARTIES[defence.partition(".")[0]]


def world_without(defence: str, redis_url: str) -> Any:
    """Return the party's world, in which one defence does nothing; a crash there is a crash and no refusal."""
    party, method = party_of(defence), defence.partition(".")[2]
    weak = WEAKER.get(defence, lambda *_, **__: None)
    world = party.world(redis_url, type("Weak", (party.defences,), {method: weak})())
    world.app.config["PROPAGATE_EXCEPTIONS"] = True
    return world
