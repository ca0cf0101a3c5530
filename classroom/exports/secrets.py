"""Secrets cut out of a flow: wherever a value travels, and however it is encoded there, its name stands instead."""

import base64
import binascii
import html
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

from classroom.exports.spellings import Spellings

Json = dict[str, Any]
Cut = Callable[[str], str]
NO_SECRETS = ("challenge",)  # it may be known to all: that is what it is for (RFC 7636 §7.1)
OURS = ("id", "exchange", "kind", "label", "fingerprint", "flow", "channel", "messages")  # words of the classroom's
BASIC = re.compile(r"\b(Basic) +([A-Za-z0-9+/=]+)", re.IGNORECASE)
LEFT_OUT = "[left out: only a whole text can be cut without doubt]"


def without_secrets(flow: Json, messages: list[Json]) -> tuple[Json, list[Json]]:
    """Return copies of a flow and its messages in which kind and label stand for each secret."""
    names: dict[str, str] = {}
    for message in messages:
        for artifact in message["artifacts"]:
            if artifact["kind"] not in NO_SECRETS and artifact["value"]:
                names[artifact["value"]] = f"[{artifact['kind']} {artifact['label']}]"
    spellings = Spellings({spelling: name for value, name in names.items() for spelling in spellings_of(value)})

    def cut(text: str) -> str:
        return spellings.cut(BASIC.sub(without_credentials, text))

    return all_cut(flow, cut), [all_cut(as_texts(message), cut) for message in messages]


def spellings_of(value: str) -> set[str]:
    """Return how a value may look in a URL, a form, JSON and HTML, and in a URL within a URL."""
    known = value.encode("utf-8", "replace")
    once = {value, json.dumps(value)[1:-1], html.escape(value), quote(known), quote(known, safe=""), quote_plus(known)}
    return once | {quote(spelling.encode("utf-8", "replace"), safe="") for spelling in once}


def without_credentials(match: re.Match[str]) -> str:
    """Return the header without name and password, which only a colon tells from other words (RFC 7617 §2)."""
    try:
        credentials = base64.b64decode(match[2].rstrip("=") + "=" * (-len(match[2].rstrip("=")) % 4))
    except binascii.Error:
        return match[0]
    return f"{match[1]} [credentials]" if b":" in credentials else match[0]


def as_texts(message: Json) -> Json:
    """Leave out a body that is no text, or of which only the beginning was recorded: it may end within a secret."""
    texts: Json = {}
    if message["body"] and (message["cut"] or message["body_encoding"] != "utf-8"):
        texts = {"body": LEFT_OUT, "body_encoding": "utf-8"}
    if "details" in message:  # what a page reports has names of its choosing
        texts["details"] = list(message["details"].items())
    return message | texts


def all_cut(value: Any, cut: Cut) -> Any:
    """Return a copy in which all texts are cut, but those that are the classroom's own words."""
    if isinstance(value, str):
        return cut(value)
    if isinstance(value, list | tuple):
        return [all_cut(each, cut) for each in value]
    if isinstance(value, dict):
        return {name: each if name in OURS else all_cut(each, cut) for name, each in value.items()}
    return value
