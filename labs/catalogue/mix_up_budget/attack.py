"""A server that sends everybody on to another one with Mallory's challenge, and a code that goes into her session."""

from urllib.parse import urlencode

from flask import Flask, redirect, request
from werkzeug.wrappers import Response

from labs.catalogue.mix_up.attack import metadata, token
from labs.stage import Stage, Stuck
from labs.steps import step

wonder = Flask(__name__)
HOSTS = {"wonder": wonder}
wonder.add_url_rule("/.well-known/oauth-authorization-server", view_func=metadata)
wonder.add_url_rule("/token", view_func=token, methods=["POST"])  # it keeps what comes, and gives nothing


@wonder.get("/authorize")
def authorize() -> Response:
    """Send the request on to Bank ID, with the challenge of Mallory's own flow in the place of the one that came."""
    world = request.environ["labs.world"]
    parameters = request.args.to_dict()
    # Budget's secret for Bank ID never comes here, so the code must be redeemed by Budget: in Mallory's session.
    if mallorys := world.collection.newest("code_challenge"):
        parameters["code_challenge"] = mallorys
    return redirect(f"{world.here.auth}/authorize?{urlencode(parameters)}", 303)


@step("attacker")
def mallory_begins_her_own_flow(stage: Stage) -> None:
    """Press "Connect" at Budget in Mallory's browser, go no further than Bank ID's door, and keep her challenge."""
    stage.collection.keep(stage.mallory_begins(), "Mallory's own request")


@step("Alice", by_hand="{budget}/connect-with-wonder")
def alice_chooses_wonder_id(stage: Stage) -> None:
    """Connect Budget with Wonder ID: at Bank ID sign in as alice, and allow."""
    if stage.alice.go(f"{stage.here.budget}/connect-with-wonder").status == 404:
        # this Budget does not know it: a link of the attacker's leads there all the same
        link = stage.link("budget", stage.callback("budget"))
        stage.alice.go(link.replace(stage.here.auth, stage.here.wonder, 1))
    stage.alice.agree()


@step("attacker")
def mallory_brings_alices_code(stage: Stage) -> None:
    """Open Budget's callback in Mallory's browser, with her `state` and Alice's code: it leads on to the account."""
    code = stage.collection.newest("code")
    if not code:
        raise Stuck("Budget brought no code to Wonder ID")
    stage.mallory_comes_back(stage.callback("budget"), code)
