"""Two flows side by side: what is the same step stands in one line, and what differs there is named."""

import re
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from classroom import views

Json = dict[str, Any]
Step = tuple[str, str, str]
Move = tuple[int, int]  # how many steps to go on, on either side
AHEAD = 128  # steps on either side in which the best place to meet again is looked for; few flows have more
ROLES = ("auth", "bank", "browser")  # the same in every flow; whoever else takes part is the client
WITH_AN_ID = re.compile(r"/[^/]*[-0-9][^/]*")
bp = Blueprint("compare", __name__)


@bp.get("/api/compare")
def compare() -> Response:
    """Put two flows side by side, step by step."""
    with current_app.extensions["observer"].reading() as conversation:
        flows = [views.flow(conversation, request.args.get(side, "")) for side in ("left", "right")]
        left, right = (views.messages_of(conversation, flow) for flow in flows)
    stages = stages_of(flows[0]) | stages_of(flows[1])
    return jsonify(lines=[line(*messages, stages) for messages in aligned(left, right)])


def aligned(left: list[Json], right: list[Json]) -> Iterator[tuple[Json | None, Json | None]]:
    """Yield pairs of the same step, and the others alone, on either side in their order."""
    a, b = [step(each) for each in left], [step(each) for each in right]
    i, j = 0, 0
    while i < len(a) or j < len(b):
        if a[i : i + 1] == b[j : j + 1]:
            moves = [(1, 1)]
        else:
            is_end = max(len(a) - i, len(b) - j) <= AHEAD
            moves = best_moves(a[i : i + AHEAD], b[j : j + AHEAD], AHEAD if is_end else AHEAD // 2)
        for in_left, in_right in moves:
            yield left[i] if in_left else None, right[j] if in_right else None
            i, j = i + in_left, j + in_right


def best_moves(a: list[Step], b: list[Step], most: int) -> list[Move]:
    """Return how to go on so that as many steps as possible stand side by side, until `most` are behind us."""
    # The longest common subsequence: two flows that differ in one step stay side by side after it. It costs as much as
    # both lengths multiplied, so it is looked for within a window, of which the second half is looked at once more.
    common = lengths(a, b)
    i, j, moves = 0, 0, list[Move]()
    while max(i, j) < most and (i < len(a) or j < len(b)):
        if i < len(a) and j < len(b) and a[i] == b[j]:
            moves.append((1, 1))
        elif j == len(b) or (i < len(a) and common[i + 1][j] >= common[i][j + 1]):
            moves.append((1, 0))
        else:
            moves.append((0, 1))
        i, j = i + moves[-1][0], j + moves[-1][1]
    return moves


def lengths(a: list[Step], b: list[Step]) -> list[list[int]]:
    """Return how many steps the rests of both flows have in common, by where these begin."""
    lengths = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in reversed(range(len(a))):
        for j in reversed(range(len(b))):
            lengths[i][j] = lengths[i + 1][j + 1] + 1 if a[i] == b[j] else max(lengths[i + 1][j], lengths[i][j + 1])
    return lengths


def step(message: Json) -> Step:
    """Return what a step is, whoever the client: its name, where it is taken, and the path at the bank without ids."""
    place = role(message["party"])
    return message["step"], place, WITH_AN_ID.sub("/…", message["path"] or "") if place == "bank" else ""


def role(holder: str) -> str:
    return holder if holder in ROLES else "client"


def stages_of(flow: Json) -> dict[str, str]:
    """Return the name of the stage that each message belongs to."""
    return {message: stage["name"] for stage in flow.get("stages", ()) for message in stage["messages"]}


def line(left: Json | None, right: Json | None, stages: dict[str, str]) -> Json:
    """Return what stands in one line: a stage, the messages by their ids, and what differs."""
    named = [stages.get(each["id"], "other") for each in (left, right) if each]
    return {
        "stage": named[0],
        "left": left and left["id"],
        "right": right and right["id"],
        "differs": differences(left, right) if left and right else [],
    }


def differences(left: Json, right: Json) -> list[str]:
    """Return in what a step differs: who speaks to whom, how, and which secrets are carried."""
    views_of = {"party": ends, "channel": lambda message: message["channel"], "secrets": kinds, "breach": is_breached}
    return [name for name, view in views_of.items() if view(left) != view(right)]


def ends(message: Json) -> tuple[str, str]:
    """Return who speaks to whom, one client like another."""
    return role(message["from"]["id"]), role(message["to"]["id"])


def kinds(message: Json) -> set[str]:
    """Return the kinds of secrets that a row shows."""
    return {each["kind"] for each in message["artifacts"]} - {"transaction"}


def is_breached(message: Json) -> bool:
    return bool(message.get("breaches"))
