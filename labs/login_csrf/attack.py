"""Mallory begins, Alice's browser ends."""

from labs.stage import Stage, Stuck
from labs.steps import step


@step("Alice", by_hand="{budget}/connect")
def alice_connects(stage: Stage) -> None:
    """Connect Budget to the bank: sign in as alice, and allow."""
    stage.alice.go(f"{stage.here.budget}/connect").agree()


@step("Alice", by_hand="{budget}/connect?with=transfers:write")
def alice_is_interrupted(stage: Stage) -> None:
    """Let Budget ask for more, and leave Bank ID's page open: do not press a button there."""
    stage.alice.go(f"{stage.here.budget}/connect?with=transfers:write")


@step("attacker")
def mallory_keeps_her_callback(stage: Stage) -> None:
    """Let Mallory sign in and allow, in her own browser, up to the last redirect; she does not follow it."""
    stage.mallory.holds_back = f"{stage.here.budget}/callback"
    stage.mallory.go(f"{stage.here.budget}/connect").agree()
    stage.onward = stage.mallory.handed_over


@step("Alice")
def alice_follows_the_link(stage: Stage) -> None:
    """Follow the link that Mallory sent."""
    if not stage.mallory.handed_over:
        raise Stuck("Mallory has no link yet")
    stage.alice.go(stage.mallory.handed_over)


@step("Alice", by_hand="{budget}/")
def alice_looks_at_her_money(stage: Stage) -> None:
    """Open Budget. Whose account is it?"""
    stage.alice.go(f"{stage.here.budget}/")
