"""How the classroom says no: JSON with what was wrong and what it expected."""

import logging

from flask import Flask, Response, jsonify, render_template, request
from redis.exceptions import RedisError
from werkzeug.exceptions import HTTPException

log = logging.getLogger(__name__)
WORDS = {
    404: "There is nothing at this URL.",
    405: "Nothing at this URL takes this method.",
    500: "The classroom has made a mistake of its own; its log tells which: `make logs`.",
}


class Problem(Exception):
    """A refusal with its status, in words for whoever asked."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers or {}


def register(app: Flask) -> None:
    """Render every refusal, the framework's own included."""

    @app.errorhandler(Problem)
    def refused(problem: Problem) -> Response:
        return render(problem.status, problem.message, problem.headers)

    @app.errorhandler(RedisError)
    def wire_is_away(problem: RedisError) -> Response:
        log.error("Redis does not answer: %s", type(problem).__name__)
        return render(503, "Redis does not answer; the wire cannot be written to now.", {"Retry-After": "2"})

    @app.errorhandler(HTTPException)
    def http_error(problem: HTTPException) -> Response:
        kept = {name: value for name, value in problem.get_headers() if name in ("Allow", "Retry-After")}
        return render(problem.code or 500, WORDS.get(problem.code or 500) or problem.description or "", kept)


def render(status: int, message: str, headers: dict[str, str]) -> Response:
    """Return the refusal, as JSON for programs and as a page for people."""
    if request.path.startswith("/api/"):
        response = jsonify(error=message)
    else:
        response = Response(render_template("error.html", message=message, status=status))
    response.status_code = status
    response.headers.update(headers)
    return response
