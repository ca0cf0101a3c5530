"""A request as one line for the shell, in which every recorded byte is quoted."""

import base64
import shlex
from typing import Any

from classroom.exports.text import address_of, visible
from classroom.parameters import HEADER_NAME

OURS = ("host", "content-length", "connection", "transfer-encoding")  # curl writes them itself
ADDED = ("Accept", "User-Agent")  # by curl to every request that has none
ADDED_TO_A_BODY = ("Content-Type", "Expect")


def curl(message: dict[str, Any]) -> str:
    """Return the line; a body that a shell cannot hold is decoded from base64 on the way."""
    words = ["curl", "--include", "--globoff", "--path-as-is", *method(message), address_of(message)]
    if message["protocol"] == "HTTP/1.0":
        words.append("--http1.0")
    data, before = body(message)
    return before + shlex.join([*words, *headers(message, has_body=bool(data)), *data])


def method(message: dict[str, Any]) -> list[str]:
    """Return how curl is told the method: after a HEAD by any other name it waits for a body that never comes."""
    return ["--head"] if is_head(message) else ["--request", visible(message["method"])]


def is_head(message: dict[str, Any]) -> bool:
    return message["method"] == "HEAD" and not message["body"]  # with a body, curl takes no `--head`


def headers(message: dict[str, Any], has_body: bool) -> list[str]:
    """Return the headers, and what keeps curl from adding any: a request of another type is answered differently."""
    words: list[str] = []
    for name, value in message["headers"]:
        if name.lower() not in OURS and HEADER_NAME.fullmatch(name):
            words += ["--header", visible(f"{name}: {value}" if value else f"{name};")]
    sent = {name.lower() for name, _ in message["headers"]}
    for name in ADDED + (ADDED_TO_A_BODY if has_body else ()):
        if name.lower() not in sent:
            words += ["--header", f"{name}:"]
    return words


def body(message: dict[str, Any]) -> tuple[list[str], str]:
    """Return the body's words, and what goes before curl: a request with an empty body says that it is empty."""
    content, is_binary = message["body"], message["body_encoding"] == "base64"
    if is_binary or "\0" in content:
        encoded = content if is_binary else base64.b64encode(content.encode()).decode()
        return ["--data-binary", "@-"], f"printf %s {shlex.quote(encoded)} | base64 -d | "
    says_its_length = any(name.lower() == "content-length" for name, _ in message["headers"])
    return (["--data-raw", content], "") if content or (says_its_length and not is_head(message)) else ([], "")
