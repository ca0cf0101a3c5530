"""The fault: this server sends errors to whoever registered for them, before anybody has signed in."""

from werkzeug.datastructures import MultiDict

from auth_server.defences import Defences
from auth_server.models import User


class ErrorsLeaveAtOnce(Defences):
    def error_waits_for_the_user(self, user: User | None, parameters: MultiDict[str, str]) -> None:
        """Answer the app whether somebody is there or not."""
