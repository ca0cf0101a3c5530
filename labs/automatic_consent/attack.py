"""Alice has allowed Piggy once; at night another app opens her browser."""

from labs.stage import Stage, Stuck
from labs.steps import step


@step("Alice", by_hand="{piggy}/")
def piggy_claims_its_scheme(stage: Stage) -> None:
    """Install Piggy: let it claim its addresses."""
    stage.phone.claim("piggy")


@step("Alice", by_hand="{piggy}/connect")
def alice_connects_piggy(stage: Stage) -> None:
    """Connect Piggy to the bank: sign in as alice, and allow. All is well."""
    stage.alice.go(stage.app_asks("piggy")).agree()


@step("Alice", by_hand="{torch}/")
def torch_claims_it_too(stage: Stage) -> None:
    """Install Torch, which claims the same addresses, and later."""
    stage.phone.claim("torch")


@step("attacker")
def torch_opens_the_browser(stage: Stage) -> None:
    """Let Torch open Alice's browser at night, with a request in Piggy's name and a challenge of its own."""
    stage.onward = stage.link("piggy", stage.callback("piggy"), state="at-night")


@step("Alice")
def alice_is_asleep(stage: Stage) -> None:
    """Touch nothing: open what Torch opens, and press no button."""
    if not stage.onward:
        raise Stuck("Torch has opened nothing yet")
    stage.alice.go(stage.onward)
    stage.onward = ""


@step("attacker")
def torch_redeems_the_code(stage: Stage) -> None:
    """Redeem the code that came to Torch, with Torch's own verifier, and ask the bank."""
    code = stage.collection.newest("code")
    if not code:
        raise Stuck("no code came to Torch")
    form = {"redirect_uri": stage.callback("piggy"), "code_verifier": stage.kept["verifier"]}
    token = stage.attacker.redeem(code, client_id="piggy", **form)
    if token:
        stage.attacker.bank("GET", "/accounts", token)
