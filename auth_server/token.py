"""Token endpoint: a client trades a grant for an access token (RFC 6749 §3.2)."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from auth_server.client_authentication import named_client
from auth_server.defences import defences
from auth_server.features import features
from auth_server.parameters import body_is_a_form, optional, required, well_formed
from auth_server.store import store

bp = Blueprint("token", __name__)
NAMES = ("grant_type", "code", "redirect_uri", "client_id", "client_secret", "code_verifier", "refresh_token", "scope")


@bp.post("/token")
def token() -> Response:
    """Answer an access token request by its grant type (RFC 6749 §4.1.3, §4.4.2, §6)."""
    body_is_a_form()
    defences.parameters_are_not_repeated(request.form, NAMES)
    well_formed(request.form, NAMES)
    read_ahead()
    client = defences.client_is_authenticated()
    grant_type = required("grant_type")
    defences.grant_type_is_offered(grant_type, client)
    return features.grant_types[grant_type](client)


def read_ahead() -> None:
    """Fetch the client and what it brings in one round trip."""
    client_id = named_client()
    keys = [store.client_key(client_id)] if client_id else []
    if code := optional("code"):
        keys += [store.code_key(code), store.used_key(code)]
    if refresh_token := optional("refresh_token"):
        keys += [store.token_key(refresh_token), store.used_key(refresh_token)]
    if keys:
        store.read_ahead(*keys)
