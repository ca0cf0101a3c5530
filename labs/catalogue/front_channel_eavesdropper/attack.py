"""Two URLs are read on their way, and are enough."""

from labs.chromium import BrowserStage
from labs.stage import Stage, Stuck
from labs.steps import step


@step("Alice", by_hand="{balance}/")
def alice_connects_in_the_cafe(stage: BrowserStage) -> None:
    """Connect Balance to the bank: sign in as alice, and allow. Stop at the café's page."""
    stage.alice.go(f"{stage.here.balance}/").click("Connect your bank", leads_to=stage.here.auth).agree()


@step("attacker")
def redeems_what_was_noted(stage: Stage) -> None:
    """Look at the URLs that the café noted: redeem the code of the last one with the challenge of the first."""
    # Both came through the browser: a challenge that is the verifier tells a reader of URLs all that PKCE asks for.
    code, challenge = (stage.collection.newest(name) for name in ("code", "code_challenge"))
    if not code:
        raise Stuck("no code has passed the café")
    form = {"client_id": "balance", "redirect_uri": stage.callback("balance"), "code_verifier": challenge}
    stage.kept["token"] = stage.attacker.redeem(code, **form)


@step("attacker")
def reads_the_accounts(stage: Stage) -> None:
    """Ask the bank for Alice's accounts with what that bought."""
    stage.attacker.bank("GET", "/accounts", stage.kept["token"])
