"""A flow as a transcript to read and to paste: what was said, to whom, and the messages as they were."""

import re
from datetime import UTC, datetime
from typing import Any

from classroom.exports.text import visible

Json = dict[str, Any]
SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+!|~&-])")


def markdown(flow: Json, messages: list[Json]) -> str:
    """Return the transcript; recorded text stands in fences that it cannot close."""
    began = datetime.fromtimestamp(flow["began_at"], UTC).isoformat(sep=" ", timespec="seconds")
    parts = [f"# {plain(flow['title'])}", f"Began {began}; {plain(flow['state'])}; {len(messages)} messages."]
    for number, message in enumerate(messages, 1):
        parts += [f"## {number}. {heading(message)}", *explained(message), fenced(raw(message))]
    return "\n\n".join(parts) + "\n"


def heading(message: Json) -> str:
    """Return who says something to whom."""
    if message["kind"] in ("request", "response"):
        return f"{plain(message['from']['title'])} → {plain(message['to']['title'])}"
    return f"{plain(message['to']['title'])}: {message['kind']}"


def explained(message: Json) -> list[str]:
    """Return the sentence and the sections that go with a message."""
    sentence = [plain(str(message["says"]))] if message.get("says") else []
    return sentence + ([plain(", ".join(message["sections"]))] if message.get("sections") else [])


def raw(message: Json) -> str:
    """Return a message as it was sent; what was not recorded is said."""
    if message["kind"] == "request":
        lines = [f"{message['method']} {message['target']} {message['protocol']}"]
    elif message["kind"] == "response":
        lines = [f"{message['protocol']} {message['status']} {message['reason']}"]
    else:
        lines = [str(message.get("what", "")) or f"{message.get('lost', 0)} entries are missing"]
        lines += [f"{name}: {value}" for name, value in dict(message.get("details", {})).items()]
    lines += [f"{name}: {value}" for name, value in message["headers"]]
    if message.get("headers_left_out"):
        lines.append(f"… ({message['headers_left_out']} more; the recorder had no room for them)")
    if message["body"]:
        lines += ["", message["body"]]
    if message["cut"]:
        lines.append(f"… ({message['length']} bytes; the recorder kept the beginning)")
    return "\n".join(lines)


def plain(text: str) -> str:
    """Return text of one line in which nothing is Markdown."""
    return SPECIAL.sub(r"\\\1", visible(text))


def fenced(text: str) -> str:
    """Return text in a fence that is longer than any in it."""
    # A body may hold a fence of its own: what comes after it would be Markdown, links and pictures and all.
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}http\n{visible(text, kept=chr(10) + chr(9))}\n{fence}"
