"""What came of a run, worked out from its messages as the classroom tells them, and from nothing else."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]
KEPT = ("id", "kind", "at", "channel", "method", "path", "status", "reason", "what", "location", "says")
SPENT = ("password", "client_secret", "code", "access_token", "refresh_token", "id_token")  # worth stealing
TOKENS = ("access_token", "refresh_token", "id_token")
TITLE = re.compile(r"<title>\s*(.*?)\s*</title>", re.DOTALL)


def brief(message: Json) -> Json:
    """Return what a lab's page shows of a message; the wire has the rest."""
    kept = {name: message.get(name) for name in KEPT}
    kept |= {end: {name: message[end][name] for name in ("id", "title")} for end in ("from", "to")}
    return kept | {
        "step": (message.get("details") or {}).get("step", ""),
        "artifacts": [named(one) for one in message["artifacts"] if one["kind"] != "transaction"],
        "told": told_in(message),
    }


def named(artifact: Json) -> Json:
    return {name: artifact[name] for name in ("kind", "label", "fingerprint")}


def told_in(message: Json) -> str:
    """Return in a few words what an answer tells: the bank's accounts, a transfer, an error, or the title of a page."""
    body = message.get("body") or ""
    if message["kind"] != "response" or not body:
        return ""
    try:
        told = json.loads(body)
    except ValueError:
        found = TITLE.search(body)
        return f"a page, “{unescape(found[1]).partition(' · ')[0]}”" if found else ""
    return told_by_the_bank(told) if isinstance(told, dict) else ""


def told_by_the_bank(told: Json) -> str:
    """Return the same of JSON; amounts are in cents."""
    if isinstance(told.get("accounts"), list):
        return ", ".join(f"{one.get('name')} of {one.get('owner')}" for one in told["accounts"])
    if "from_account" in told and isinstance(told.get("amount"), int):
        return f"€{told['amount'] / 100:,.2f} from {told['from_account']} to {told.get('to_account')}"
    if isinstance(told.get("balance"), int):
        return f"a balance of €{told['balance'] / 100:,.2f}"
    return str(told.get("error_description", ""))


def address_in(message: Json) -> str:
    """Return the address that a request asked for, or to which an answer leads."""
    if message["kind"] == "request":
        return f"{message['origin']}{message['target']}"
    return message.get("location") or ""


def leads_to(address: str, place: str) -> bool:
    """Whether an address has this path, or of an app's scheme this name, and carries something there."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.query) and place in (parts.path, parts.netloc)


def summary(messages: Sequence[Json], decided: str, attackers: Iterable[str]) -> Json:
    """Return the message that decided, what the attackers hold, where each code went, and which tokens they got."""
    who = {"attacker", *attackers}
    got = list(received(messages, who))
    return {
        "decided": next((one | {"n": n} for n, one in enumerate(messages, start=1) if one["id"] == decided), None),
        "holds": holdings(got),
        "codes": [code | {"to": takers(messages, code)} for code in issued(messages)],
        "tokens": list(each(secret for _, secret in got if secret["kind"] in TOKENS)),
        "messages": sum(one["kind"] != "note" for one in messages),
    }


def received(messages: Sequence[Json], who: set[str]) -> Iterator[tuple[str, Json]]:
    """Yield who of the attackers got which secret; a cookie only where Alice's browser has the same one."""
    hers = {one["fingerprint"] for message in messages for one in message["artifacts"] if is_hers(message)}
    for message in messages:
        if message["to"]["id"] in who:
            for one in message["artifacts"]:
                if one["kind"] in SPENT or (one["kind"] == "session" and one["fingerprint"] in hers):
                    yield message["to"]["title"], one


def is_hers(message: Json) -> bool:
    return "browser" in (message["from"]["id"], message["to"]["id"])


def holdings(got: Iterable[tuple[str, Json]]) -> list[Json]:
    """Return the secrets of each holder, each once."""
    by_holder: dict[str, list[Json]] = {}
    for holder, secret in got:
        by_holder.setdefault(holder, []).append(secret)
    return [{"holder": holder, "secrets": list(each(secrets))} for holder, secrets in by_holder.items()]


def issued(messages: Sequence[Json]) -> Iterator[Json]:
    """Yield the codes that an authorization server handed out (RFC 6749 §4.1.2)."""
    answers = (one for one in messages if one["kind"] == "response" and one["from"]["id"] == "auth")
    return each(secret for answer in answers for secret in answer["artifacts"] if secret["kind"] == "code")


def takers(messages: Sequence[Json], code: Json) -> list[str]:
    """Return to whom a code was delivered."""
    found = (
        one["to"]["title"]
        for one in messages
        if one["kind"] != "response" and one["to"]["id"] != "auth" and holds(one, code)
    )
    return list(dict.fromkeys(found))


def holds(message: Json, secret: Json) -> bool:
    return any(one["fingerprint"] == secret["fingerprint"] for one in message["artifacts"])


def each(secrets: Iterable[Json]) -> Iterator[Json]:
    """Yield each secret once, however often it travelled."""
    return iter({(one["kind"], one["fingerprint"]): one for one in secrets}.values())
