"""Authorization code: how it is made, and what it buys (RFC 6749 §4.1)."""

from flask import Response
from werkzeug.wrappers import Response as BaseResponse

from auth_server.answer import authorization_response
from auth_server.authorization_request import AuthorizationRequest
from auth_server.config import settings
from auth_server.defences import defences
from auth_server.errors import InvalidGrant
from auth_server.models import Client, Code, User
from auth_server.parameters import optional, required
from auth_server.store import sha256, store
from auth_server.tokens import new_grant, new_tokens, token_response


def code_response(asked: AuthorizationRequest, user: User, scope: tuple[str, ...]) -> BaseResponse:
    """Answer with a code for what the user allowed (RFC 6749 §4.1.2)."""
    grant = new_grant(asked.client, user.sub, scope, asked.resource)
    value = defences.new_code()
    code = Code(
        grant=grant,
        code_hash=sha256(value),
        redirect_uri=asked.redirect_uri,
        redirect_uri_was_sent=asked.get("redirect_uri") is not None,
        code_challenge=asked.get("code_challenge"),
        code_challenge_method=asked.get("code_challenge_method"),
        expires_at=grant.granted_at + settings.code_lifetime,
    )
    store.begin_grant(grant, code)
    return authorization_response(asked.address, {"code": value})


def authorization_code(client: Client) -> Response:
    """Answer an access token request with a code (RFC 6749 §4.1.3; PKCE: RFC 7636 §4.5)."""
    code, verifier = store.find_code(required("code")), optional("code_verifier")
    if code is None:
        raise InvalidGrant("this server knows no such code")
    defences.code_belongs_to_client(code, client)
    defences.code_has_not_expired(code)  # silent for a redeemed code: its replay must reach the last line
    defences.redirect_uri_is_unchanged(code, optional("redirect_uri"))
    defences.verifier_is_well_formed(verifier)
    defences.verifier_has_a_challenge(code, verifier)
    defences.verifier_matches_challenge(code, verifier)
    resource = defences.resource_was_granted(code.grant)
    tokens = new_tokens(code.grant, code.grant.scope, resource)
    # Redeems the code and stores the tokens in one step, and last: a thief without the verifier cannot burn the code.
    defences.code_is_used_once(code, tokens)
    return token_response(tokens)
