"""Token endpoint: a client redeems a grant for an access token (RFC 6749 §3.2)."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from auth_server.client_authentication import named_client
from auth_server.defences import defences
from auth_server.features import features
from auth_server.parameters import body_is_a_form, optional, required, well_formed
from auth_server.store import store
from auth_server.tokens import token_response

bp = Blueprint("token", __name__)


@bp.post("/token")
def token() -> Response:
    """Answer an access token request by its grant type (RFC 6749 §4.1.3, §4.4.2, §6)."""
    body_is_a_form()
    names = features.token_parameters()
    defences.parameters_are_not_repeated(request.form, names)
    well_formed(request.form, names)
    read_ahead()
    # Who asks comes before what is asked: to anybody else this endpoint says nothing about codes and tokens.
    client = defences.client_is_authenticated()
    grant_type = required("grant_type")
    defences.grant_type_is_offered(grant_type, client)
    return token_response(features.grant_types[grant_type].tokens(client))


def read_ahead() -> None:
    """Fetch the client and what it brings in one round trip."""
    client_id, grant_type = named_client(), features.grant_types.get(optional("grant_type") or "")
    if client_id:
        store.read_ahead(store.client_key(client_id), *(grant_type.keys() if grant_type else ()))
