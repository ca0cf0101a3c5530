"""The attacker: a real party at an origin of its own, which keeps whatever reaches it and uses what it holds."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import BadRequest

from labs import texts
from labs.attacker import workshop
from labs.collection import Collection
from labs.json_body import json_body
from labs.people import parameters_in

POLICY = "default-src 'self'; style-src 'self'; base-uri 'none'"
PICTURE = Path(__file__).parent.parent / "static" / "advertisement.svg"


def create_app() -> Flask:
    """Return the attacker's server; which world it is in stands in the request."""
    app = Flask(__name__, template_folder="../templates", static_folder="../static")
    app.jinja_env.filters["inline"] = texts.inline
    app.register_blueprint(workshop.bp)  # GET  /loot  POST /act/STEP  /spend
    app.add_url_rule("/", defaults={"path": ""}, view_func=collect, methods=["GET", "POST", "PUT", "OPTIONS"])
    app.add_url_rule("/<path:path>", view_func=collect, methods=["GET", "POST", "PUT", "OPTIONS"])
    app.after_request(protect)
    return app


def collect(path: str) -> Any:
    """Keep what came, by whatever path and method; pages that a lab has put here are shown."""
    world = request.environ["labs.world"]
    collection: Collection = world.collection
    for parameters, place in brought():
        collection.keep(parameters, f"{request.method} /{path}, {place}")
    # What came is kept before anything is answered: a page of the attacker's may be the last thing that Alice opens.
    if page := collection.pages.get(f"/{path}"):
        return page(world)
    if request.headers.get("Sec-Fetch-Dest") == "image" or path.endswith((".png", ".svg")):
        return Response(PICTURE.read_bytes(), mimetype="image/svg+xml")
    return render_template("attacker/collected.html", world=world, labs=world.settings.origin)


def brought() -> Iterator[tuple[dict[str, Any], str]]:
    """Give the parameters of a request, from each place in which it may carry some."""
    yield request.args.to_dict(), "in the URL"
    yield request.form.to_dict(), "in the body"
    yield parameters_in(request.args.get("uri", "")), "handed over by the system"  # a URI of an app's scheme
    yield json_object(), "in the body"
    yield parameters_in(request.headers.get("Referer", "")), "in Referer"


def json_object() -> dict[str, Any]:
    """Return the members of a JSON object; what cannot be read is of no use to the attacker, and no reason to fail."""
    with suppress(BadRequest):
        body = json_body()
        if isinstance(body, dict):
            return body
    return {}


def protect(response: Response) -> Response:
    """Run no script but its own, unless a lab's page brings a policy of its own."""
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["Cache-Control"] = "no-store"
    return response
