"""Mallory asks for Alice's balance with her own token, which is in perfect order."""

from labs.stage import PUBLIC, Stage
from labs.steps import step


@step("attacker")
def mallory_gets_a_token_of_her_own(stage: Stage) -> None:
    """Let Mallory register a client, sign in as herself, allow, and redeem her own code."""
    redirect_uri = f"{stage.here.attacker}/collect"
    client_id = stage.attacker.register("Recipes", redirect_uri, **PUBLIC)["client_id"]
    stage.mallory.go(stage.link(client_id, redirect_uri)).agree()
    stage.kept["token"] = stage.redeem_newest(client_id, redirect_uri)


@step("attacker")
def asks_for_alices_balance(stage: Stage) -> None:
    """Ask the bank for the balance of `alice-current`, with Mallory's token."""
    # Account numbers are no secrets: they stand on every bill.
    stage.attacker.bank("GET", "/accounts/alice-current/balance", stage.kept.get("token", ""))
