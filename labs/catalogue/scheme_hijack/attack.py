"""Two apps claim one scheme; the phone gives the code to the second."""

from labs.stage import Stage, Stuck
from labs.steps import step


@step("Alice", by_hand="{piggy}/")
def piggy_claims_its_scheme(stage: Stage) -> None:
    """Install Piggy: let it claim its scheme."""
    stage.phone.claim("piggy")


@step("Alice", by_hand="{torch}/")
def torch_claims_it_too(stage: Stage) -> None:
    """Install Torch, which claims the same scheme, and later."""
    stage.phone.claim("torch")


@step("Alice", by_hand="{piggy}/connect")
def alice_connects_piggy(stage: Stage) -> None:
    """Connect Piggy to the bank: sign in as alice, and allow. Which app is opened?"""
    stage.alice.go(stage.app_asks("piggy")).agree()


@step("attacker")
def torch_redeems_the_code(stage: Stage) -> None:
    """Let Torch's server redeem the code, without a verifier, and ask the bank."""
    code = stage.collection.newest("code")
    if not code:
        raise Stuck("no code came to Torch")
    # All of this stands in the URI that Torch was opened with, or is the same for everybody who has Piggy.
    token = stage.attacker.redeem(code, client_id="piggy", redirect_uri=stage.callback("piggy"))
    if token:
        stage.attacker.bank("GET", "/accounts", token)


@step("Piggy", asks="the code that Torch was handed")
def piggy_redeems_it_all_the_same(stage: Stage) -> None:
    """Tell Piggy the code: its verifier fits, if nobody has used the code before."""
    stage.app_redeems(stage.given or stage.collection.newest("code"), "piggy")
