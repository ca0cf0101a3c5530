"""Every countermeasure of Balance's host, one method each; those of its page are in `js/defences.js`."""

from typing import cast

from flask import Response, abort

from wire.current import Current

HELP_PAGES = (
    "https://oauth.net/2/pkce/",
    "https://www.rfc-editor.org/rfc/rfc7636",
    "https://www.rfc-editor.org/rfc/rfc9700",
)


class Defences:
    """A check passes silently or raises; the rest harden a response."""

    def redirect_stays_on_this_site(self, to: str) -> None:
        """Stops strangers from borrowing our URL as a way to theirs (RFC 9700 §4.11.1)."""
        if to not in HELP_PAGES:
            # A list, and not "any https URL": an open redirector lends its good name to every phishing page.
            abort(400, "Balance links to its own help pages only, and this is none of them.")

    def referrer_is_withheld(self, response: Response) -> None:
        """Stops the callback's URL, code and all, from travelling on in `Referer` (RFC 9700 §4.2.4)."""
        response.headers["Referrer-Policy"] = "no-referrer"

    def callback_refuses_framing(self, response: Response) -> None:
        """Stops a hidden frame from running a flow that nobody sees (RFC 10017 §5.1.3)."""
        response.headers["X-Frame-Options"] = "DENY"
        policy = response.headers.get("Content-Security-Policy", "default-src 'self'")
        response.headers["Content-Security-Policy"] = f"{policy}; frame-ancestors 'none'"


defences = cast("Defences", Current("defences"))
