"""Revocation endpoint: a client gives back what it no longer needs (RFC 7009 §2)."""

from flask import Blueprint, Response, jsonify, request

from auth_server.defences import defences
from auth_server.features import features
from auth_server.parameters import body_is_a_form, required, well_formed
from auth_server.store import sha256, store

bp = Blueprint("revoke", __name__)


@bp.post("/revoke")
def revoke() -> Response:
    """End a token: a refresh token with all its grant bought; an unknown one is no error (RFC 7009 §2.2)."""
    body_is_a_form()
    names = ("token", "token_type_hint", *features.authentication_parameters())
    defences.parameters_are_not_repeated(request.form, names)
    well_formed(request.form, names)
    client = defences.client_is_authenticated()
    token = store.find_token(required("token"))  # a wrong token_type_hint does no harm: one look finds both kinds
    # "Invalid tokens do not cause an error response": what the client wanted is so already.
    if token is not None:
        defences.token_belongs_to_revoker(token, client)
        if token.kind == "refresh_token":
            store.revoke_grant(token.grant.grant_id)
        else:
            store.revoke_token(sha256(required("token")))
    return jsonify({})  # the body says nothing, but clients that are widely used want its type to be JSON
