"""The fault: any page may show Bank ID's pages within its own."""

from flask import Response

from auth_server.defences import Defences


class AnybodyMayFrameUs(Defences):
    # The form token does not help: the form that is sent is Bank ID's own, and it is Alice who presses its button.
    def page_cannot_be_framed(self, response: Response) -> None:
        """Say nothing about frames."""
