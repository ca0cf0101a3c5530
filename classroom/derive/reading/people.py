"""Who sent a message and how we know: by the words in which each sender introduces itself in plain HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass

from classroom.parties import HOLDERS
from wire.message import Request

AGENTS = [(agent, holder.id) for holder in HOLDERS.values() for agent in holder.agents]
LONGEST_NAME = 60  # characters


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a request; `how` is the evidence, in words."""

    id: str
    title: str
    how: str
    channel: str = "back"  # `front` where it went through the browser (RFC 6749 §1.2)


NOBODY = Sender("other", "Somebody", "the request was not recorded")


def program(agent: str) -> str:
    """Return which of our own senders a `User-Agent` names, or an empty string."""
    return next((holder for start, holder in AGENTS if agent.startswith(start)), "")


def party_at(origin: str, known: Mapping[str, str]) -> str:
    """Return who lives at an origin: a party that was seen there, or the name in a lab's host, as in `attacker-x`."""
    if origin in known:
        return known[origin]
    host = origin.partition("://")[2]
    return "attacker" if host.startswith(("attacker.", "attacker-")) else ""


def sender(request: Request, origins: Mapping[str, str]) -> Sender:
    """Say who sent a request; `origins` tells which party is at which origin."""
    headers = {name.lower(): value for name, value in request.headers}
    agent = headers.get("user-agent", "")
    if ours := program(agent):
        return Sender(ours, HOLDERS[ours].title, f"User-Agent: {agent[:LONGEST_NAME]}")
    # A browser without these headers is an old one, or somebody who only says so.
    mode, site = headers.get("sec-fetch-mode", ""), headers.get("sec-fetch-site", "")
    if mode or agent.startswith("Mozilla/"):
        if script := page_script(request, headers, origins):
            return script
        how = f"Sec-Fetch-Mode: {mode}, Sec-Fetch-Site: {site}" if mode else "User-Agent: Mozilla/…"
        return Sender("browser", HOLDERS["browser"].title, how[:200], "front")
    if not agent:
        return Sender("other", "A program without a name", "no User-Agent")
    name = agent.split("/")[0].strip()[:LONGEST_NAME] or "A program"
    return Sender("other", name, f"User-Agent: {agent[:LONGEST_NAME]}")


def page_script(request: Request, headers: Mapping[str, str], origins: Mapping[str, str]) -> Sender | None:
    """Say whose page's script made a request: a `fetch` tells its `Origin`, to its own server its destination."""
    mode, origin = headers.get("sec-fetch-mode", ""), headers.get("origin", "")
    # `Sec-Fetch-…` is written by the browser, and no script can set it, so this is evidence and not a claim.
    if mode == "navigate" or headers.get("sec-fetch-dest", "empty") != "empty":
        return None  # a page, or a part of one: the browser loads it, whoever asked for it
    if not mode and request.method == "POST" and origin == request.origin:
        return None
    holder = party_at(origin, origins) if origin else ""
    own = headers.get("sec-fetch-site") == "same-origin" and headers.get("sec-fetch-dest") == "empty"
    if own and not holder:
        holder, origin = request.party, request.origin
    if holder not in ("balance", "attacker"):
        return None
    return Sender(holder, HOLDERS[holder].title, f"a script of the page at {origin}", "front")
