"""The forms in which values travel, read the way their receivers read them; no byte of a message makes this raise."""

import json
import re
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from hashlib import sha256
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from wire.message import Headers

Pairs = tuple[tuple[str, str], ...]  # kept with each message: of tuples of texts the collector keeps no account
HIDDEN = re.compile(r'<input type="hidden" name="([^"<>]{1,64})" value="([^"]*)"')
JWT = re.compile(r"[\w-]+\.([\w-]+)\.[\w-]*", re.ASCII)


def fingerprint(value: str) -> str:
    """Return what a value is known by: its whole SHA-256."""
    return sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def s256(verifier: str) -> str:
    """Return the challenge of a verifier (RFC 7636 §4.2)."""
    digest = sha256(verifier.encode("utf-8", "surrogatepass")).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def header(headers: Headers, name: str) -> str:
    """Return the first header of this name, in whatever case it was written."""
    for key, value in headers:
        if key.lower() == name:
            return value
    return ""


def every_header(headers: Headers, name: str) -> Iterable[str]:
    return (value for key, value in headers if key.lower() == name)


def address(target: str) -> tuple[str, str, str]:
    """Take a URL apart: what stands before the query, the query, the fragment."""
    rest, _, fragment = target.partition("#")
    path, _, query = rest.partition("?")
    return path, query, fragment


def pairs(encoded: str) -> Pairs:
    """Read `application/x-www-form-urlencoded`, in a URL or a body (RFC 6749 appendix B)."""
    try:
        return tuple(parse_qsl(encoded, keep_blank_values=True)) if encoded else ()
    except ValueError:
        return ()


def text(body: bytes) -> str:
    return body.decode("utf-8", "replace")


def members(body: bytes | str) -> dict[str, Any]:
    """Read a JSON object; anything else has no members."""
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def basic(authorization: str) -> tuple[str, str] | None:
    """Read HTTP Basic, whose two halves are form-encoded (RFC 6749 §2.3.1)."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, password = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return (unquote_plus(name), unquote_plus(password)) if colon else None


def bearer(authorization: str) -> str:
    """Read the access token out of an `Authorization` header (RFC 6750 §2.1)."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() in ("bearer", "dpop") else ""


def cookies(headers: Headers) -> Pairs:
    """Read what the browser sends back (RFC 6265 §4.2)."""
    pairs = []
    for line in every_header(headers, "cookie"):
        for part in line.split(";"):
            name, equals, value = part.strip().partition("=")
            if equals:
                pairs.append((name, value.strip('"')))
    return tuple(pairs)


def set_cookies(headers: Headers) -> Pairs:
    """Read what the browser is told to keep; a cookie that ends at once is not kept (RFC 6265 §5.2)."""
    pairs = []
    for line in every_header(headers, "set-cookie"):
        first, _, attributes = line.partition(";")
        name, equals, value = first.strip().partition("=")
        # A cookie that ends at once is how a server signs somebody out, so its value is nobody's any more.
        if equals and not re.search(r"max-age=(0|-\d+)\b", attributes, re.IGNORECASE):
            pairs.append((name, value.strip('"')))
    return tuple(pairs)


def names_set(headers: Headers) -> set[str]:
    """Return the names of all cookies that a response speaks of, those that it ends included (RFC 6265 §5.3)."""
    return {line.partition(";")[0].partition("=")[0].strip() for line in every_header(headers, "set-cookie")}


def cookie_lives_for(headers: Headers, name: str) -> float | None:
    """Return for how many seconds a cookie is kept by its `Max-Age`; nothing where it has none."""
    for line in every_header(headers, "set-cookie"):
        if line.startswith(f"{name}=") and (lifetime := re.search(r";\s*max-age=(\d{1,10})\b", line, re.IGNORECASE)):
            return float(lifetime[1])
    return None


def hidden_fields(page: bytes) -> Pairs:
    """Read the hidden fields of a page of ours."""
    # The names and values were escaped for HTML; what is compared with URLs is what stands behind that.
    return tuple((unescape(name), unescape(value)) for name, value in HIDDEN.findall(text(page)))


def claims(token: str) -> dict[str, Any]:
    """Read the claims of a JWT without believing them (RFC 7519 §3)."""
    parts = JWT.fullmatch(token)
    if not parts:
        return {}
    try:
        return members(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return {}
