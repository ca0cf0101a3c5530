"""Mallory asks for Alice's balance with her own token, which is in perfect order."""

from labs.stage import PUBLIC, Stage
from labs.steps import step


@step("attacker")
def mallory_gets_a_token_of_her_own(stage: Stage) -> None:
    """Let Mallory register a client, sign in as herself, allow, and redeem her own code."""
    redirect_uri = f"{stage.here.attacker}/collect"
    told = stage.attacker.register("Recipes", redirect_uri, **PUBLIC)
    client = {"client_id": told["client_id"], "redirect_uri": redirect_uri}
    stage.mallory.go(stage.link(**client)).agree()
    verifier = stage.kept["verifier"]
    stage.kept["token"] = stage.attacker.redeem(stage.collection.newest("code"), code_verifier=verifier, **client)


@step("attacker")
def asks_for_alices_balance(stage: Stage) -> None:
    """Ask the bank for the balance of `alice-current`, with Mallory's token."""
    stage.attacker.bank("GET", "/accounts/alice-current/balance", stage.kept.get("token", ""))
