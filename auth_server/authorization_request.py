"""An authorization request whose client and redirect URI were found to be in order (RFC 6749 §4.1.1)."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from auth_server.errors import ResponseAddress
from auth_server.models import Client
from auth_server.redirect_uris import origin
from auth_server.scopes import split

NAMES = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "response_mode",
)


@dataclass(frozen=True)
class AuthorizationRequest:
    """The request in wire spelling; what is absent is None."""

    client: Client
    redirect_uri: str
    parameters: MultiDict[str, str]

    def get(self, name: str) -> str | None:
        return self.parameters.get(name) or None

    @property
    def scope(self) -> tuple[str, ...]:
        return split(self.get("scope"))

    @property
    def resource(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value for value in self.parameters.getlist("resource") if value))

    @property
    def address(self) -> ResponseAddress:
        """Where the answer goes; a `state` sent twice is no state."""
        states = [state for state in self.parameters.getlist("state") if state]
        return ResponseAddress(self.redirect_uri, states[0] if len(states) == 1 else None, self.mode)

    @property
    def mode(self) -> str:
        """How the client wants to be answered; only an address with an origin can be handed a message."""
        asked = self.parameters.getlist("response_mode")
        reachable = asked != ["web_message"] or origin(self.redirect_uri) is not None
        return asked[0] if len(asked) == 1 and asked[0] and reachable else "query"

    def fields(self) -> list[tuple[str, str]]:
        """Return the request as the pairs that a form or a query carries on."""
        names = (*NAMES, "resource", "transaction")
        return [(name, value) for name in names for value in self.parameters.getlist(name) if value]
