"""A link to Bank ID with a mistake in it, and a page that waits where the error goes."""

from typing import Any

from flask import render_template, request

from labs.stage import Stage, Stuck
from labs.steps import step


def false_bank_id(_: Any) -> str:
    """Look like Bank ID, and thank for what is typed."""
    return render_template("pages/bank-id.html", typed=request.method == "POST")


PAGES = {"/bank-id": false_bank_id}


@step("Alice", by_hand="{auth}/logout")
def nobody_is_signed_in(stage: Stage) -> None:
    """See to it that nobody is signed in at Bank ID."""
    stage.alice.go(f"{stage.here.auth}/logout")


@step("attacker")
def makes_a_link_with_a_mistake(stage: Stage) -> None:
    """Register an app that redirects to a false Bank ID, and ask in its name for a permission that does not exist."""
    redirect_uri = f"{stage.here.attacker}/bank-id"
    # The attacker may name this page because it is his client's: nothing about the redirect URI is wrong.
    client_id = stage.attacker.register("Recipes", redirect_uri)["client_id"]
    stage.kept["link"] = stage.onward = stage.link(client_id, redirect_uri, scope="nonsense")


@step("Alice")
def alice_follows_the_link(stage: Stage) -> None:
    """Follow the link to Bank ID. Sign in as alice where it takes you, if you have not signed in yet."""
    if not stage.kept.get("link"):
        raise Stuck("the attacker has no link yet")
    stage.alice.go(stage.kept["link"])
    # Where she is decides: whoever looks at the address bar sees Bank ID's name up to this moment, then the attacker's.
    if stage.alice.address.startswith(stage.here.auth):
        stage.alice.sign_in()  # at the real Bank ID: she does not do it twice
    else:
        stage.alice.press("/bank-id", username=stage.alice.name, password=stage.alice.password)
