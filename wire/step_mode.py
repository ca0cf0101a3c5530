"""Step mode: a redirect or a back-channel request waits until somebody lets it go, edited if they like."""

import secrets
import threading
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from wire.addresses import Addresses, Party
from wire.edited_request import REQUEST, WRITTEN, apply
from wire.held_page import HELD, collect, page, page_of
from wire.held_time import LONGEST
from wire.journal import Journal
from wire.message import Held, Request
from wire.step_channel import Believed, StepChannel

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PARTIES: tuple[Party, ...] = ("auth", "bank", "budget", "balance")
AT_ONCE = 4  # held per party: a server has a handful of threads, and the others must go on
POLL = 20.0  # seconds that a held page waits before it asks again
GONE = 15.0  # seconds within which a page that waits asks again, for it does so by itself; then somebody closed it
OBSERVER = "glassbox-classroom"
METHOD_IS_KEPT = (307, 308)
PAGE = [  # headers of our own pages, which stand in for a party's: as hard to frame, and as silent about URLs
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
]


@dataclass
class Hold:
    """Something that waits, and what was decided about it."""

    entry: Held
    response: tuple[str, list[tuple[str, str]], bytes] | None = None  # of a redirect: status, headers, body
    decided: threading.Event = field(default_factory=threading.Event)
    action: str = ""
    edited: dict[str, Any] = field(default_factory=dict)
    # Durations are by the monotonic clock: where somebody sets the time back, nothing is held for longer.
    over_at: float = field(default_factory=lambda: time.monotonic() + LONGEST)
    missed_at: float = field(default_factory=lambda: time.monotonic() + GONE)  # when a redirect's page is given up

    def wait(self, seconds: float) -> bool:
        """Wait for a decision, and say whether there is one."""
        return self.decided.wait(max(0.0, min(seconds, self.over_at - time.monotonic())))

    def why_it_ends(self) -> str:
        """Return why this ends without anybody's decision: its time is over, or its page was closed."""
        now = time.monotonic()
        if now >= self.over_at:
            return "timeout"
        return "abandoned" if self.response and now >= self.missed_at else ""


class StepMode:
    """While it is off, one look at a flag; while it is on, the party's messages wait here."""

    def __init__(
        self, app: "WSGIApplication", channel: StepChannel, journal: Journal, origin: str, addresses: Addresses
    ) -> None:
        self.app, self.channel, self.journal = app, channel, journal
        self.place: dict[str, Any] = {"party": channel.party, "origin": origin, "world": channel.world}
        self.classroom = addresses.origin("classroom")
        ours = (origin, *(addresses.origin(party) for party in PARTIES))  # whose pages take part in flows
        self.origins = {each.lower() for each in ours}  # as browsers write them, whatever the settings' case
        self.holds: dict[str, Hold] = {}
        self.began = time.time()
        self.lock = threading.Lock()
        channel.on_decision, channel.on_reminder, channel.on_tick = self.decide, self.disown, self.end_what_is_over

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(HELD):
            return self.resume(environ["PATH_INFO"].removeprefix(HELD), start_response)
        if not self.channel.is_on or REQUEST not in environ:  # a probe is not recorded, and so never held
            return self.app(environ, start_response)
        self.end_what_is_over()
        if is_sent_by_another_site(environ, self.origins):
            return self.serve(environ, start_response)
        if goes_through_the_address_bar(environ):
            return self.stop_redirect(environ, start_response)
        if is_worth_a_stop(environ):
            return self.hold_request(environ, start_response)
        return self.serve(environ, start_response)

    def serve(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Write a request down at once, and hand it on: what it causes may be held before it is answered."""
        self.journal.write(environ[REQUEST])
        environ[WRITTEN] = True
        return self.app(environ, start_response)

    def hold_request(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Keep a request waiting before it is served."""
        request: Request = environ[REQUEST]
        hold = self.hold(request, what="request", target=request.target)
        if hold is None:
            return self.serve(environ, start_response)
        hold.wait(LONGEST)
        self.end(hold, "timeout")
        self.holds.pop(hold.entry.exchange, None)
        if hold.action == "drop":
            start_response("503 Service Unavailable", [("Content-Type", "text/plain"), ("Cache-Control", "no-store")])
            return [b"This request was dropped in step mode: it never reached this server.\n"]
        if hold.action == "edited":
            apply(hold.edited, environ, request)
        return self.serve(environ, start_response)

    def stop_redirect(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer, but put a page that waits in the place of a redirect."""
        status, headers, body = collect(self.serve, environ)
        location = dict(headers).get("Location", "")
        can_wait = location and int(status.split()[0]) not in METHOD_IS_KEPT  # a page that waits could only send a GET
        hold = self.hold(environ[REQUEST], what="redirect", target=location) if can_wait else None
        if hold is None:
            start_response(status, headers)
            return [body]
        hold.response = (status, headers, body)
        return self.page_that_waits(hold, start_response)

    def resume(self, hold_id: str, start_response: "StartResponse") -> Iterable[bytes]:
        """Go on waiting, or send the redirect that was let go."""
        hold = self.holds.get(hold_id)
        if hold is None or hold.response is None:
            start_response("404 Not Found", [("Content-Type", "text/plain"), ("Cache-Control", "no-store")])
            return [b"Nothing of this name is held here (any more).\n"]
        hold.missed_at = time.monotonic() + POLL + GONE
        hold.wait(POLL)
        if why := hold.why_it_ends():
            self.end(hold, why)
        if not hold.decided.is_set():
            return self.page_that_waits(hold, start_response)
        self.holds.pop(hold_id, None)
        status, headers, body = hold.response
        if hold.action == "drop":
            start_response("200 OK", PAGE)
            return [page("Dropped", "<p>This redirect was dropped in step mode. The flow ends here.</p>")]
        if location := hold.edited.get("target"):
            headers = [(name, str(location) if name == "Location" else value) for name, value in headers]
        start_response(status, headers)
        return [body]

    def hold(self, request: Request, what: str, target: str) -> Hold | None:
        """Write down that something waits, where there is room for it."""
        now = time.time()
        entry = Held(
            **self.place,
            exchange=request.exchange if what == "request" else secrets.token_hex(8),
            at=now,
            until=now + LONGEST,
            what=what,
            cause=request.exchange if what == "redirect" else "",
            method=request.method if what == "request" else "GET",
            target=target,
            headers=request.headers if what == "request" else (),
            headers_left_out=request.headers_left_out if what == "request" else 0,
            body=request.body if what == "request" else b"",
            length=request.length if what == "request" else 0,
        )
        hold = Hold(entry)
        with self.lock:  # requests come at the same time
            if sum(not hold.decided.is_set() for hold in self.holds.values()) >= AT_ONCE:
                return None
            self.holds[entry.exchange] = hold
        self.journal.write(entry)
        return hold

    def end(self, hold: Hold, action: str, edited: dict[str, Any] | None = None) -> None:
        """Decide about a hold, and write down that it ended; the first decision counts, whoever made it.

        It is written before anybody who waits goes on, so that on the wire what was held comes before what it caused.
        """
        with self.lock:
            if hold.action:
                return
            hold.action, hold.edited = action, edited or {}
        self.journal.write(replace(hold.entry, at=time.time(), action=action))
        hold.decided.set()

    def decide(self, exchange: str, action: str, edited: dict[str, Any]) -> None:
        """Take a decision of the classroom's."""
        for name, hold in list(self.holds.items()):
            if exchange in (name, "*"):
                self.end(hold, action, edited)

    def end_what_is_over(self) -> None:
        """End what nobody decided about: a page that was closed never asks again, and would keep others out."""
        for name, hold in list(self.holds.items()):
            if why := hold.why_it_ends():
                self.end(hold, why)
            if hold.response and time.monotonic() >= hold.missed_at:
                self.holds.pop(name, None)

    def disown(self, believed: Believed) -> None:
        """Write down the end of what an earlier process of this party held: it ended with that process."""
        for exchange, since in believed:
            if since < self.began and exchange not in self.holds:
                now = time.time()
                self.journal.write(
                    Held(**self.place, exchange=exchange, at=now, until=now, what="request", action="lost")
                )

    def page_that_waits(self, hold: Hold, start_response: "StartResponse") -> Iterable[bytes]:
        """Show a page in the place of what is held."""
        start_response("200 OK", PAGE)
        return [page_of(hold.entry, self.classroom)]


def is_sent_by_another_site(environ: "WSGIEnvironment", ours: Collection[str]) -> bool:
    """Whether a page that is none of the parties' sends this: held, its forms would soon have taken every place.

    A link or a redirect that comes from elsewhere is how client and authorization server lead the browser to each
    other; it is held. Older browsers send no `Sec-Fetch-Site`, but an `Origin` with each form; programs send neither.
    """
    site, origin = environ.get("HTTP_SEC_FETCH_SITE", ""), environ.get("HTTP_ORIGIN", "")
    if site in ("same-origin", "none"):  # where pages keep their URL to themselves, their `Origin` is `null`
        return False
    if environ.get("HTTP_SEC_FETCH_MODE") == "navigate" and environ["REQUEST_METHOD"] == "GET":
        return False
    return origin not in ours if origin else site != ""


def goes_through_the_address_bar(environ: "WSGIEnvironment") -> bool:
    """Whether the answer's redirect would be followed in a person's sight: not in a frame, nor for a page in store."""
    framed = environ.get("HTTP_SEC_FETCH_DEST", "document") != "document"
    fetched_ahead = "HTTP_SEC_PURPOSE" in environ  # any page may have a browser fetch pages that nobody asked for
    return environ.get("HTTP_SEC_FETCH_MODE") == "navigate" and not framed and not fetched_ahead


def is_worth_a_stop(environ: "WSGIEnvironment") -> bool:
    """Whether one program asks another for something: not a file, a preflight, a discovery or the observer."""
    if environ.get("HTTP_SEC_FETCH_MODE", "cors") != "cors" or environ["REQUEST_METHOD"] == "OPTIONS":
        return False
    same_origin = environ.get("HTTP_SEC_FETCH_SITE") == "same-origin"
    observer = OBSERVER in environ.get("HTTP_USER_AGENT", "")
    return not (same_origin or observer or environ["PATH_INFO"].startswith("/.well-known/"))
