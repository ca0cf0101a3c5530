"""A client registers under a customer's name, and asks for a token of its own."""

from labs.stage import Stage, Stuck
from labs.steps import step


@step("attacker")
def registers_as_alice(stage: Stage) -> None:
    """Register an app, and ask for the identifier `alice`."""
    # The token of a client that acts for itself has the client's name as its subject: so the name is worth choosing.
    metadata = {
        "client_id": "alice",
        "client_name": "Weather",
        "grant_types": ["client_credentials"],
        "scope": "balance:read",
    }
    answer = stage.attacker.ask("POST", f"{stage.here.auth}/register", json=metadata)
    if answer.status_code != 201:
        raise Stuck("Bank ID registers no such app")
    stage.kept["client"] = answer.json()


@step("attacker")
def asks_for_a_token(stage: Stage) -> None:
    """Ask for a token of the app's own, with the secret that it was given."""
    client = stage.kept.get("client", {})
    answer = stage.attacker.ask(
        "POST",
        f"{stage.here.auth}/token",
        data={"grant_type": "client_credentials", "scope": "balance:read"},
        auth=(client.get("client_id", ""), client.get("client_secret", "")),
    )
    stage.kept["token"] = answer.json().get("access_token", "")


@step("attacker")
def reads_alices_balance(stage: Stage) -> None:
    """Ask the bank for this customer's accounts, and for the balance of Alice's."""
    stage.attacker.bank("GET", "/accounts", stage.kept.get("token", ""))
    # The bank keeps accounts by subject, and to it this subject is the customer.
    stage.attacker.bank("GET", "/accounts/alice-current/balance", stage.kept["token"])
