"""A code that nobody has used lies in a history, and is found much later."""

from time import sleep

from labs.stage import Stage
from labs.steps import step

LONG_AFTER = 1.1  # seconds: this world's codes live for one


@step("Alice", by_hand="{piggy}/connect")
def alice_connects_piggy(stage: Stage) -> None:
    """Connect Piggy: sign in as alice, and allow. The phone's battery is empty, and Piggy does not get the code."""
    stage.alice.go(stage.app_asks("piggy")).agree()


@step("attacker", asks="the URL with ?code= in it: the wire shows it", on_wire="auth_code_handler")
def finds_it_the_next_day(stage: Stage) -> None:
    """Wait; then read the URL in the history, and redeem its code in Piggy's name."""
    # The servers read the clock of the machine, and an attack is carried out on real servers.
    sleep(LONG_AFTER)
    response = stage.leak("history", stage.given or stage.alice.handed_over)
    form = {"client_id": "piggy", "redirect_uri": stage.callback("piggy")}
    stage.kept["token"] = stage.attacker.redeem(response.get("code", ""), **form)


@step("attacker")
def reads_the_accounts(stage: Stage) -> None:
    """Ask the bank for Alice's accounts with what that bought."""
    stage.attacker.bank("GET", "/accounts", stage.kept.get("token", ""))
