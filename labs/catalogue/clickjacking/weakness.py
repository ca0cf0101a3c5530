"""The fault: any page may show Bank ID's pages within its own."""

from flask import Response

from auth_server.defences import Defences


class AnybodyMayFrameUs(Defences):
    def page_cannot_be_framed(self, response: Response) -> None:
        """Say nothing about frames."""
