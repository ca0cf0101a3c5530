"""The fault: this host wants its partners to know where their visitors come from."""

from flask import Response

from spa.defences import Defences


class EverybodyIsToldTheWholeAddress(Defences):
    def referrer_is_withheld(self, response: Response) -> None:
        """Tell every server from which the page loads something the full URL, code and all."""
        # Browsers send other sites the origin only, unless they are told otherwise.
        response.headers["Referrer-Policy"] = "unsafe-url"
