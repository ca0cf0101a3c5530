"""What a request may ask for: bounded, and refused in words that say what was expected."""

import base64
import binascii
import re
from collections.abc import Collection
from typing import Any

from flask import request

from classroom.errors import Problem

ENTRY_ID = re.compile(r"[0-9]{1,19}-[0-9]{1,19}")
WORLD = re.compile(r"[a-z0-9-]{0,63}")
MOST_IDS = 200  # in a list of them
METHOD = re.compile(r"[A-Z]{1,20}")
TARGET = re.compile(r"/[!\"$-~]*")  # nothing of it can become a header, nor a fragment, which is never sent
EDITED_TARGET = re.compile(r"/[!\"$->@-Z\\^-~]*(\?[!\"$-~]*)?")  # brackets stand around a host alone: RFC 3986 §3.2.2
LOCATION = re.compile(r"[!-~]+")
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # RFC 9110 §5.6.2
HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")  # the letters that HTTP knows
WRONG_TARGET = "`target` must be a path and a query, such as /token?x=1, percent-encoded."


def entry_id_in(text: str, name: str) -> str:
    """Return an id of the stream, or nothing where none was given."""
    if text in ("", "0"):
        return text and "0-0"
    if not ENTRY_ID.fullmatch(text):
        raise Problem(400, f"`{name}` is the id of a message, such as 1764000000000-0.")
    return text


def entry_ids_in(text: str, name: str) -> list[str]:
    """Return ids of the stream that stand in a list with commas."""
    ids = [entry_id_in(each, name) for each in text.split(",") if each]
    if len(ids) > MOST_IDS:
        raise Problem(400, f"`{name}` names at most {MOST_IDS} messages.")
    return ids


def one_of(text: str, allowed: Collection[str], name: str) -> str:
    """Return a word that is allowed, or nothing where none was given."""
    if text and text not in allowed:
        raise Problem(400, f"`{name}` is one of {', '.join(allowed)}.")
    return text


def whole_number(name: str, default: int, most: int) -> int:
    """Return a number of the query between 1 and `most`."""
    text = request.args.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and 1 <= int(text) <= most):
        raise Problem(400, f"`{name}` is a whole number from 1 to {most}.")
    return int(text)


def json_object() -> dict[str, Any]:
    """Return the body, which must be a JSON object."""
    try:
        body = request.get_json(silent=True)
    except RecursionError:
        body = None
    if not isinstance(body, dict):
        raise Problem(400, "The body must be a JSON object.")
    return body


def text_in(parameters: dict[str, Any], name: str, default: str | None = None) -> str:
    """Return a member that must be a text."""
    value = parameters.get(name, default)
    if not isinstance(value, str):
        raise Problem(400, f"`{name}` must be a text.")
    return value


def target_in(parameters: dict[str, Any], as_it_came: str) -> str:
    """Return `target`; only one that came so may have brackets in its path (RFC 3986 §3.3)."""
    target = text_in(parameters, "target", as_it_came)
    return matching(TARGET if target == as_it_came else EDITED_TARGET, target, WRONG_TARGET)


def world_in(parameters: dict[str, Any]) -> str:
    """Return `world`, the name of a lab, or empty for the secure parties."""
    return matching(WORLD, text_in(parameters, "world", ""), "`world` is the name of a lab, or empty.")


def headers_in(parameters: dict[str, Any], default: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return `headers`, a list of pairs of texts."""
    value = parameters.get("headers")
    if value is None:
        return default
    well = isinstance(value, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair) for pair in value
    )
    if not well:
        raise Problem(400, '`headers` must be a list of pairs, such as [["Accept", "application/json"]].')
    for name, text in value:
        matching(HEADER_NAME, name, f"{name!r} cannot be the name of a header.")
        matching(HEADER_VALUE, text, f"The value of {name} must be one line of Latin letters.")
    return [(name, text) for name, text in value]


def body_in(parameters: dict[str, Any]) -> bytes:
    """Return `body`, a text, or bytes where `body_encoding` is base64."""
    body, encoding = text_in(parameters, "body"), parameters.get("body_encoding", "utf-8")
    if encoding not in ("utf-8", "base64"):
        raise Problem(400, "`body_encoding` must be utf-8 or base64.")
    try:
        return body.encode() if encoding == "utf-8" else base64.b64decode(body, validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise Problem(400, f"`body` is not {encoding}.") from None


def matching(pattern: re.Pattern[str], text: str, complaint: str) -> str:
    """Return a text that has the right form."""
    if not pattern.fullmatch(text):
        raise Problem(400, complaint)
    return text
