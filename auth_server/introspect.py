"""Introspection endpoint: a resource server asks what a token is worth (RFC 7662 §2)."""

from flask import Blueprint, Response, current_app, jsonify, request

from auth_server.clock import now
from auth_server.defences import defences
from auth_server.parameters import body_is_a_form, required, well_formed
from auth_server.store import store

bp = Blueprint("introspect", __name__)
NAMES = ("token", "token_type_hint", "client_id", "client_secret")


@bp.post("/introspect")
def introspect() -> Response:
    """Say all of a living token for the caller, and nothing of any other (RFC 7662 §2.2)."""
    body_is_a_form()
    defences.parameters_are_not_repeated(request.form, NAMES)
    well_formed(request.form, NAMES)
    resource = defences.caller_may_introspect()
    token = store.introspect(required("token"), now())
    if token is None or token.kind != "access_token" or now() >= token.expires_at:
        return jsonify(active=False)
    if not defences.token_is_for_the_caller(token, resource):
        return jsonify(active=False)
    return jsonify(
        active=True,
        scope=" ".join(token.scope),
        client_id=token.grant.client_id,
        sub=token.grant.sub,
        aud=token.resource[0] if len(token.resource) == 1 else list(token.resource),
        iss=current_app.extensions["settings"].issuer,
        exp=token.expires_at,
        iat=token.issued_at,
        token_type="Bearer",
    )
