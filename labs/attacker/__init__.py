"""The attacker: a real party at an origin of its own, which keeps whatever reaches it and shows what it holds."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Flask, Response, current_app, redirect, render_template, request
from requests import RequestException
from werkzeug.wrappers import Response as AnyResponse

from labs.collection import Collection
from labs.stage import Stuck, by_hand

PIXEL = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
POLICY = "default-src 'self'; style-src 'self'; base-uri 'none'"


def create_app() -> Flask:
    """Return the attacker's server; which world it is in stands in the request."""
    app = Flask(__name__, template_folder="../templates", static_folder="../static")
    app.add_url_rule("/loot", view_func=loot)
    app.add_url_rule("/spend", view_func=spend, methods=["POST"])
    app.add_url_rule("/act/<name>", view_func=act, methods=["POST"])
    app.add_url_rule("/", defaults={"path": ""}, view_func=collect, methods=["GET", "POST", "PUT", "OPTIONS"])
    app.add_url_rule("/<path:path>", view_func=collect, methods=["GET", "POST", "PUT", "OPTIONS"])
    app.after_request(protect)
    return app


def world() -> Any:
    return request.environ["labs.world"]


def collect(path: str) -> Any:
    """Keep what came, by whatever path and method; pages that a lab has put here are shown."""
    collection: Collection = world().collection
    told = request.get_json(silent=True)
    collection.keep(request.args.to_dict(), f"{request.method} /{path}, in the address")
    collection.keep(request.form.to_dict(), f"{request.method} /{path}, in the body")
    if uri := request.args.get("uri"):  # of an app's scheme
        collection.keep(pairs_of(uri), f"{request.method} /{path}, handed over by the system")
    collection.keep(told if isinstance(told, dict) else {}, f"{request.method} /{path}, in the body")
    if referrer := request.headers.get("Referer"):
        collection.keep(pairs_of(referrer), f"{request.method} /{path}, in Referer")
    if page := collection.pages.get(f"/{path}"):
        return page(world())
    if request.headers.get("Sec-Fetch-Dest") == "image" or path.endswith((".png", ".svg")):
        return Response(PIXEL, mimetype="image/svg+xml")
    return render_template("attacker/collected.html", here=world().here)


def pairs_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


def loot() -> str:
    """Show what the attacker holds, and what it can do with it."""
    found = world()
    steps = [one for one in found.lab.steps if one.who == "attacker"]
    return render_template(
        "attacker/loot.html", world=found, things=found.collection.things, steps=steps, labs=found.settings.origin
    )


def spend() -> AnyResponse | str:
    """Use a token at the bank, by ordinary HTTP."""
    if not request.form.get("token"):
        return redirect("/loot", 303)
    stage = by_hand(world())
    path = request.form.get("path", "/accounts")
    answer = stage.attacker.bank("GET", path if path.startswith("/") else "/accounts", request.form.get("token", ""))
    return render_template(
        "attacker/answer.html", world=world(), what=f"GET {path}", answer=answer, labs=world().settings.origin
    )


def act(name: str) -> AnyResponse | str:
    """Do one step of the attack that is the attacker's own."""
    found = world()
    step = next((one for one in found.lab.steps if one.name == name and one.who != "Alice"), None)
    if step is None:
        return redirect("/loot", 303)
    try:
        with found.lock:
            stage = by_hand(found)
            stage.given = request.form.get("given", "").strip()
            step.act(stage)
    except (Stuck, RequestException) as problem:
        return render_template(
            "attacker/stuck.html", world=found, step=step, problem=problem, labs=found.settings.origin
        )
    if stage.onward:
        onward, stage.onward = stage.onward, ""
        return render_template(
            "attacker/onward.html", world=found, step=step, onward=onward, labs=found.settings.origin
        )
    return render_template(
        "attacker/done.html", world=found, step=step, answer=stage.attacker.last, labs=found.settings.origin
    )


def protect(response: Response) -> Response:
    """Run no script but its own; `current_app` may loosen this for a lab that needs the attacker's page to run one."""
    response.headers.setdefault("Content-Security-Policy", current_app.config.get("POLICY", POLICY))
    response.headers["Cache-Control"] = "no-store"
    return response
