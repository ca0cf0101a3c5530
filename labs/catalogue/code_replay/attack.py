"""Alice connects; then somebody reads the log and redeems the same code again."""

from labs.stage import Stage
from labs.steps import step


@step("Alice", by_hand="{budget}/connect")
def alice_connects(stage: Stage) -> None:
    """Connect Budget to the bank: sign in as alice, and allow."""
    stage.alice.go(f"{stage.here.budget}/connect").agree()


@step("attacker", asks="the URL of the callback with ?code= in it: the wire shows it", on_wire="/callback")
def redeems_the_code_again(stage: Stage) -> None:
    """Read the URL of the callback in the server's log, and redeem its code a second time."""
    response = stage.leak("log", stage.given or stage.alice.visited("/callback"))
    # A name and a redirect URI, both in the URL that he read: this client has no secret.
    form = {"client_id": "budget", "redirect_uri": f"{stage.here.budget}/callback"}
    stage.kept["token"] = stage.attacker.redeem(response["code"], **form)


@step("Alice", by_hand="{budget}/")
def alice_looks_again(stage: Stage) -> None:
    """Open Budget again. Is it still connected?"""
    # With the defence on, the replay has ended her access as well: two hold the code, and one of them is a thief.
    stage.alice.go(f"{stage.here.budget}/")


@step("attacker")
def reads_the_accounts(stage: Stage) -> None:
    """Ask the bank for Alice's accounts with what that bought."""
    stage.attacker.bank("GET", "/accounts", stage.kept["token"])
