"""Reading parameters: an empty one counts as absent, an unknown one is ignored (RFC 6749 §3.1)."""

from collections.abc import Iterable

from flask import request
from werkzeug.datastructures import MultiDict

from auth_server.errors import InvalidRequest

LONGEST = 4096  # characters
FORM = "application/x-www-form-urlencoded"


def body_is_a_form() -> None:
    """Refuse JSON and the like, for whose parameters nobody would look (RFC 6749 §3.2)."""
    if request.mimetype != FORM and request.content_length:
        raise InvalidRequest(f"the body must be sent as {FORM}")


def required(name: str) -> str:
    """Return a parameter of the body; without it the request is invalid (RFC 6749 §5.2)."""
    value = optional(name)
    if value is None:
        raise InvalidRequest(f"{name} is missing: it must be sent in the body as {FORM}")
    return value


def optional(name: str) -> str | None:
    """Return a parameter of the body, or None where it is absent or empty."""
    return request.form.get(name) or None


def every_parameter() -> MultiDict[str, str]:
    """Return those of the query and of the body together (RFC 6749 §3.1)."""
    together = MultiDict(request.args)
    if request.method == "POST":
        together.update(request.form)
    return together


def well_formed(values: MultiDict[str, str], names: Iterable[str]) -> None:
    """Refuse what is not printable ASCII or is over-long (RFC 6749 §A)."""
    for name in names:
        for value in values.getlist(name):
            if len(value) > LONGEST:
                raise InvalidRequest(f"{name} is longer than {LONGEST} characters")
            if not (value.isascii() and value.isprintable()):
                raise InvalidRequest(f"{name} must be printable ASCII")
