"""Send again: a recorded request, edited or not, sent once more to the party that received it and to nobody else."""

import time
from typing import Any

import requests
from flask import Blueprint, Response, current_app, jsonify
from urllib3.exceptions import HTTPError

from classroom import views
from classroom.config import settings
from classroom.defences import defences
from classroom.errors import Problem
from classroom.parameters import METHOD, body_in, headers_in, json_object, matching, target_in, text_in

OURS = (  # the connection's own headers, and those that we write ourselves (RFC 9110 §7.6.1)
    *("connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"),
    *("proxy-authenticate", "proxy-authorization", "expect", "host", "content-length", "user-agent"),
)
PARTS = {"method", "target", "headers", "body", "body_encoding"}
bp = Blueprint("resend", __name__)


@bp.post("/api/send-again")
def send_again() -> Response:
    """Send a recorded request once more, and show its answer beside the first one."""
    parameters = json_object()
    # Only what was recorded can be sent, and only to where it went: this is no door to the rest of the network.
    with current_app.extensions["observer"].reading() as conversation:
        first = views.message(conversation, text_in(parameters, "message"))
        first_answer = views.answer_to(conversation, first)
    edited = parameters.get("request", {})
    if not isinstance(edited, dict) or edited.keys() - PARTS:
        raise Problem(400, f"`request` must be an object of {', '.join(sorted(PARTS))}; what is left out stays.")
    method, target, headers, body = request_to_send(first, edited)
    origin = defences.only_our_parties_are_sent_to(settings.parties, first)
    started = time.monotonic()
    answer = send(method, origin + target, headers, body)
    return jsonify(
        request={"method": method, "target": target, "origin": origin, "headers": headers, **views.body_of(body)},
        response=answer | {"milliseconds": round((time.monotonic() - started) * 1000, 1)},
        first=first_answer,
    )


def request_to_send(first: dict[str, Any], edited: dict[str, Any]) -> tuple[str, str, list[tuple[str, str]], bytes]:
    """Return the recorded request with the edits in it."""
    if first["kind"] != "request":
        raise Problem(400, f"Only a request can be sent again, and this is a {first['kind']}.")
    if first["cut"] and edited.get("body", first["body"]) == first["body"]:
        raise Problem(409, "The recorder kept only the beginning of this body; give a whole `body`.")
    if first["headers_left_out"] and "headers" not in edited:
        raise Problem(409, "The recorder had no room for all headers of this request; give them as `headers`.")
    body = {"body": first["body"], "body_encoding": first["body_encoding"]} | (edited if "body" in edited else {})
    recorded = [(name, value) for name, value in first["headers"]]
    return (
        matching(METHOD, text_in(edited, "method", first["method"]), "`method` must be a method, such as GET."),
        target_in(edited, first["target"]),
        [(name, value) for name, value in headers_in(edited, recorded) if name.lower() not in OURS],
        body_in(body),
    )


def send(method: str, address: str, headers: list[tuple[str, str]], body: bytes) -> dict[str, Any]:
    """Send it as the classroom, which says so in `User-Agent`; return the answer as it came."""
    http: requests.Session = current_app.extensions["http"]
    prepared = requests.Request(method, "http://party.invalid/", data=body or None).prepare()
    prepared.url = address  # as it is: nothing is encoded anew
    # A header that stands twice is sent as one list, which means the same: RFC 9110 §5.3.
    for name, value in headers:
        before = f"{prepared.headers[name]}, " if name in prepared.headers else ""
        prepared.headers[name] = before + value
    # Last, over whatever was recorded: on the wire nobody shall take this request for the first sender's.
    prepared.headers["User-Agent"] = str(http.headers["User-Agent"])
    try:
        with http.send(prepared, stream=True, allow_redirects=defences.redirects_are_not_followed()) as answer:
            kept = answer.raw.read(settings.largest_answer + 1, decode_content=False)
    except (requests.RequestException, HTTPError, OSError, UnicodeError) as problem:
        raise Problem(502, f"The party does not answer ({type(problem).__name__}).") from None
    most = settings.largest_answer
    return {
        "status": answer.status_code,
        "reason": answer.reason,
        "headers": [(name, value) for name, value in answer.raw.headers.items()],
        "cut": len(kept) > most,
        **views.body_of(kept[:most]),
    }
