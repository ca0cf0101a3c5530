"""A stolen code and a client's name: both were never secret enough."""

from labs.stage import Stage
from labs.steps import step


@step("Alice", by_hand="{budget}/connect")
def alice_connects(stage: Stage) -> None:
    """Connect Budget to the bank: sign in as alice, and allow; the page after that never loads."""
    stage.alice.holds_back = stage.callback("budget")
    stage.alice.go(f"{stage.here.budget}/connect").agree()


@step("attacker", asks="the URL of the callback with ?code= in it: the browser shows it", on_wire="/callback")
def redeems_it_as_budget(stage: Stage) -> None:
    """Read the URL in the browser's history, and redeem its code as `budget`, without a secret."""
    response = stage.leak("history", stage.given or stage.alice.handed_over)
    # No secret: the name stands in every authorization request, and whoever has the code has seen it.
    form = {"client_id": "budget", "redirect_uri": stage.callback("budget")}
    stage.kept["token"] = stage.attacker.redeem(response.get("code", ""), **form)


@step("attacker")
def reads_the_accounts(stage: Stage) -> None:
    """Ask the bank for Alice's accounts with what that bought."""
    stage.attacker.bank("GET", "/accounts", stage.kept.get("token", ""))
