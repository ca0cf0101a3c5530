"""Messages as a lab describes them: party, method, path, status, `error`, and who sent the request."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from classroom.derive.reading import decode
from classroom.derive.reading.message import Message
from classroom.verdicts.attack import Attack
from wire.message import Request, Response

KNOWN = ("party", "method", "path", "status", "error", "from", "says", "location", "header", "without")


def fits(attack: Attack, response: Message, wanted: Mapping[str, Any]) -> bool:
    """Whether an exchange is the one described; what is not described may be anything."""
    request, entry = response.exchange.request, response.entry
    if request is None or not isinstance(entry, Response) or not isinstance(request.entry, Request):
        return False
    # Both are looked at, since a parameter may stand in either: that is what some attacks try.
    sent = decode.text(request.entry.body) + request.entry.target
    matches: dict[str, bool] = {
        "party": entry.party == wanted.get("party"),
        "method": request.entry.method == wanted.get("method"),
        "path": fnmatchcase(request.exchange.path, str(wanted.get("path"))),
        "status": entry.status == wanted.get("status"),
        "error": error_of(response) == wanted.get("error"),
        "from": attack.sender(response.exchange) == wanted.get("from"),
        "says": fnmatchcase(sent, f"*{wanted.get('says')}*"),
        "location": fnmatchcase(response.reading.header("location"), str(wanted.get("location"))),
        "header": str(wanted.get("header")).lower()
        in (f"{name}: {value}".lower() for name, value in request.entry.headers),
        "without": str(wanted.get("without")).lower() not in (name.lower() for name, _ in request.entry.headers),
    }
    return all(matches[name] for name in wanted)


def error_of(response: Message) -> str:
    """Return the `error` of an answer: in JSON, in the URL it leads to, or in the bank's challenge."""
    if error := response.word("error"):
        return error
    # The bank says `error` in the challenge of its 401 and 403 (RFC 6750 §3), and in no body that is read here.
    challenge = response.reading.header("www-authenticate")
    return challenge.partition('error="')[2].partition('"')[0]
