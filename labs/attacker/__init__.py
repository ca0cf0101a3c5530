"""The attacker: a real party at an origin of its own, which keeps whatever reaches it and uses what it holds."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Flask, Response, render_template, request

from labs import texts
from labs.attacker import workshop
from labs.collection import Collection

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
    told = request.get_json(silent=True)
    collection.keep(request.args.to_dict(), f"{request.method} /{path}, in the address")
    collection.keep(request.form.to_dict(), f"{request.method} /{path}, in the body")
    if uri := request.args.get("uri"):  # of an app's scheme
        collection.keep(pairs_of(uri), f"{request.method} /{path}, handed over by the system")
    collection.keep(told if isinstance(told, dict) else {}, f"{request.method} /{path}, in the body")
    if referrer := request.headers.get("Referer"):
        collection.keep(pairs_of(referrer), f"{request.method} /{path}, in Referer")
    if page := collection.pages.get(f"/{path}"):
        return page(world)
    if request.headers.get("Sec-Fetch-Dest") == "image" or path.endswith((".png", ".svg")):
        return Response(PICTURE.read_bytes(), mimetype="image/svg+xml")
    return render_template("attacker/collected.html", world=world, labs=world.settings.origin)


def pairs_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


def protect(response: Response) -> Response:
    """Run no script but its own, unless a lab's page brings a policy of its own."""
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["Cache-Control"] = "no-store"
    return response
