"""Introspection endpoint: a resource server asks what a token is worth (RFC 7662 §2)."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from auth_server.clock import now
from auth_server.config import settings
from auth_server.defences import defences
from auth_server.features import features
from auth_server.models import Token
from auth_server.parameters import body_is_a_form, required, well_formed
from auth_server.store import store

bp = Blueprint("introspect", __name__)

INTROSPECTION_RESPONSE: dict[str, Callable[[Token], Any]] = {
    "scope": lambda token: " ".join(token.scope),
    "client_id": lambda token: token.grant.client_id,
    "sub": lambda token: token.grant.sub,
    "aud": lambda token: token.resource[0] if len(token.resource) == 1 else list(token.resource),
    "iss": lambda _: settings.issuer,
    "exp": lambda token: token.expires_at,
    "iat": lambda token: token.issued_at,
    "token_type": lambda token: token.token_type,
    "cnf": lambda token: token.cnf or None,  # what the sender must show beside the token
}


@bp.post("/introspect")
def introspect() -> Response:
    """Say all of a living token for the caller, and nothing of any other (RFC 7662 §2.2)."""
    body_is_a_form()
    names = ("token", "token_type_hint", *features.authentication_parameters())
    defences.parameters_are_not_repeated(request.form, names)
    well_formed(request.form, names)
    resource, moment = defences.caller_may_introspect(), now()
    token = store.introspect(required("token"), moment)
    # Why a token is worth nothing is nobody's business: whoever guesses learns the same from every wrong one.
    if token is None or token.kind != "access_token" or moment >= token.expires_at:
        return jsonify(active=False)
    if not defences.token_is_for_the_caller(token, resource):
        return jsonify(active=False)
    members = {name: member(token) for name, member in features.introspection_response.items()}
    return jsonify({"active": True} | {name: value for name, value in members.items() if value is not None})
