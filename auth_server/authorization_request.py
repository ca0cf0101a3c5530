"""An authorization request whose client and redirect URI were found to be in order (RFC 6749 §4.1.1)."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from auth_server.errors import ResponseTarget
from auth_server.features import features
from auth_server.models import Client
from auth_server.scopes import split


@dataclass(frozen=True)
class AuthorizationRequest:
    """The request in wire spelling; what is absent is None."""

    client: Client
    redirect_uri: str
    parameters: MultiDict[str, str]

    def get(self, name: str) -> str | None:
        return self.parameters.get(name) or None

    @property
    def response_type(self) -> str:
        return self.parameters["response_type"]

    @property
    def scope(self) -> tuple[str, ...]:
        return split(self.get("scope"))

    @property
    def resource(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value for value in self.parameters.getlist("resource") if value))

    @property
    def target(self) -> ResponseTarget:
        """Where the answer goes; a `state` sent twice is no state."""
        states = [state for state in self.parameters.getlist("state") if state]
        return ResponseTarget(self.redirect_uri, states[0] if len(states) == 1 else None, self.mode)

    @property
    def mode(self) -> str:
        """How the client wants to be answered, where that is offered and reaches the redirect URI; else by query."""
        names = self.parameters.getlist("response_mode")
        row = features.response_modes.get(names[0]) if len(names) == 1 else None
        return names[0] if row and row.reaches(self.redirect_uri) else "query"

    def fields(self) -> list[tuple[str, str]]:
        """Return the request as the pairs that a form or a query carries on."""
        names = (*features.authorization_parameters, "transaction")
        return [(name, value) for name in names for value in self.parameters.getlist(name) if value]
