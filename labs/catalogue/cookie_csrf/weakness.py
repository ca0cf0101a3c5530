"""The fault: Budget does whatever a form says, if only the cookie is right."""

from client_app.defences import Defences


class TheCookieWillDo(Defences):
    def form_token_matches(self, token: str | None) -> None:
        """Ask nobody where the form came from."""
