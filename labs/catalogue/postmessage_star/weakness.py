"""The fault: the answer is for whoever opened the window."""

from auth_server.web_message.defences import Defences


class WhoeverOpenedTheWindow(Defences):
    # The redirect URI is compared, and never asked for: in this mode the browser goes nowhere.
    def message_goes_to_the_registered_origin(self, redirect_uri: str) -> str:
        """Name no origin: the browser hands the message to any."""
        return "*"
