"""The fault: Bank ID does whatever a form says, if only the cookie is right."""

from auth_server.defences import Defences


class AnyFormWillDo(Defences):
    def form_token_matches(self) -> None:
        """Ask nobody where the form came from."""
