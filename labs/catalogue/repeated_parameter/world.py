"""The redirect URI is compared in one place and used in another, and the two do not read alike."""

from flask import request

from auth_server.defences import Defences
from auth_server.models import Client

OLD = (
    "A gateway in front of Bank ID compares the first `redirect_uri` of a request with the registered ones, exactly; "
    "Bank ID behind it trusts the gateway, and its own reader takes the last one.",
)


class GatewayInFront(Defences):
    def redirect_uri_is_registered(self, client: Client, redirect_uri: str | None) -> str:
        """Compare the first one as ever, and go on with the last one."""
        compared = super().redirect_uri_is_registered(client, redirect_uri)
        return next(reversed(request.values.getlist("redirect_uri")), compared)
