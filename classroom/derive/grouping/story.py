"""What a flow is: its kind by how it began, how far it got, and the stages on the way (RFC 6749 §4.1)."""

from collections.abc import Iterator

from classroom.derive.reading.message import Message
from classroom.derive.reading.steps import step_of
from classroom.parties import CLIENTS
from wire.message import Held, Note, Request, Response

REQUEST, CODE, CALLS, OTHER = "request", "code", "API calls", "other"  # stages; the others are in the table of steps
LET_GO = "/.wire/held/"  # where a redirect that was held is sent on from


def stage(message: Message) -> str:
    """Return the stage of a message that shows it by itself, or an empty string.

    Where its step alone does not tell, what it carries does: a page of anybody's may have a code in it.
    """
    if by_step := step_of(message).stage:
        return by_step
    request = message.exchange.request
    if message.exchange.party == "bank":
        return CALLS
    if message.holds("code") or (request and "error" in request.reading.facts):
        return CODE
    return REQUEST if message.holds("challenge", "state") else ""


def granted(message: Message) -> str:
    request = message.exchange.request
    return request.word("grant_type") if request else ""


def stages(messages: list[Message]) -> list[tuple[str, list[str]]]:
    """Return the stages in time, each with its messages: a name may come again, as API calls do after a refresh.

    A request that tells no stage belongs to what it leads to, an answer that tells none to what came before it.
    """
    stages: list[tuple[str, list[str]]] = []
    waiting: list[str] = []
    for message in messages:
        name = stage(message)
        if not name and (not stages or isinstance(message.entry, Request)):
            waiting.append(message.id)
            continue
        name = name or stages[-1][0]
        if not stages or name != stages[-1][0]:
            stages.append((name, []))
        stages[-1][1].extend([*waiting, message.id])
        waiting = []
    if not stages:
        return [(OTHER, waiting)] if waiting else []
    stages[-1][1].extend(waiting)
    return stages


def authorization_request(messages: list[Message]) -> Message | None:
    """Return the authorization request: to `/authorize`, or to `/par` before it (RFC 9126 §2)."""
    for message in messages:
        at_auth = isinstance(message.entry, Request) and message.entry.party == "auth"
        if at_auth and message.exchange.path in ("/authorize", "/par"):
            return message
    return None


def token_requests(messages: list[Message]) -> Iterator[Message]:
    for message in messages:
        if isinstance(message.entry, Request) and message.entry.party == "auth" and message.exchange.path == "/token":
            yield message


def kind(messages: list[Message], client_id: str, learnt: dict[str, str]) -> str:
    """Return the flow's kind; `learnt` says of a client how it was seen to authenticate."""
    request = authorization_request(messages)
    paths = {message.exchange.path for message in messages if message.entry.party == "auth"}
    first = next(token_requests(messages), None)
    grant = first.word("grant_type") if first else ""
    wanted = request.word("response_type").split() if request else []
    if wanted and "code" not in wanted:
        return "implicit"
    if request is not None or grant == "authorization_code" or holds_any(messages, "code", "challenge"):
        how = CLIENTS.get(client_id) or learnt.get(client_id) or (authentication(first) if first else "")
        return f"authorization_code_{how}" if how else "authorization_code"
    if "/device_authorization" in paths or grant.endswith(":device_code"):
        return "device"
    if grant == "client_credentials":
        return "client_credentials"
    return "refresh" if grant == "refresh_token" else "unknown"


def holds_any(messages: list[Message], *kinds: str) -> bool:
    return any(message.holds(*kinds) for message in messages)


def authentication(request: Message) -> str:
    """Say how the client of a token request proved who it is (RFC 6749 §2.3)."""
    return "confidential" if request.holds("client_secret") or request.word("client_assertion_type") else "public"


def state(messages: list[Message]) -> tuple[str, str | None]:
    """Return `waiting`, `finished` or `failed`, and the message where it failed: the last that decides counts."""
    now, where = "waiting", None
    for message in messages:
        decided = outcome(message)
        # An attacker who replays a code must not make a flow that went well look like one that failed.
        if decided == "failed" and now == "finished" and not ends(message):
            continue  # a code that is tried again does not undo what the first try bought
        if decided:
            now, where = decided, message.id if decided == "failed" else None
    return now, where


def ends(message: Message) -> bool:
    """Whether a refusal ends a flow that had come to its token: the refresh token is dead (RFC 6749 §5.2)."""
    return message.exchange.path == "/token" and granted(message) == "refresh_token"


def outcome(message: Message) -> str:
    """Say whether a message decides how a flow ends: an answer, a redirect that is dropped, a page that refuses."""
    entry, path = message.entry, message.exchange.path
    if isinstance(entry, Held):
        return "failed" if entry.what == "redirect" and entry.action == "drop" else ""
    if isinstance(entry, Note):
        return "failed" if "refused_by" in entry.details else ""
    if not isinstance(entry, Response):
        return ""
    if entry.party == "auth":
        if path in ("/token", "/par", "/device_authorization"):
            return token_outcome(message, entry)
        if path in ("/authorize", "/consent") or path.startswith(LET_GO):
            return authorization_outcome(message, entry)
        return ""
    request = message.exchange.request
    brought = request is not None and (request.holds("code") or "error" in request.reading.facts)
    return "failed" if brought and entry.party in CLIENTS and entry.status >= 400 else ""


def authorization_outcome(message: Message, entry: Response) -> str:
    """Read the end off a redirect: an error, or the token itself, where it was asked for (RFC 6749 §4.2.2)."""
    if message.holds("access_token"):
        return "finished"
    refused = message.fact("error") or (entry.status >= 400 and not message.exchange.path.startswith(LET_GO))
    return "failed" if refused else ""


def token_outcome(message: Message, entry: Response) -> str:
    pending = ("authorization_pending", "slow_down")  # RFC 8628 §3.5
    # A device asks again and again until the person has decided, so `authorization_pending` is no refusal.
    if entry.status >= 400:
        return "" if message.fact("error") in pending else "failed"
    return "finished" if message.holds("access_token") else ""
