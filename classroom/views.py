"""What the pages and programs get to see of a conversation: derived, and explained."""

import base64
from typing import Any
from weakref import WeakKeyDictionary

from classroom.derive.conversation import Conversation
from classroom.derive.flows import Flow
from classroom.errors import Problem
from classroom.explain import explain, findings
from classroom.jwts import jwts_in

Json = dict[str, Any]
FINDINGS: WeakKeyDictionary[Conversation, dict[str, tuple[Flow, list[Json]]]] = WeakKeyDictionary()
BULKY = ("headers", "headers_left_out", "headers_explained", "body", "parameters", "jwts")  # of an opened message
MOST_WORDS = 1000  # characters of a message in brief by which it is found


def message(conversation: Conversation, message_id: str) -> Json:
    """Return a message with its explanation."""
    try:
        message = conversation.known[message_id]
    except KeyError:
        raise Problem(404, f"There is no message {message_id!r}; ids look like 1764000000000-0.") from None
    derived = conversation.message_json(message_id)
    said = explain(message, derived["from"]["title"], derived["to"]["title"])
    protocol = getattr(message.entry, "protocol", "HTTP/1.1")
    return {**derived, "origin": message.entry.origin, "protocol": protocol, "jwts": jwts_in(derived), **said}


def flow(conversation: Conversation, flow_id: str) -> Json:
    """Return a flow with its findings."""
    try:
        flow_json = conversation.flow_json(flow_id)
    except KeyError:
        raise Problem(404, f"There is no flow {flow_id!r}; /api/flows lists them.") from None
    return {**flow_json, "findings": findings_of(conversation, flow_json)}


def newest_flows(
    conversation: Conversation, world: str | None, before: str, limit: int, most_messages: int
) -> tuple[list[Json], bool]:
    """Return a page of flows, the newest first, and whether there are more; a page has one flow at least."""
    try:
        names = conversation.newest_flows(limit + 1, world, before)
    except KeyError:
        raise Problem(404, f"There is no flow {before!r} before which others began.") from None
    flows: list[Json] = []
    listed = 0
    for name in names[:limit]:
        flows.append(flow(conversation, name))
        listed += flows[-1]["count"]
        if listed >= most_messages:
            break
    return flows, len(names) > len(flows)


def findings_of(conversation: Conversation, flow_json: Json) -> list[Json]:
    """Return what is to be said of a flow, worked out once for each state of it."""
    known, state = FINDINGS.setdefault(conversation, {}), conversation.flow(flow_json["id"])
    # Pages ask for the same flow again and again while it goes on; its findings are worked out once for each state.
    before = known.get(flow_json["id"])
    if before is None or before[0] is not state:
        ledger = conversation.ledger(state)
        before = known[flow_json["id"]] = (
            state,
            findings(state.messages, ledger, finished=flow_json["state"] == "finished"),
        )
    return before[1]


def messages_of(conversation: Conversation, flow: Json) -> list[Json]:
    """Return the messages of a flow, in its order."""
    return [message(conversation, message_id) for message_id in flow["messages"]]


def summary(conversation: Conversation, kind: str, name: str) -> Json:
    """Return what listeners hear of a change; a flow that has become part of another one is gone."""
    try:
        derived = message(conversation, name) if kind == "message" else flow(conversation, name)
    except Problem:
        return {"id": name, "gone": True}
    if derived["id"] != name:
        return {"id": name, "gone": True, "into": derived["id"]}
    return derived if kind == "flow" else brief(derived)


def brief(derived: Json) -> Json:
    """Return a message without what is only looked at when it is opened, and with the words by which it is found."""
    words = " ".join(f"{each['name']} {each['value']}" for each in derived.get("parameters", ()))
    return {key: value for key, value in derived.items() if key not in BULKY} | {"words": words[:MOST_WORDS]}


def answer_to(conversation: Conversation, request: Json) -> Json | None:
    """Return the response that a request had."""
    return next((each for each in exchange_of(conversation, request) if each["kind"] == "response"), None)


def request_of(conversation: Conversation, response: Json) -> Json:
    """Return the request that a response answers, or the response itself where the request is unknown."""
    return next((each for each in exchange_of(conversation, response) if each["kind"] == "request"), response)


def exchange_of(conversation: Conversation, message_json: Json) -> list[Json]:
    """Return the messages of the exchange that a message belongs to."""
    exchange = conversation.exchanges.get(message_json["exchange"])
    return [message(conversation, each.id) for each in exchange.messages] if exchange else []


def body_of(content: bytes) -> Json:
    """Return bytes in the form in which all bodies are shown."""
    try:
        return {"body": content.decode("utf-8"), "body_encoding": "utf-8", "length": len(content)}
    except UnicodeDecodeError:
        encoded = base64.b64encode(content).decode("ascii")
        return {"body": encoded, "body_encoding": "base64", "length": len(content)}
