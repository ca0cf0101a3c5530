"""The countermeasure that comes with client credentials."""

from typing import cast

from auth_server import defences as core
from auth_server.errors import UnauthorizedClient
from auth_server.models import Client
from wire.current import Current


class Defences(core.Defences):
    """The core's, and this one."""

    def public_client_has_no_secret(self, client: Client) -> None:
        """Stops a public client, whose every copy anyone can read, from acting for itself (RFC 6749 §4.4)."""
        # "The client credentials grant type MUST only be used by confidential clients."
        if client.is_public:
            raise UnauthorizedClient("a public client cannot use client_credentials: it has no secret to keep")


defences = cast("Defences", Current("defences"))
