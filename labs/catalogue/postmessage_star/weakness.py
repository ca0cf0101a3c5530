"""The fault: the answer is for whoever opened the window."""

from auth_server.defences import Defences


class WhoeverOpenedTheWindow(Defences):
    def message_goes_to_the_registered_origin(self, redirect_uri: str) -> str:
        """Name no origin: the browser hands the message to any."""
        return "*"
