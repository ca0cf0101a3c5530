"""Mallory asks for Alice's balance with her own token, which is in perfect order."""

from labs.stage import Stage, Stuck
from labs.steps import step


@step("attacker")
def mallory_gets_a_token_of_her_own(stage: Stage) -> None:
    """Let Mallory register a client, sign in as herself, allow, and redeem her own code."""
    metadata = {
        "client_name": "Recipes",
        "redirect_uris": [f"{stage.here.attacker}/collect"],
        "token_endpoint_auth_method": "none",
    }
    answer = stage.attacker.ask("POST", f"{stage.here.auth}/register", json=metadata)
    if answer.status_code != 201:
        raise Stuck("Bank ID registers no client")
    client = {"client_id": answer.json()["client_id"], "redirect_uri": metadata["redirect_uris"][0]}
    stage.mallory.go(stage.link(**client)).agree()
    verifier = stage.kept["verifier"]
    stage.kept["token"] = stage.attacker.redeem(stage.collection.newest("code"), code_verifier=verifier, **client)


@step("attacker")
def asks_for_alices_balance(stage: Stage) -> None:
    """Ask the bank for the balance of `alice-current`, with Mallory's token."""
    stage.attacker.bank("GET", "/accounts/alice-current/balance", stage.kept.get("token", ""))
