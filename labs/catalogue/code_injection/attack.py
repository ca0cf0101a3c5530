"""A code is carried from Alice's browser into Mallory's, and Budget does the rest."""

from labs.stage import Stage
from labs.steps import step


@step("Alice", by_hand="{budget}/connect")
def alice_connects(stage: Stage) -> None:
    """Connect Budget to the bank: sign in as alice, and allow; the page after that never loads."""
    stage.alice.holds_back = stage.callback("budget")
    stage.alice.go(f"{stage.here.budget}/connect").agree()


@step("attacker", asks="the URL of the callback with ?code= in it: the browser shows it", on_wire="/callback")
def reads_the_history(stage: Stage) -> None:
    """Read the URL in the browser's history, and keep its code."""
    # He cannot redeem it himself, for he does not know Budget's secret; Budget does, and does it for any session.
    stage.kept["code"] = stage.leak("history", stage.given or stage.alice.handed_over)["code"]


@step("attacker")
def mallory_begins_her_own_flow(stage: Stage) -> None:
    """Press "Connect" at Budget in Mallory's browser, and go no further than Bank ID's door: `state` is enough."""
    # The callback compares `state` with the session's own, so he needs a session that has one: hers will do.
    stage.mallory_begins()


@step("attacker")
def mallory_brings_alices_code(stage: Stage) -> None:
    """Open Budget's callback in Mallory's browser, with her `state` and Alice's code; then look at the account."""
    stage.mallory_comes_back(stage.callback("budget"), stage.kept["code"]).go(f"{stage.here.budget}/")
