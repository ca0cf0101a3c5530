"""The fault: the server believes a header that only its own proxy should write."""

from flask import request

from auth_server.defences import Defences


class BelievesTheHeader(Defences):
    # Behind a proxy that overwrites this header it is the truth; without one it is the guesser's own text.
    def client_address_is_not_forged(self) -> str:
        """Take the address that the request claims for itself."""
        return request.headers.get("X-Forwarded-For") or super().client_address_is_not_forged()
