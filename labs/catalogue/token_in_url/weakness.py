"""The fault: the bank opens for a token in the address, too."""

from flask import Request

from resource_server.defences import Defences


class TheAddressWillDo(Defences):
    def token_is_in_the_header(self, request: Request) -> str:
        """Take a token wherever it stands, in the address first."""
        return request.args.get("access_token") or super().token_is_in_the_header(request)
