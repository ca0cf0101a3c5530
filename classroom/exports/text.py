"""Recorded text made fit for a file: what cannot be seen, or would turn the line around, is spelt out."""

import re
from typing import Any
from urllib.parse import quote

ORIGIN = re.compile(r"http://[A-Za-z0-9.-]+(:[0-9]{1,5})?")
PRINTABLE = "!$%&'()*+,/:;=?@[]~-._"  # without #: a target has no fragment, and what follows would not be sent


def visible(text: str, kept: str = "") -> str:
    """Return text in which control characters and those that change direction are spelt `\\u202e`."""
    return "".join(letter if letter.isprintable() or letter in kept else f"\\u{ord(letter):04x}" for letter in text)


def shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def address_of(message: dict[str, Any]) -> str:
    """Return the whole URL of a request; what no URL may hold is percent-encoded."""
    target = str(message["target"] or "/")
    if not target.startswith("/"):
        target = "/" + target
    origin = str(message["origin"]) if ORIGIN.fullmatch(str(message["origin"])) else "http://unknown.invalid"
    return origin + quote(target, safe=PRINTABLE, errors="replace")


def label_of(message: dict[str, Any], most: int = 70) -> str:
    """Return a message in a few words: what travels, and the secrets in it by their fingerprints."""
    if message["kind"] == "request":
        said = f"{message['method']} {message['path']}"
    elif message["kind"] == "response":
        said = f"{message['status']} {message['reason']}"
    else:
        said = f"{message['kind']}: {message.get('what') or message.get('lost', '')}"
    chips = dict.fromkeys(f"{artifact['kind']} {artifact['label']}" for artifact in message["artifacts"])
    carried = f" ({', '.join(chips)})" if chips else ""
    return visible(shortened(said, most) + shortened(carried, 2 * most))


def lanes_of(flow: dict[str, Any], messages: list[dict[str, Any]]) -> dict[str, str]:
    """Return the holders that speak or are spoken to, by id, in the flow's order, with their titles."""
    spoken = {each["id"]: str(each["title"]) for message in messages for each in (message["from"], message["to"])}
    order = [lane for lane in flow["lanes"] if lane in spoken]
    return {lane: visible(spoken[lane]) for lane in dict.fromkeys([*order, *spoken])}
