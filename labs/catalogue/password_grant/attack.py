"""Alice types her Bank ID password into an app, once."""

from labs.stage import PUBLIC, Stage
from labs.steps import step


@step("Alice", by_hand="{budget}/password")
def alice_types_her_password(stage: Stage) -> None:
    """Open Budget's page, and type the name alice and her Bank ID password there."""
    if stage.alice.go(f"{stage.here.budget}/password").status != 404:
        stage.alice.press("/password", username=stage.alice.name, password=stage.alice.password)


@step("Budget")
def the_night_comes(stage: Stage) -> None:
    """Let the night come: Budget goes through the passwords that it kept."""
    # Alice is asleep, and nobody asks her: whoever has the password is she.
    if stage.attacker.ask("POST", f"{stage.here.budget}/night").status_code == 404:
        sends_a_password_of_his_own(stage)


def sends_a_password_of_his_own(stage: Stage) -> None:
    """Try the grant by an app of the attacker's, with Mallory's password: this Budget does not ask for any."""
    app = stage.attacker.register("Recipes", f"{stage.here.attacker}/collect", **PUBLIC)["client_id"]
    person = {"username": stage.mallory.name, "password": stage.mallory.password}
    stage.attacker.token(grant_type="password", client_id=app, scope="balance:read", **person)
