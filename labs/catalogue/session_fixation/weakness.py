"""The fault: this client lets a session keep its number when somebody signs in."""

from client_app.defences import Defences


class TheNumberStays(Defences):
    # The number was worth nothing while nobody was signed in; with Alice's consent it becomes a key, and Mallory has
    # it.
    def session_is_renewed_at_sign_in(self) -> None:
        """Keep the number that the browser came with."""
