"""The parameters of an authorization request, in the order in which they are checked (RFC 6749 §4.1.1).

`client_id` and `redirect_uri` were checked before: until they are in order there is nobody to answer to.
"""

from auth_server.authorization_request import AuthorizationRequest
from auth_server.defences import defences
from auth_server.errors import InvalidRequest
from auth_server.features import AuthorizationParameter, features


def response_type(authorization_request: AuthorizationRequest) -> None:
    """Check what the client wants to be answered with (RFC 6749 §3.1.1)."""
    name, client = authorization_request.get("response_type"), authorization_request.client
    defences.response_type_is_code(name, client, features.response_types)


def response_mode(authorization_request: AuthorizationRequest) -> None:
    """Refuse a way of answering that this server, or the redirect URI, does not know (RFC 8414 §2)."""
    if (authorization_request.get("response_mode") or "query") != authorization_request.mode:
        raise InvalidRequest(f"response_mode may be of {' '.join(features.response_modes)}; a message needs an origin")


def code_challenge(authorization_request: AuthorizationRequest) -> None:
    """Check that there is one (RFC 7636 §4.3)."""
    defences.challenge_is_present(authorization_request.get("code_challenge"), authorization_request.client)


def code_challenge_method(authorization_request: AuthorizationRequest) -> None:
    """Check how the challenge was made (RFC 7636 §4.3)."""
    challenge, method = authorization_request.get("code_challenge"), authorization_request.get("code_challenge_method")
    defences.challenge_method_is_s256(challenge, method, features.code_challenge_methods)


def scope(authorization_request: AuthorizationRequest) -> None:
    """Check what the client wants to do (RFC 6749 §3.3)."""
    defences.scope_is_allowed(authorization_request.scope, authorization_request.client)


def resource(authorization_request: AuthorizationRequest) -> None:
    """Check where the client wants to do it (RFC 8707 §2)."""
    defences.resource_is_known(authorization_request.resource)


AUTHORIZATION_PARAMETERS = {
    "response_type": AuthorizationParameter(response_type),
    "client_id": AuthorizationParameter(),
    "redirect_uri": AuthorizationParameter(),
    "state": AuthorizationParameter(),
    "response_mode": AuthorizationParameter(response_mode),
    "code_challenge": AuthorizationParameter(code_challenge),
    "code_challenge_method": AuthorizationParameter(code_challenge_method),
    "scope": AuthorizationParameter(scope),
    "resource": AuthorizationParameter(resource, may_be_repeated=True),
}
