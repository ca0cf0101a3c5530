"""The classroom's countermeasures, each one method: the wire holds secrets, and every byte of it may be hostile."""

from collections.abc import Mapping
from typing import Any, cast

from flask import Request, Response

from classroom.errors import Problem
from wire.current import Current
from wire.door import PROBES

POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
)
FRAMED = "/wire/run"  # the one page that is made to be shown within another one


class Defences:
    """What keeps other pages out, and what was recorded in its place as text."""

    def other_origins_are_refused(self, request: Request, own: str) -> None:
        """Stop a page of another origin from asking, even where its browser would not let it read (RFC 6454 §7)."""
        origin = request.headers.get("Origin")
        if origin is not None and origin != own:
            raise Problem(403, f"Only pages of {own} may ask here.")

    def other_sites_embed_nothing(self, request: Request) -> None:
        """Stop requests that carry no `Origin`, those of images and scripts, from reaching what the wire holds."""
        if request.path.startswith("/api/") and request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
            raise Problem(403, "Another site's page asks; only our own pages and programs may.")

    def changes_come_from_our_pages(self, request: Request, own: str) -> None:
        """Stop forged requests: a form of another site can send neither this content type nor our `Origin`."""
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return
        if request.mimetype != "application/json":
            raise Problem(415, "A change is sent as application/json.")
        if request.headers.get("Origin") != own:
            raise Problem(403, f"A change is sent with the header `Origin: {own}`.")

    def labs_read_their_worlds_only(self, request: Request, address: str) -> None:
        """Stop the labs, whose code is weak on purpose, from reading what the secure parties said to each other."""
        if not address or request.environ.get("SERVER_NAME") != address or request.path in PROBES:
            return
        if request.path not in ("/api/verdict", "/api/messages") or not request.args.get("world"):
            raise Problem(403, "The labs may ask for verdicts, and for messages of their worlds.")

    def only_our_parties_are_sent_to(self, parties: Mapping[str, str], message: Mapping[str, Any]) -> str:
        """Stop a recorded URL from leading anywhere else: the origin comes from our own table."""
        origin = parties.get(message["party"])
        if origin is None or message["world"]:
            raise Problem(409, f"Only requests to {', '.join(parties)} can be sent again.")
        return origin

    def redirects_are_not_followed(self) -> bool:
        """Stop an answer from sending us, and the secrets in the request, to somebody else."""
        return False

    def pages_run_only_our_scripts(self, response: Response) -> None:
        """Stop a script that came over the wire as text from ever running."""
        response.headers["Content-Security-Policy"] = "; ".join(POLICY)

    def only_the_labs_frame_one_page(self, request: Request, response: Response, labs: str) -> None:
        """Stop other sites from laying our pages under theirs; the labs may show one, and cannot look into it."""
        around = labs if request.path == FRAMED else "'none'"
        response.headers.add("Content-Security-Policy", f"frame-ancestors {around}")  # a policy of its own: both hold

    def types_are_not_guessed(self, response: Response) -> None:
        """Stop a browser from taking a recorded text for a page."""
        response.headers["X-Content-Type-Options"] = "nosniff"

    def nothing_is_kept(self, response: Response) -> None:
        """Stop secrets of the wire from staying in caches, and URLs of flows from travelling in `Referer`."""
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"

    def windows_are_apart(self, response: Response) -> None:
        """Stop other sites from reaching into our window or our answers."""
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"


defences = cast("Defences", Current("defences"))
