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
        "artifacts": [named(artifact) for artifact in message["artifacts"] if artifact["kind"] != "transaction"],
        "told": gist(message),
    }


def named(artifact: Json) -> Json:
    return {name: artifact[name] for name in ("kind", "label", "fingerprint")}


def gist(message: Json) -> str:
    """Return in a few words what an answer tells: the bank's accounts, a transfer, an error, or the title of a page."""
    body = message.get("body") or ""
    if message["kind"] != "response" or not body:
        return ""
    try:
        members = json.loads(body)
    except (ValueError, RecursionError):
        title = TITLE.search(body)
        return f"a page, “{unescape(title[1]).partition(' · ')[0]}”" if title else ""
    return gist_of_json(members) if isinstance(members, dict) else ""


def gist_of_json(members: Json) -> str:
    """Return the same of JSON, most of which is the bank's; amounts are in cents."""
    if isinstance(members.get("accounts"), list):
        accounts = [account for account in members["accounts"] if isinstance(account, dict)]
        return ", ".join(f"{account.get('name')} of {account.get('owner')}" for account in accounts)
    if "from_account" in members and isinstance(members.get("amount"), int):
        return f"€{members['amount'] / 100:,.2f} from {members['from_account']} to {members.get('to_account')}"
    if isinstance(members.get("balance"), int):
        return f"a balance of €{members['balance'] / 100:,.2f}"
    return str(members.get("error_description", ""))


def uri_in(message: Json) -> str:
    """Return the URI that a request asked for, or to which a response redirects."""
    if message["kind"] == "request":
        return f"{message['origin']}{message['target']}"
    return message.get("location") or ""


def leads_to(uri: str, place: str) -> bool:
    """Whether a URI has this path, or of an app's scheme this name, and carries something there."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    return bool(parts.query) and place in (parts.path, parts.netloc)


def summary(messages: Sequence[Json], decided: str, attackers: Iterable[str]) -> Json:
    """Return the message that decided, what the attackers hold, where each code went, and which tokens they got."""
    who = {"attacker", *attackers}
    got = list(received(messages, who))
    return {
        "decided": next((each | {"n": n} for n, each in enumerate(messages, start=1) if each["id"] == decided), None),
        "holds": holdings(got),
        "codes": [code | {"to": takers(messages, code)} for code in issued(messages)],
        "tokens": list(without_repeats(secret for _, secret in got if secret["kind"] in TOKENS)),
        "messages": sum(message["kind"] != "note" for message in messages),
    }


def received(messages: Sequence[Json], who: set[str]) -> Iterator[tuple[str, Json]]:
    """Yield who of the attackers got which secret; a cookie only where Alice's browser has the same one."""
    # The attacker has sessions of its own, which are no loot: it counts what Alice's browser holds as well.
    hers = {artifact["fingerprint"] for message in messages if is_hers(message) for artifact in message["artifacts"]}
    for message in messages:
        if message["to"]["id"] in who:
            for artifact in message["artifacts"]:
                if artifact["kind"] in SPENT or (artifact["kind"] == "session" and artifact["fingerprint"] in hers):
                    yield message["to"]["title"], artifact


def is_hers(message: Json) -> bool:
    return "browser" in (message["from"]["id"], message["to"]["id"])


def holdings(got: Iterable[tuple[str, Json]]) -> list[Json]:
    """Return the secrets of each holder, each once."""
    by_holder: dict[str, list[Json]] = {}
    for holder, secret in got:
        by_holder.setdefault(holder, []).append(secret)
    return [{"holder": holder, "secrets": list(without_repeats(secrets))} for holder, secrets in by_holder.items()]


def issued(messages: Sequence[Json]) -> Iterator[Json]:
    """Yield the codes that an authorization server handed out (RFC 6749 §4.1.2)."""
    responses = (each for each in messages if each["kind"] == "response" and each["from"]["id"] == "auth")
    secrets = (artifact for response in responses for artifact in response["artifacts"])
    return without_repeats(secret for secret in secrets if secret["kind"] == "code")


def takers(messages: Sequence[Json], code: Json) -> list[str]:
    """Return to whom a code was delivered."""
    # A response hands the code to the browser, and /token takes it back: neither says who can redeem it.
    requests = (each for each in messages if each["kind"] != "response" and each["to"]["id"] != "auth")
    return list(dict.fromkeys(request["to"]["title"] for request in requests if holds(request, code)))


def holds(message: Json, secret: Json) -> bool:
    return any(artifact["fingerprint"] == secret["fingerprint"] for artifact in message["artifacts"])


def without_repeats(secrets: Iterable[Json]) -> Iterator[Json]:
    """Yield each secret once, however often it travelled."""
    return iter({(secret["kind"], secret["fingerprint"]): secret for secret in secrets}.values())
