"""The records that Budget keeps on its server; none of them ever reaches a browser."""

from pydantic import BaseModel

EARLY = 10.0  # seconds before its end from which an access token counts as expired


class Pending(BaseModel):
    """An authorization request on its way: what the callback must be compared with."""

    state: str
    verifier: str
    scope: str
    issuer: str
    iss_promised: bool
    expires_at: float


class Metadata(BaseModel):
    """What an authorization server says of itself (RFC 8414 §2)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str | None = None
    code_challenge_methods_supported: list[str] = []
    authorization_response_iss_parameter_supported: bool = False


class TokenResponse(BaseModel):
    """A successful answer of the token endpoint; members we do not know are ignored (RFC 6749 §5.1)."""

    access_token: str
    token_type: str
    expires_in: float = 300.0
    refresh_token: str | None = None
    scope: str | None = None


class Connection(BaseModel):
    """One person's connection to the bank: the tokens, and what they were given for."""

    id: str
    issuer: str
    access_token: str
    refresh_token: str | None
    scope: str
    expires_at: float

    def allows(self, scope: str) -> bool:
        """Whether the user granted this scope, as far as we were told."""
        return scope in self.scope.split()

    def has_expired(self, now: float) -> bool:
        """Whether the access token is over, or about to be."""
        return now >= self.expires_at - EARLY
