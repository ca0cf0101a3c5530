"""Introspection: the bank asks the authorization server what a token is worth (RFC 7662 §2)."""

import logging
from typing import Any, cast
from urllib.parse import quote_plus

import requests

from resource_server.config import settings
from resource_server.errors import NotTrusted, TemporarilyUnavailable
from wire.current import Current

log = logging.getLogger(__name__)
http = cast("requests.Session", Current("http"))


def introspect(token: str) -> dict[str, Any]:
    """Ask about this token now; no answer is kept, so that revocation counts at once (RFC 7662 §4)."""
    try:
        response = http.post(
            settings.introspection_endpoint,
            data={"token": token, "token_type_hint": "access_token"},
            auth=(
                quote_plus(settings.introspection_client_id),
                quote_plus(settings.introspection_secret.get_secret_value()),
            ),
            headers={"Accept": "application/json"},
            allow_redirects=False,
        )
        answer = response.json()
    except (requests.RequestException, ValueError) as problem:
        log.error("the authorization server does not answer: %s", type(problem).__name__)
        raise TemporarilyUnavailable from problem
    if response.status_code != 200 or not isinstance(answer, dict):
        log.error("the authorization server refuses to introspect: %s", response.status_code)
        raise NotTrusted if 300 <= response.status_code < 500 else TemporarilyUnavailable
    return answer
