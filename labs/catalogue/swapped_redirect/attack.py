"""A code leaks at one of Budget's redirect URIs, and is brought to the other one."""

from labs.stage import Stage, Stuck
from labs.steps import step


@step("attacker")
def mallory_begins_at_budget(stage: Stage) -> None:
    """Let Mallory begin at Budget, stop at Bank ID; make a link with her challenge and Budget's other redirect URI."""
    challenge = stage.mallory_begins()["code_challenge"]
    stage.onward = stage.link("budget", f"{stage.here.budget}/partner", code_challenge=challenge)


@step("Alice")
def alice_follows_the_link(stage: Stage) -> None:
    """Follow the link: it is the real Bank ID and the real Budget; sign in as alice, and allow."""
    stage.lead_alice().agree()


@step("attacker")
def mallory_brings_the_code_to_budget(stage: Stage) -> None:
    """Let Mallory open Budget's other redirect URI, in her own session, with the code that came; Budget redeems it."""
    code = stage.collection.newest("code")
    if not code or "state" not in stage.kept:
        raise Stuck("no code came to the attacker")
    # Budget sends the redirect URI at which the code came back, `/callback`; Bank ID sent it to `/partner`.
    stage.mallory_comes_back(stage.callback("budget"), code)
