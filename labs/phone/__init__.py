"""The phone: Piggy, the good app, and Torch, a bad one; each is a page and a small server at an origin of its own."""

from flask import Flask, redirect, render_template, request
from werkzeug.wrappers import Response

from labs.people import parameters_in
from labs.stage import by_hand
from labs.worlds import LabWorld

POLICY = "default-src 'self'; style-src 'self'; base-uri 'none'"


def create_app(name: str) -> Flask:
    """Return an app of the phone, `piggy` or `torch`: it opens URIs of the scheme that it has claimed."""
    app = Flask(name, root_path=__path__[0], template_folder="../templates", static_folder="../static")
    app.config["APP"] = name
    app.add_url_rule("/", view_func=lambda: front(name), endpoint="front")
    app.add_url_rule("/opened", view_func=lambda: opened(name), endpoint="opened")
    if name == "piggy":
        app.add_url_rule("/connect", view_func=connect)
    app.after_request(protect)
    return app


def world() -> LabWorld:
    world: LabWorld = request.environ["labs.world"]
    return world


def front(name: str) -> str:
    """Show the app; its script claims the scheme when the button is pressed."""
    return render_template("phone/app.html", name=name, world=world(), labs=world().settings.origin)


def connect() -> Response:
    """Let Piggy ask: its verifier stays in the app (RFC 8252 §8.1)."""
    return redirect(by_hand(world()).app_asks("piggy"), 303)


def opened(name: str) -> str:
    """Take a URI that the system handed over, as an app on a phone is opened with one."""
    parameters = parameters_in(request.args.get("uri", ""))
    if name == "torch":  # a bad app sends on whatever it is opened with; Piggy keeps it to itself
        world().collection.keep(parameters, "a URI that the phone handed to Torch")
    return render_template(
        "phone/opened.html", name=name, world=world(), parameters=parameters, labs=world().settings.origin
    )


def protect(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    return response
