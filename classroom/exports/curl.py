"""A request as one line for the shell, in which every recorded byte is quoted."""

import base64
import shlex
from typing import Any

from classroom.exports.text import address_of, visible
from classroom.parameters import HEADER_NAME

OURS = ("host", "content-length", "connection", "transfer-encoding")  # curl writes them itself


def curl(message: dict[str, Any]) -> str:
    """Return the line; a body that a shell cannot hold is decoded from base64 on the way."""
    words = ["curl", "--include", "--globoff", "--path-as-is", "--request", visible(message["method"])]
    words.append(address_of(message))
    for name, value in message["headers"]:
        if name.lower() not in OURS and HEADER_NAME.fullmatch(name):
            words += ["--header", visible(f"{name}: {value}" if value else f"{name};")]
    body, before = message["body"], ""
    if message["body_encoding"] == "base64" or "\0" in body:
        encoded = body if message["body_encoding"] == "base64" else base64.b64encode(body.encode()).decode()
        before = f"printf %s {shlex.quote(encoded)} | base64 -d | "
        words += ["--data-binary", "@-"]
    elif body:
        words += ["--data-raw", body]
    return before + shlex.join(words)
