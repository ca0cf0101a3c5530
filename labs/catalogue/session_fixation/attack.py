"""Mallory gives Alice a session of which she knows the number, and waits."""

from urllib.parse import urlsplit

from labs.stage import Stage, Stuck
from labs.steps import step

COOKIE = "budget_session"


@step("attacker")
def mallory_takes_a_session(stage: Stage) -> None:
    """Let Mallory begin at Budget, so that she has a session's number; make a link for Alice with this number."""
    stage.mallory.holds_back = f"{stage.here.auth}/authorize"
    stage.mallory.go(f"{stage.here.budget}/connect")
    cookies = stage.mallory.jars.get(host(stage), {})
    if COOKIE not in cookies:
        raise Stuck("Budget gave Mallory no session")
    stage.kept["planted"] = cookies[COOKIE]
    stage.onward = f"{stage.here.budget}/?session={cookies[COOKIE][0]}"


@step("Alice")
def alice_follows_the_link(stage: Stage) -> None:
    """Follow the link: it is the real Budget, and it shows nobody's money."""
    # Alice's browser has taken the number for its own: to Budget she and Mallory are one visitor now.
    stage.lead_alice().jars[host(stage)][COOKIE] = stage.kept["planted"]  # by a neighbour, if not by this link


@step("Alice", by_hand="{budget}/connect")
def alice_connects(stage: Stage) -> None:
    """Connect Budget to the bank: sign in as alice, and allow."""
    stage.alice.go(f"{stage.here.budget}/connect").agree()


@step("attacker")
def mallory_looks_again(stage: Stage) -> None:
    """Let Mallory open Budget in her own browser, with the same number as before."""
    stage.mallory.holds_back = ""
    stage.mallory.go(f"{stage.here.budget}/")


def host(stage: Stage) -> str:
    """Return the host whose cookies are Budget's."""
    return urlsplit(stage.here.budget).hostname or ""
