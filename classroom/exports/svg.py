"""A flow as a picture: a sequence diagram in SVG that needs nothing else."""

from typing import Any
from xml.sax.saxutils import escape

from classroom.exports.text import label_of, lanes_of, shortened, visible

Json = dict[str, Any]
LANE, STEP, TOP, MARGIN = 260, 46, 90, 130  # pixels
FRONT, BACK, INK = "#8a4b00", "#0b5c3b", "#1d1d1f"


def svg(flow: Json, messages: list[Json]) -> str:
    """Return the picture; through the browser is dashed, server to server is drawn through."""
    lanes = lanes_of(flow, messages)
    at = {lane: MARGIN + number * LANE for number, lane in enumerate(lanes)}
    width, height = 2 * MARGIN + LANE * max(0, len(lanes) - 1), TOP + STEP * (len(messages) + 1)
    title = escape(visible(flow["title"]))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="system-ui, sans-serif" font-size="13" role="img">',
        f"<title>{title}</title>",
        f"<desc>{len(messages)} messages between {escape(', '.join(lanes.values()))}</desc>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *(lane_line(title, at[lane], height) for lane, title in lanes.items()),
        *(row(message, at, TOP + STEP * number) for number, message in enumerate(messages, 1)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def lane_line(title: str, x: int, height: int) -> str:
    """Return one holder's column."""
    return (
        f'<text x="{x}" y="40" text-anchor="middle" font-weight="600" fill="{INK}">'
        f"{escape(shortened(title, 30))}</text>"
        f'<line x1="{x}" y1="56" x2="{x}" y2="{height - 16}" stroke="#c7c7cc"/>'
    )


def row(message: Json, at: dict[str, int], y: int) -> str:
    """Return one message: an arrow with its words above it, or words alone where nothing travelled."""
    start, end = at[message["from"]["id"]], at[message["to"]["id"]]
    front = message["channel"] == "front"
    colour = FRONT if front else BACK
    words = escape(shortened(label_of(message, 40), 60))
    text = (
        f'<text x="{(start + end) // 2}" y="{y - 7}" text-anchor="middle" fill="{INK}">{words}'
        f"<title>{escape(label_of(message, 400))}</title></text>"
    )
    if message["kind"] not in ("request", "response"):
        return f'<g><circle cx="{end}" cy="{y}" r="4" fill="{INK}"/>{text}</g>'
    if start == end:
        return f'<g><path d="M{start} {y} h40 v12 h-36" fill="none" stroke="{colour}"/>{text}</g>'
    tip = end - 9 if end > start else end + 9
    dashes = ' stroke-dasharray="6 4"' if front else ""
    return (
        f'<g><line x1="{start}" y1="{y}" x2="{tip}" y2="{y}" stroke="{colour}" stroke-width="1.6"{dashes}/>'
        f'<path d="M{end} {y} L{tip} {y - 4} L{tip} {y + 4} z" fill="{colour}"/>{text}</g>'
    )
