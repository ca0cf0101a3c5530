"""The fault: this client lets a session keep its number when somebody signs in."""

from client_app.defences import Defences


class TheNumberStays(Defences):
    def session_is_renewed_at_sign_in(self) -> None:
        """Keep the number that the browser came with."""
