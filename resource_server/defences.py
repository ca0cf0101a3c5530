"""Every countermeasure of the bank, one method each: what it stops, and where that is asked for."""

import re
from typing import cast

from flask import Request

from resource_server.clock import now
from resource_server.config import settings
from resource_server.errors import InsufficientScope, InvalidBearerRequest, InvalidToken, NotFound, NoToken
from resource_server.introspection import introspect
from resource_server.models import AccessToken, Account
from wire.current import Current

B64TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
LONGEST_TOKEN = 4096  # characters
FORM = "application/x-www-form-urlencoded"


class Defences:
    """Checks return what they have established, or raise; they stand in the order in which a request meets them."""

    def token_is_in_the_header(self, request: Request) -> str:
        """Stops tokens from staying in histories and logs: only the header is read (RFC 6750 §2.1, §2.3)."""
        scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
        if scheme.lower() != "bearer":
            raise NoToken
        # A client MUST NOT send its token in more than one way (RFC 6750 §2): a proxy that checks the one and a server
        # that uses the other would disagree about who is asking.
        in_form = request.mimetype == FORM and "access_token" in request.form
        if "access_token" in request.args or in_form:
            raise InvalidBearerRequest
        token = token.strip()
        if not token or " " in token or "," in token:
            raise InvalidBearerRequest
        return token

    def token_is_active(self, token: str) -> AccessToken:
        """Stops unknown, expired and revoked tokens by asking at every request (RFC 7662 §2.2, §4)."""
        # What cannot be a token is not worth a question to the authorization server, nor a line in its log.
        if len(token) > LONGEST_TOKEN or not B64TOKEN.fullmatch(token):
            raise InvalidToken
        introspection = introspect(token)
        if introspection.get("active") is not True:  # true alone: "false", a string, would count as yes
            raise InvalidToken
        access = AccessToken.from_introspection(introspection)
        # The server has said so already; a bank that once keeps an answer for a while must not rely on it.
        if access.expires_at is not None and access.expires_at <= now():
            raise InvalidToken
        return access

    def token_is_meant_for_us(self, access: AccessToken) -> None:
        """Stops a token that another resource server collected and spends here (RFC 9700 §4.10.2)."""
        # A resource server MUST refuse what was not issued for it (RFC 9700 §2.3): a shop that got Alice's token for
        # itself could otherwise read her account with it.
        if settings.resource not in access.aud:
            raise InvalidToken

    def token_has_a_resource_owner(self, access: AccessToken) -> None:
        """Stops a client that acts for itself from passing for a customer of its name (RFC 9700 §4.15.1)."""
        # Whoever registers a client named `alice` would get tokens for itself whose `sub` is `alice`.
        if not access.sub or access.sub == access.client_id:
            raise InvalidToken

    def scope_covers_the_request(self, access: AccessToken, scope: str) -> None:
        """Stops a client from doing more than the customer allowed (RFC 6750 §3.1)."""
        if scope not in access.scope:
            raise InsufficientScope(scope)

    def account_belongs_to_subject(self, account: Account, access: AccessToken) -> None:
        """Stops one customer from reaching another's account, or learning that it exists (RFC 9700 §2.3)."""
        if account["owner"] != access.sub:
            raise NotFound  # and not "forbidden", which would tell that there is such an account


defences = cast("Defences", Current("defences"))
