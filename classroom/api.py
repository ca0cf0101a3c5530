"""What the pages show, for programs: flows, messages, custody, parties (the paths are fixed names)."""

import json
from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify, request

from classroom import views
from classroom.config import settings
from classroom.derive.conversation import Conversation
from classroom.errors import Problem
from classroom.observer import START, Observer
from classroom.parameters import WORLD, entry_id_in, matching, whole_number
from classroom.parties import HOLDERS

MOST_MESSAGES = 1_000
FLOWS, MOST_FLOWS = 50, 200  # on a page, which a front door asks for at each news
MOST_LISTED = 5_000  # messages of all flows on a page: one flow may have thousands
bp = Blueprint("api", __name__, url_prefix="/api")


def observer() -> Observer:
    observer: Observer = current_app.extensions["observer"]
    return observer


@bp.get("/flows")
def flows() -> Response:
    """List the newest flows, or the newest of those that began before one; of one world, where `world` names one."""
    world, before = world_asked(), request.args.get("before", "")
    limit = whole_number("limit", default=FLOWS, most=MOST_FLOWS)
    with observer().reading() as conversation:
        flows, more = views.newest_flows(conversation, world, before, limit, MOST_LISTED)
    return jsonify(flows=flows, next=flows[-1]["id"] if flows else before, more=more)


def world_asked() -> str | None:
    """Return the world that the query names; an empty name is the secure parties' own, none is every world."""
    name = request.args.get("world")
    return None if name is None else matching(WORLD, name, "`world` is the name of a lab, or empty.")


@bp.get("/flows/<flow_id>")
def flow(flow_id: str) -> Response:
    """Return a flow with its messages, in brief where `brief` is asked for, and who holds what at its end."""
    with observer().reading() as conversation:
        flow = views.flow(conversation, flow_id)
        messages = views.messages_of(conversation, flow)
        custody = conversation.custody_after(flow_id, flow["messages"][-1])
    # A page lists hundreds of messages and opens one: bodies and headers are fetched with that one.
    if "brief" in request.args:
        messages = [views.brief(each) for each in messages]
    return jsonify(flow | {"messages": messages, "custody": custody})


@bp.get("/flows/<flow_id>/custody")
def custody(flow_id: str) -> Response:
    """Return who holds what after a message of the flow, or at its end."""
    with observer().reading() as conversation:
        return jsonify(conversation.custody_after(flow_id, moment(conversation, flow_id)))


@bp.get("/flows/<flow_id>/eavesdropper")
def eavesdropper(flow_id: str) -> Response:
    """Return what a listener would have learned up to a message of the flow, or to its end."""
    with observer().reading() as conversation:
        return jsonify(conversation.learned(flow_id, moment(conversation, flow_id)))


def moment(conversation: Conversation, flow_id: str) -> str:
    """Return the message that `after` names, which must be one of the flow's; its last one where none is named."""
    messages: list[str] = views.flow(conversation, flow_id)["messages"]
    after = request.args.get("after") or messages[-1]
    # Custody after a message of another flow would be true of that one, and be read as this one's.
    if after not in messages:
        raise Problem(404, f"Flow {flow_id} has no message {after!r}.")
    return after


@bp.get("/messages")
def messages() -> Response:
    """Return the messages behind an id, or the newest, in the order in which they were recorded; `brief` as above."""
    after, world = entry_id_in(request.args.get("after", ""), "after") or START, world_asked()
    with observer().reading() as conversation:
        if "newest" in request.args:
            ids, more = observer().newest_ids(whole_number("newest", default=200, most=MOST_MESSAGES), world), False
        else:
            ids, more = observer().ids_behind(after, whole_number("limit", default=200, most=MOST_MESSAGES))
        # `next` is the last id that was looked at, of whatever world: else a reader of a quiet world would ask for the
        # same page for ever.
        wanted = ids if world is None else observer().of_world(ids, world)
        messages = [views.message(conversation, message_id) for message_id in wanted]
    if "brief" in request.args:
        messages = [views.brief(each) for each in messages]
    return jsonify(messages=messages, next=ids[-1] if ids else after, more=more)


@bp.get("/messages/<message_id>")
def message(message_id: str) -> Response:
    """Return one message, whole."""
    with observer().reading() as conversation:
        return jsonify(views.message(conversation, message_id))


@bp.get("/parties")
def parties() -> Response:
    """Return the parties, whether they can work, how fast they say so, and what was seen of them."""
    states = current_app.extensions["health"].states()
    counts = observer().seen
    return jsonify(
        parties=[
            {"id": name, "title": HOLDERS[name].title, "role": HOLDERS[name].role, "origin": origin}
            | states[name]
            | {"messages": counts.get(name, 0)}
            for name, origin in settings.parties.items()
        ],
        labs={"origin": settings.labs, **current_app.extensions["labs_health"].states()["labs"]},
    )


@bp.get("/openapi.json")
def openapi() -> Response:
    """Describe all this in OpenAPI's terms."""
    return jsonify(json.loads((Path(__file__).parent / "openapi.json").read_text(encoding="utf-8")))
