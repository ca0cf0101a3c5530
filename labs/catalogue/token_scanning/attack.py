"""Two strings out of a log: which of them opens something?"""

from labs.stage import Stage, Stuck
from labs.steps import step


@step("Alice", by_hand="{budget}/connect")
def alice_connects(stage: Stage) -> None:
    """Connect Budget to the bank: sign in as alice, and allow."""
    stage.alice.go(f"{stage.here.budget}/connect").agree()


@step("attacker")
def finds_strings(stage: Stage) -> None:
    """Find two strings in a log of Budget's; nothing says what each of them is."""
    stage.kept["strings"] = [stage.leak_stored("log", "refresh_token"), stage.leak_stored("log", "access_token")]


@step("attacker")
def asks_about_each(stage: Stage) -> None:
    """Ask Bank ID about each of them, without a secret, until it calls one active."""
    if "strings" not in stage.kept:
        raise Stuck("there are no strings yet")
    # Each try costs nothing, and leaves the token as it is; used at the bank, a wrong one would be noticed.
    for guess in stage.kept["strings"]:
        answer = stage.attacker.ask("POST", f"{stage.here.auth}/introspect", data={"token": guess})
        if answer.status_code == 200 and answer.json().get("active"):
            break
