"""To take away: a flow as HAR, Mermaid, SVG or Markdown, and a message as a line for the shell."""

import json
from collections.abc import Callable

from flask import Blueprint, Response, current_app, request

from classroom import views
from classroom.errors import Problem
from classroom.exports.curl import curl
from classroom.exports.har import har
from classroom.exports.markdown import markdown
from classroom.exports.mermaid import mermaid
from classroom.exports.secrets import without_secrets
from classroom.exports.svg import svg
from classroom.views import Json

Write = Callable[[Json, list[Json]], str]
FORMATS: dict[str, tuple[str, Write]] = {
    "har": ("application/json", lambda flow, messages: json.dumps(har(flow, messages), indent=1)),
    "mmd": ("text/vnd.mermaid", mermaid),
    "svg": ("image/svg+xml", svg),
    "md": ("text/markdown", markdown),
}
bp = Blueprint("exports", __name__)


@bp.get("/api/flows/<flow_id>/export.<form>")
def export(flow_id: str, form: str) -> Response:
    """Return a flow as a file; `?secrets=cut` puts names in the place of secrets."""
    if form not in FORMATS:
        raise Problem(404, f"A flow can be taken away as {', '.join(FORMATS)}.")
    kind, write = FORMATS[form]
    with current_app.extensions["observer"].reading() as conversation:
        flow = views.flow(conversation, flow_id)
        messages = views.messages_of(conversation, flow)
    # Before anything is written: so no format has a way of its own for a secret to stay in.
    if secrets_are_cut():
        flow, messages = without_secrets(flow, messages)
    response = Response(write(flow, messages), content_type=f"{kind}; charset=utf-8")
    # A download, and never a page of ours: what it says was written by whoever sent the messages.
    response.headers["Content-Disposition"] = f'attachment; filename="flow.{form}"'
    return response


@bp.get("/api/messages/<message_id>/curl")
def as_curl(message_id: str) -> Response:
    """Return a request as a line for the shell; a response has its request's."""
    with current_app.extensions["observer"].reading() as conversation:
        message = views.message(conversation, message_id)
        if message["kind"] == "response":
            message = views.request_of(conversation, message)
    if message["kind"] != "request":
        raise Problem(400, f"Only a request can be sent with curl, and this is a {message['kind']}.")
    # Half a body would be another request, and its answer would be taken for the answer to this one.
    if message["cut"]:
        raise Problem(409, "The recorder kept only the beginning of this body.")
    if message["headers_left_out"]:
        raise Problem(409, "The recorder had no room for all headers of this request.")
    if secrets_are_cut():
        _, [message] = without_secrets({}, [message])
    return Response(curl(message) + "\n", content_type="text/plain; charset=utf-8")


def secrets_are_cut() -> bool:
    """Whether `secrets=cut` was asked for."""
    choice = request.args.get("secrets", "shown")
    if choice not in ("cut", "shown"):
        raise Problem(400, "`secrets` is cut or shown.")
    return choice == "cut"
