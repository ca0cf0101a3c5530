"""Budget was allowed to look, and tries to pay."""

from labs.stage import Stage
from labs.steps import step


@step("Alice", by_hand="{budget}/connect")
def alice_connects(stage: Stage) -> None:
    """Connect Budget to the bank: sign in as alice, and allow it to look."""
    stage.alice.go(f"{stage.here.budget}/connect").agree()


@step("Alice", by_hand="{budget}/")
def budget_turns_bad(stage: Stage) -> None:
    """Open Budget, and let it turn bad: press “Try to empty the account”."""
    stage.alice.go(f"{stage.here.budget}/").press("/empty-the-account")
