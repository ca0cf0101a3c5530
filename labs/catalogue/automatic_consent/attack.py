"""Alice has allowed Piggy once; at night another app opens her browser."""

from labs.stage import Stage
from labs.steps import step


@step("Alice", by_hand="{piggy}/")
def piggy_claims_its_scheme(stage: Stage) -> None:
    """Install Piggy: let it claim its scheme."""
    stage.phone.claim("piggy")


@step("Alice", by_hand="{piggy}/connect")
def alice_connects_piggy(stage: Stage) -> None:
    """Connect Piggy to the bank: sign in as alice, and allow. All is well."""
    stage.alice.go(stage.app_asks("piggy")).agree()


@step("Alice", by_hand="{torch}/")
def torch_claims_it_too(stage: Stage) -> None:
    """Install Torch, which claims the same scheme, and later."""
    stage.phone.claim("torch")


@step("attacker")
def torch_opens_the_browser(stage: Stage) -> None:
    """Let Torch open Alice's browser at night, with a request in Piggy's name and a challenge of its own."""
    # Torch began this flow, so PKCE protects Torch: the challenge in the request is that of its own verifier.
    stage.onward = stage.link("piggy", stage.callback("piggy"), state="at-night")


@step("Alice")
def alice_is_asleep(stage: Stage) -> None:
    """Touch nothing: open what Torch opens, and press no button."""
    # Her session at Bank ID is all that is needed of her: a browser sends its cookie whoever has opened the page.
    stage.lead_alice()


@step("attacker")
def torch_redeems_the_code(stage: Stage) -> None:
    """Redeem the code that came to Torch, with Torch's own verifier, and ask the bank."""
    if token := stage.redeem_newest("piggy", stage.callback("piggy")):
        stage.attacker.bank("GET", "/accounts", token)
