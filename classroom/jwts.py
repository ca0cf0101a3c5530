"""JSON Web Tokens taken apart, to be looked at and not to be believed (RFC 7519 §3)."""

import json
import re
from base64 import urlsafe_b64decode
from typing import Any

Json = dict[str, Any]
JWT = re.compile(r"([\w-]+)\.([\w-]+)\.([\w-]*)", re.ASCII)
DEEPEST = 50  # brackets in one part: more than any token has, and less than would be too much for the answer
SAYS = "Anyone who sees it can read it. Its signature was not checked here."


def jwts_in(message: Json) -> list[Json]:
    """Return the tokens of a message that are JWTs, each once; what is none is an opaque token."""
    once = {each["value"]: each for each in message["artifacts"]}
    apart = {value: taken_apart(value) for value in once}
    return [
        {"kind": once[value]["kind"], "place": once[value]["place"], **parts, "says": SAYS}
        for value, parts in apart.items()
        if parts
    ]


def taken_apart(token: str) -> Json | None:
    """Return header, claims and signature; nothing of a value that is no JWT."""
    parts = JWT.fullmatch(token)
    if parts is None:
        return None
    header, claims = part_of(parts[1]), part_of(parts[2])
    if not header or claims is None:
        return None
    return {"header": header, "claims": claims, "signature": parts[3]}


def part_of(encoded: str) -> Json | None:
    """Read one part, a JSON object in base64url; one that could not be written again is none."""
    try:
        text = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
        if text.count("{") + text.count("[") > DEEPEST:
            return None
        read = json.loads(text)
        json.dumps(read, allow_nan=False)
    except ValueError:
        return None
    return read if isinstance(read, dict) else None
