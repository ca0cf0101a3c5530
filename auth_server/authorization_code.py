"""Authorization code: how it is made, and what it buys (RFC 6749 §4.1)."""

from werkzeug.wrappers import Response

from auth_server.answer import authorization_response
from auth_server.authorization_request import AuthorizationRequest
from auth_server.config import settings
from auth_server.defences import defences
from auth_server.errors import ConsentWithdrawn, InvalidGrant
from auth_server.features import CarriedByCode, GrantType, features
from auth_server.models import Approval, Client, Code, Tokens
from auth_server.parameters import optional, required
from auth_server.store import sha256, store
from auth_server.tokens import new_grant, new_tokens


def code_response(authorization_request: AuthorizationRequest, approval: Approval) -> Response:
    """Answer with a code for what the user allowed (RFC 6749 §4.1.2)."""
    grant = new_grant(authorization_request.client, approval.user.sub, approval.scope, authorization_request.resource)
    value = defences.new_code()
    code = Code(
        grant=grant,
        code_hash=sha256(value),
        redirect_uri=authorization_request.redirect_uri,
        redirect_uri_was_sent=authorization_request.get("redirect_uri") is not None,
        expires_at=grant.granted_at + settings.code_lifetime,
        carried={name: carried.value(authorization_request) for name, carried in features.carried_by_codes.items()},
    )
    if not store.begin_grant(grant, code, by_consent=approval.by_consent):
        raise ConsentWithdrawn(authorization_request.fields())
    return authorization_response(authorization_request.target, {"code": value})


def authorization_code(client: Client) -> Tokens:
    """Redeem the code of an access token request (RFC 6749 §4.1.3; PKCE: RFC 7636 §4.5)."""
    code, verifier = store.find_code(required("code")), optional("code_verifier")
    if code is None:
        raise InvalidGrant("this server knows no such code")
    defences.code_belongs_to_client(code, client)
    defences.code_has_not_expired(code)  # silent for a redeemed code: its replay must reach the last line
    defences.redirect_uri_is_unchanged(code, optional("redirect_uri"))
    defences.verifier_is_well_formed(verifier)
    defences.verifier_has_a_challenge(code, verifier)
    defences.verifier_matches_challenge(code, verifier)
    # What standards bind a code to; before it is redeemed, as all checks are.
    for carried in features.carried_by_codes.values():
        carried.check(code)
    resource = defences.resource_was_granted(code.grant)
    tokens = new_tokens(code.grant, code.grant.scope, resource, code.carried)
    # Redeems the code and stores the tokens in one step, and last: a thief without the verifier cannot burn the code.
    defences.code_is_used_once(code, tokens)
    return tokens


def keys() -> list[str]:
    """Return where the code lies, and the mark that it was used."""
    code = optional("code")
    return [store.code_key(code), store.used_key(code)] if code else []


CARRIED_BY_CODES = {
    "code_challenge": CarriedByCode(lambda authorization_request: authorization_request.get("code_challenge")),
    "code_challenge_method": CarriedByCode(
        lambda authorization_request: authorization_request.get("code_challenge_method")
    ),
}
AUTHORIZATION_CODE = GrantType(authorization_code, ("code", "redirect_uri", "code_verifier"), keys)
