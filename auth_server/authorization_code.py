"""Authorization code: how it is made, and what it buys (RFC 6749 §4.1)."""

from flask import Response, current_app
from werkzeug.wrappers import Response as BaseResponse

from auth_server.answer import authorization_response
from auth_server.authorization_request import AuthorizationRequest
from auth_server.defences import defences
from auth_server.errors import InvalidGrant
from auth_server.models import Client, Code, Grant, User
from auth_server.parameters import optional, required
from auth_server.store import sha256, store
from auth_server.tokens import new_token, now, token_response


def code_response(asked: AuthorizationRequest, user: User, scope: tuple[str, ...]) -> BaseResponse:
    """Answer with a code for what the user allowed (RFC 6749 §4.1.2)."""
    settings = current_app.extensions["settings"]
    made_at = now()
    lifetime = settings.grant_lifetime
    if "offline_access" not in scope:
        lifetime = settings.code_lifetime + settings.access_token_lifetime
    grant = Grant(
        grant_id=new_token(),
        client_id=asked.client.client_id,
        sub=user.sub,
        scope=scope,
        resource=asked.resource or (settings.bank,),
        granted_at=made_at,
        expires_at=made_at + lifetime,
    )
    value = defences.new_code()
    code = Code(
        code_hash=sha256(value),
        grant=grant.to_dict(),
        redirect_uri=asked.redirect_uri,
        redirect_uri_was_sent=asked.get("redirect_uri") is not None,
        code_challenge=asked.get("code_challenge"),
        code_challenge_method=asked.get("code_challenge_method"),
        expires_at=made_at + settings.code_lifetime,
    )
    store.begin_grant(grant, code, made_at)
    return authorization_response(asked.address, {"code": value})


def authorization_code(client: Client) -> Response:
    """Answer an access token request with a code (RFC 6749 §4.1.3; PKCE: RFC 7636 §4.5)."""
    value, verifier = required("code"), optional("code_verifier")
    code = store.find_code(value)
    if code is None:
        raise InvalidGrant("this server knows no such code")
    defences.code_belongs_to_client(code, client)
    defences.code_has_not_expired(code)  # silent for a redeemed code: its replay must reach the last line
    defences.redirect_uri_is_unchanged(code, optional("redirect_uri"))
    defences.verifier_is_well_formed(verifier)
    defences.verifier_has_a_challenge(code, verifier)
    defences.verifier_matches_challenge(code, verifier)
    resource = defences.resource_was_granted(Grant.from_dict(code.grant))
    return token_response(defences.code_is_used_once(code, resource))  # redeems and issues in one atomic step
