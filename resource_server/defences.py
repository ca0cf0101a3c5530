"""What the bank checks before it answers: each countermeasure is one method, so that each can be taken away."""

import re
from typing import cast

from flask import Request, current_app
from werkzeug.local import LocalProxy

from resource_server.errors import InsufficientScope, InvalidBearerRequest, InvalidToken, NotFound, NoToken
from resource_server.introspection import introspect
from resource_server.models import AccessToken, Account

B64TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
LONGEST_TOKEN = 4096  # characters
FORM = "application/x-www-form-urlencoded"


class Defences:
    """The resource server's countermeasures; each raises its refusal or lets the request pass."""

    def token_is_in_the_header(self, request: Request) -> str:
        """Keep tokens out of histories and logs: only the header is read (RFC 6750 §2.1, §2.3)."""
        scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
        if scheme.lower() != "bearer":
            raise NoToken
        # "The client MUST NOT use more than one method to transmit the token": RFC 6750 §2
        in_form = request.mimetype == FORM and "access_token" in request.form
        if "access_token" in request.args or in_form:
            raise InvalidBearerRequest
        token = token.strip()
        if not token or " " in token or "," in token:
            raise InvalidBearerRequest
        return token

    def token_is_active(self, token: str) -> AccessToken:
        """Stop unknown, expired and revoked tokens by asking at every request (RFC 7662 §2.2, §4)."""
        if len(token) > LONGEST_TOKEN or not B64TOKEN.fullmatch(token):
            raise InvalidToken
        answer = introspect(token)
        if answer.get("active") is not True:
            raise InvalidToken
        access = AccessToken.from_introspection(answer)
        if access.expires_at is not None and access.expires_at <= current_app.extensions["clock"]():
            raise InvalidToken
        return access

    def token_is_meant_for_us(self, access: AccessToken) -> None:
        """Stop a token that another resource server collected and spends here (RFC 9700 §4.10.2)."""
        if current_app.extensions["settings"].resource not in access.aud:
            raise InvalidToken

    def token_has_a_resource_owner(self, access: AccessToken) -> None:
        """Stop a client that acts for itself from passing for a customer of its name (RFC 9700 §4.15.1)."""
        if not access.sub or access.sub == access.client_id:
            raise InvalidToken

    def scope_covers_the_request(self, access: AccessToken, scope: str) -> None:
        """Stop a client from doing more than the customer allowed (RFC 6750 §3.1)."""
        if scope not in access.scope:
            raise InsufficientScope(scope)

    def account_belongs_to_subject(self, account: Account, access: AccessToken) -> None:
        """Stop one customer from reaching another's account, or learning that it exists (RFC 9700 §2.3)."""
        if account["owner"] != access.sub:
            raise NotFound


defences = cast("Defences", LocalProxy(lambda: current_app.extensions["defences"]))
