"""A page with kittens has two buttons; one of them is an order to Budget, and the other one to the bank."""

from typing import Any

from flask import Response, render_template

from labs.chromium import BrowserStage
from labs.steps import step

ORDER = {"to_account": "mallory-current", "amount": "1.00", "reference": "Kittens"}


def kittens(world: Any) -> Response:
    """Show kittens, and two forms that lead elsewhere."""
    page = Response(render_template("pages/kittens.html", here=world.here, order=ORDER))
    # No script is needed: a form may lead to any site, and the browser adds that site's cookie.
    page.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'"
    return page


PAGES = {"/kittens": kittens}


@step("Alice", by_hand="{budget}/connect?with=transfers:write")
def alice_lets_budget_pay(stage: BrowserStage) -> None:
    """Connect Budget to the bank and let it make transfers: sign in as alice, and allow."""
    stage.alice.go(f"{stage.here.budget}/connect?with=transfers:write").agree()


@step("Alice", by_hand="{attacker}/kittens")
def alice_looks_at_more_kittens(stage: BrowserStage) -> None:
    """Press “Show more kittens”: the form goes to the bank itself, which asks for a token."""
    # The same order to the bank is refused: a browser adds cookies by itself, and never a token.
    stage.alice.go(f"{stage.here.attacker}/kittens").click("Show more kittens", leads_to=stage.here.bank)


@step("Alice", by_hand="{attacker}/kittens")
def alice_looks_at_kittens(stage: BrowserStage) -> None:
    """Press “Show the kittens”: the form goes to Budget."""
    stage.alice.go(f"{stage.here.attacker}/kittens").click("Show the kittens", leads_to=stage.here.budget)
