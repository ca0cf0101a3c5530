"""What the core offers: the code flow with PKCE, refresh tokens, and the endpoints around them (RFC 6749 §1.2)."""

from auth_server import apps, authorize, consent, introspect, metadata, register, revoke, sign_in, token
from auth_server.answer import query
from auth_server.authorization_code import AUTHORIZATION_CODE, CARRIED_BY_CODES, code_response
from auth_server.authorization_parameters import AUTHORIZATION_PARAMETERS
from auth_server.client_authentication import CLIENT_SECRET_BASIC, CLIENT_SECRET_POST, NONE
from auth_server.client_metadata import CLIENT_METADATA
from auth_server.defences import Defences
from auth_server.features import Endpoint, Features, ResponseMode
from auth_server.pkce import s256
from auth_server.refresh_token import REFRESH_TOKEN
from auth_server.scopes import SCOPES
from auth_server.tokens import TOKEN_RESPONSE, bearer, opaque


def core() -> Features:
    """Return new tables: what is added to them is of one server only."""
    return Features(
        blueprints=[sign_in.bp, consent.bp, apps.bp],
        defences=[Defences],
        endpoints={
            "/authorize": Endpoint(authorize.bp, "people", "authorization"),
            "/token": Endpoint(token.bp, "clients", "token", any_origin_may_read=True),
            "/revoke": Endpoint(revoke.bp, "clients", "revocation", any_origin_may_read=True),
            "/introspect": Endpoint(introspect.bp, "resource servers", "introspection"),
            "/register": Endpoint(register.bp, "anybody", "registration"),
            "/.well-known/oauth-authorization-server": Endpoint(metadata.bp, "anybody", any_origin_may_read=True),
        },
        authorization_parameters=dict(AUTHORIZATION_PARAMETERS),
        response_types={"code": code_response},
        response_modes={"query": ResponseMode(query)},
        code_challenge_methods={"S256": s256},
        client_authentication={
            "client_secret_basic": CLIENT_SECRET_BASIC,
            "client_secret_post": CLIENT_SECRET_POST,
            "none": NONE,
        },
        client_metadata=dict(CLIENT_METADATA),
        carried_by_codes=dict(CARRIED_BY_CODES),
        grant_types={"authorization_code": AUTHORIZATION_CODE, "refresh_token": REFRESH_TOKEN},
        access_token_formats={"opaque": opaque},
        bindings={"bearer": bearer},
        token_response=dict(TOKEN_RESPONSE),
        introspection_response=dict(introspect.INTROSPECTION_RESPONSE),
        metadata=dict(metadata.METADATA),
        scopes=dict(SCOPES),
    )
