"""The fault: the bank opens for a token in the URL, too."""

from flask import Request

from resource_server.defences import Defences


class TheAddressWillDo(Defences):
    # RFC 6750 §2.3 describes it, and says why not to do it: URLs are written down, in histories, logs and `Referer`.
    def token_is_in_the_header(self, request: Request) -> str:
        """Take a token wherever it stands, in the URL first."""
        return request.args.get("access_token") or super().token_is_in_the_header(request)
