"""Alice types her Bank ID password into an app, once."""

from labs.stage import Stage
from labs.steps import step


@step("Alice", by_hand="{budget}/password")
def alice_types_her_password(stage: Stage) -> None:
    """Open Budget's page, and type the name alice and her Bank ID password there."""
    stage.alice.go(f"{stage.here.budget}/password")
    stage.alice.press("/password", username=stage.alice.name, password=stage.alice.password)


@step("Budget")
def the_night_comes(stage: Stage) -> None:
    """Let the night come: Budget goes through the passwords that it kept."""
    stage.attacker.ask("POST", f"{stage.here.budget}/night")
