"""The fault: Bank ID does whatever a form says, if only the cookie is right."""

from auth_server.defences import Defences


class AnyFormWillDo(Defences):
    # The cookie says whose browser it is, and not who wrote the form; only what the page was given can say that.
    def form_token_matches(self) -> None:
        """Ask nobody where the form came from."""
