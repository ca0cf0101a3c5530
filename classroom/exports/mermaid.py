"""A flow as a Mermaid sequence diagram."""

from typing import Any

from classroom.exports.text import label_of, lanes_of

Json = dict[str, Any]


def mermaid(flow: Json, messages: list[Json]) -> str:
    """Return the diagram; responses are dashed, and what happened without a message is a note."""
    lanes = lanes_of(flow, messages)
    names = {lane: f"p{number}" for number, lane in enumerate(lanes)}  # ours: a recorded name could be a keyword
    lines = ["sequenceDiagram", "    autonumber"]
    lines += [f"    participant {names[lane]} as {escaped(title)}" for lane, title in lanes.items()]
    for message in messages:
        sender, receiver = names[message["from"]["id"]], names[message["to"]["id"]]
        text = escaped(label_of(message))
        if message["kind"] in ("request", "response"):
            arrow = "->>" if message["kind"] == "request" else "-->>"
            lines.append(f"    {sender}{arrow}{receiver}: {text}")
        else:
            lines.append(f"    Note over {receiver}: {text}")
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Return text in which everything but letters, digits and harmless signs is a numbered entity of Mermaid's."""
    plain = "".join(letter if letter.isalnum() or letter in " ._/-,()=…" else f"#{ord(letter)};" for letter in text)
    return plain.strip() or "#32;"
