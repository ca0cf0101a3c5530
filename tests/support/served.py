"""A small party for the tests of the server: what it was asked, as WSGI and the record have it."""

from flask import Flask, Response, jsonify, request

from wire.door import open_door, target_of
from wire.message import HEADERS
from wire.recorder import headers_of

ORIGIN = "http://party.localhost:9000"


def create_app() -> Flask:
    """Make an app that tells what reached it."""
    app = Flask(__name__)
    open_door(app, ORIGIN, ready=lambda: None)

    @app.route("/token", methods=["GET", "POST"])
    def token() -> Response:
        environ = request.environ
        response = jsonify(
            path=environ["PATH_INFO"],
            query=environ["QUERY_STRING"],
            script_name=environ["SCRIPT_NAME"],
            target=target_of(environ),
            headers=headers_of(environ) if HEADERS in environ else None,
            body=request.get_data(as_text=True),
        )
        response.headers["WWW-Authenticate"] = "Basic"
        return response

    return app
