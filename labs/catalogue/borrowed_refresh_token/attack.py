"""A client of the attacker's renews a token that was given to Budget."""

from labs.stage import Stage, Stuck
from labs.steps import step

METADATA = {
    "client_name": "Recipes",
    "grant_types": ["authorization_code", "refresh_token"],
    "token_endpoint_auth_method": "client_secret_post",
}


@step("Alice", by_hand="{budget}/connect")
def alice_connects(stage: Stage) -> None:
    """Connect Budget to the bank: sign in as alice, and allow."""
    stage.alice.go(f"{stage.here.budget}/connect").agree()


@step("attacker")
def finds_a_backup(stage: Stage) -> None:
    """Find a backup of Budget's database, with a refresh token in it."""
    # With Budget's secret beside it he would need no client of his own; backups hold the one, settings the other.
    stage.kept["stolen"] = stage.leak_stored("backup", "refresh_token")


@step("attacker")
def renews_it_as_its_own_client(stage: Stage) -> None:
    """Register a client, as anybody may, and renew the stolen token as that client, with its own secret."""
    # His client is a genuine one, and authenticates: the server must ask for whom the token is, and not only who asks.
    metadata = METADATA | {"redirect_uris": [f"{stage.here.attacker}/collect"]}
    answer = stage.attacker.ask("POST", f"{stage.here.auth}/register", json=metadata)
    if answer.status_code != 201:
        raise Stuck("Bank ID registers no client")
    own = {name: answer.json()[name] for name in ("client_id", "client_secret")}
    stolen = stage.kept.get("stolen", "")
    stage.kept["token"] = stage.attacker.token(grant_type="refresh_token", refresh_token=stolen, **own)


@step("attacker")
def reads_the_accounts(stage: Stage) -> None:
    """Ask the bank for Alice's accounts with what came back."""
    stage.attacker.bank("GET", "/accounts", stage.kept.get("token", ""))
