"""The fault: this server sends errors to whoever registered for them, before anybody has signed in."""

from auth_server.authorization_request import AuthorizationRequest
from auth_server.defences import Defences
from auth_server.errors import OAuthError
from auth_server.models import User


class ErrorsLeaveAtOnce(Defences):
    # RFC 6749 §4.1.2.1 lets a server do so for every registered client, and here anybody may register one.
    def error_waits_for_the_user(
        self, user: User | None, authorization: AuthorizationRequest, problem: OAuthError
    ) -> None:
        """Answer the app whether somebody is there or not, and whoever made it."""
