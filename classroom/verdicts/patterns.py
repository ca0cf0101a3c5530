"""Messages as a lab describes them: party, method, path, status, `error`, and who sent the request."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from classroom.derive.reading import decode
from classroom.derive.reading.message import Message
from classroom.verdicts.case import Case
from wire.message import Request, Response

KNOWN = ("party", "method", "path", "status", "error", "from", "says", "location", "header", "without")


def fits(case: Case, answer: Message, wanted: Mapping[str, Any]) -> bool:
    """Whether an exchange is the one described; what is not described may be anything."""
    asked, entry = answer.exchange.request, answer.entry
    if asked is None or not isinstance(entry, Response) or not isinstance(asked.entry, Request):
        return False
    told = decode.text(asked.entry.body) + asked.entry.target
    found: dict[str, bool] = {
        "party": entry.party == wanted.get("party"),
        "method": asked.entry.method == wanted.get("method"),
        "path": fnmatchcase(asked.exchange.path, str(wanted.get("path"))),
        "status": entry.status == wanted.get("status"),
        "error": error_of(answer) == wanted.get("error"),
        "from": case.sender(answer.exchange) == wanted.get("from"),
        "says": fnmatchcase(told, f"*{wanted.get('says')}*"),
        "location": fnmatchcase(answer.reading.header("location"), str(wanted.get("location"))),
        "header": str(wanted.get("header")).lower()
        in (f"{name}: {value}".lower() for name, value in asked.entry.headers),
        "without": str(wanted.get("without")).lower() not in (name.lower() for name, _ in asked.entry.headers),
    }
    return all(found[name] for name in wanted)


def error_of(answer: Message) -> str:
    """Return the `error` of an answer: in JSON, in the address it leads to, or in the bank's challenge."""
    if told := answer.word("error"):
        return told
    challenge = answer.reading.header("www-authenticate")
    return challenge.partition('error="')[2].partition('"')[0]
