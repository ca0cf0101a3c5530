"""A client of 2012: it has no secret, and the server does not know PKCE."""

from auth_server.client_authentication import presented_once
from auth_server.clock import now
from auth_server.defences import Defences
from auth_server.models import Client, Code
from auth_server.store import store

OLD = (
    "Budget is a client without a secret: whoever names it is believed.",
    "Bank ID does not look at PKCE.",
)


class ServerOf2012(Defences):
    # With the secret or PKCE in force the thief would fail before the replay: then this lab would show nothing.
    def client_is_authenticated(self) -> Client:
        """Believe whoever names a client."""
        return store.find_client(presented_once().client_id, now()) or super().client_is_authenticated()

    def verifier_matches_challenge(self, code: Code, verifier: str | None) -> None:
        """Look at no verifier."""
