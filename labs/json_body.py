"""JSON that somebody sent to the labs, or to an attacker's page in one of their worlds."""

from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest


def json_body() -> Any:
    """Return the JSON of a request, None where it has none; what cannot be read is answered with 400."""
    if not request.is_json or not request.get_data():
        return None
    try:
        return request.get_json()
    except RecursionError:  # brackets thousands deep: the parser calls itself for each of them
        raise BadRequest("Its JSON is nested too deep.") from None
