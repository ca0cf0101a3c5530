"""Alice signs in at the right place, and her browser posts her password to the wrong one."""

from urllib.parse import urlencode

from labs.chromium import BrowserStage
from labs.stage import Stage, Stuck
from labs.steps import step


@step("attacker")
def registers_an_app(stage: Stage) -> None:
    """Register an app with a secret, and make a link to it."""
    stage.kept["client_id"] = stage.attacker.register("Recipes", f"{stage.here.attacker}/recipes")["client_id"]
    stage.onward = link(stage, "first")


@step("Alice")
def alice_allows_it(stage: BrowserStage) -> None:
    """Follow the link, sign in as alice, and allow: it is a harmless app, and asks for little."""
    stage.alice.go(link(stage, "first")).agree()


@step("Alice", by_hand="{auth}/logout")
def alice_signs_out(stage: BrowserStage) -> None:
    """Sign out of Bank ID."""
    # She must type her password again, and be sent on at once: then one answer follows the form with it in.
    stage.alice.go(f"{stage.here.auth}/logout").click("Sign out", leads_to=stage.here.auth)


@step("attacker")
def invites_her_again(stage: Stage) -> None:
    """Send Alice a link to the app, some days later."""
    stage.onward = link(stage, "again")


@step("Alice")
def alice_comes_again(stage: BrowserStage) -> None:
    """Follow the link, and sign in at Bank ID as alice."""
    stage.alice.go(link(stage, "again")).sign_in()


def link(stage: Stage, state: str) -> str:
    """Return the app's request; the second is the same but for its `state`."""
    if "client_id" not in stage.kept:
        raise Stuck("the attacker has no app yet")
    if "link" not in stage.kept:
        stage.kept["link"] = stage.link(stage.kept["client_id"], f"{stage.here.attacker}/recipes", state="")
    return f"{stage.kept['link']}&{urlencode({'state': state})}"
