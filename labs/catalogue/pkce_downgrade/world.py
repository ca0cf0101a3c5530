"""PKCE is optional at the server, and the client has put it in the place of `state`."""

from client_app.defences import Defences

OLD = (
    "Bank ID requires PKCE of public clients only: Budget, which has a secret, may do without.",
    "Budget sends no `state`: it relies on PKCE to tell whose answer comes back.",
)
SETTINGS = {"auth": {"pkce_required_of": "public clients"}}


class ClientWithoutState(Defences):
    def new_state(self) -> str:
        """Make none."""
        return ""
