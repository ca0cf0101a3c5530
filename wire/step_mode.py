"""Step mode: a redirect or a back-channel request waits until somebody lets it go, edited if they like."""

import secrets
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from wire.edited_request import REQUEST, WRITTEN, apply
from wire.held_page import HELD, collect, page, page_of
from wire.journal import Journal
from wire.message import Held, Request
from wire.step_channel import StepChannel

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LONGEST = 120.0  # seconds; then it goes on as it is
AT_ONCE = 4  # held per party: a server has a handful of threads, and the others must go on
POLL = 20.0  # seconds that a held page waits before it asks again
OBSERVER = "glassbox-classroom"
METHOD_IS_KEPT = (307, 308)
PAGE = [  # headers of our own pages, which stand in for a party's: as hard to frame, and as silent about addresses
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
    ended: float = 0.0

    def wait(self, seconds: float) -> bool:
        """Wait for a decision; time that has run out is one."""
        left = self.entry.until - time.time()
        if not self.decided.wait(max(0.0, min(seconds, left))) and time.time() >= self.entry.until:
            self.decide("timeout", {})
        return self.decided.is_set()

    def decide(self, action: str, edited: dict[str, Any]) -> None:
        """The first decision counts."""
        if not self.decided.is_set():
            self.action, self.edited, self.ended = action, edited, min(time.time(), self.entry.until)
            self.decided.set()


class StepMode:
    """While it is off, one look at a flag; while it is on, the party's messages wait here."""

    def __init__(self, app: "WSGIApplication", channel: StepChannel, journal: Journal, classroom: str) -> None:
        self.app, self.channel, self.journal, self.classroom = app, channel, journal, classroom
        self.holds: dict[str, Hold] = {}
        self.lock = threading.Lock()
        channel.on_decision = self.decide

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(HELD):
            return self.resume(environ["PATH_INFO"].removeprefix(HELD), start_response)
        if not self.channel.is_on:
            return self.app(environ, start_response)
        self.let_go_of_the_abandoned()
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
        self.release(hold)
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
        if not hold.wait(POLL):
            return self.page_that_waits(hold, start_response)
        self.release(hold)
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
            party=request.party,
            origin=request.origin,
            world=request.world,
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
            if len(self.holds) >= AT_ONCE:
                return None
            self.holds[entry.exchange] = hold
        self.journal.write(entry)
        return hold

    def release(self, hold: Hold) -> None:
        """Write down how the waiting ended; the codes' lives are longer by it."""
        if self.holds.pop(hold.entry.exchange, None):
            self.journal.write(replace(hold.entry, at=time.time(), action=hold.action))
            self.channel.stand_still(hold.entry.at, hold.ended)

    def let_go_of_the_abandoned(self) -> None:
        """Give up redirects whose page was closed: nobody asks for them again, and they would keep others out."""
        for hold in list(self.holds.values()):
            if time.time() > hold.entry.until + POLL:
                hold.wait(0)
                self.release(hold)

    def decide(self, exchange: str, action: str, edited: dict[str, Any]) -> None:
        """Take a decision of the classroom's."""
        for name, hold in list(self.holds.items()):
            if exchange in (name, "*"):
                hold.decide(action, edited)

    def page_that_waits(self, hold: Hold, start_response: "StartResponse") -> Iterable[bytes]:
        """Show a page in the place of what is held."""
        start_response("200 OK", PAGE)
        return [page_of(hold.entry, self.classroom)]


def goes_through_the_address_bar(environ: "WSGIEnvironment") -> bool:
    """Whether the answer's redirect would be followed in a person's sight, which a frame is not."""
    framed = environ.get("HTTP_SEC_FETCH_DEST", "document") != "document"
    return environ.get("HTTP_SEC_FETCH_MODE") == "navigate" and not framed


def is_worth_a_stop(environ: "WSGIEnvironment") -> bool:
    """Whether one program asks another for something: not a file, a preflight, a discovery or the observer."""
    if environ.get("HTTP_SEC_FETCH_MODE", "cors") != "cors" or environ["REQUEST_METHOD"] == "OPTIONS":
        return False
    same_origin = environ.get("HTTP_SEC_FETCH_SITE") == "same-origin"
    observer = OBSERVER in environ.get("HTTP_USER_AGENT", "")
    return not (same_origin or observer or environ["PATH_INFO"].startswith("/.well-known/"))
