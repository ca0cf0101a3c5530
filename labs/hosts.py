"""Who is asked: one server for all worlds, told apart by the name in `Host`."""

import logging
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, Response, request
from redis.exceptions import RedisError

from labs.worlds import LabWorld, Worlds

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PAGE = """<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>{heading} · Glassbox</title>
    <link rel="stylesheet" href="{labs}/static/labs.css">
  </head>
  <body>
    <main>
      <h1>{heading}</h1>
      <p>{words}</p>
      <p><a class="btn" href="{labs}{path}">{way}</a></p>
      <p class="quiet"><code>{status}</code></p>
    </main>
  </body>
</html>
"""
RESTING = "503 Service Unavailable"
RETRY_AFTER = "5"  # seconds
log = logging.getLogger(__name__)
NAME = re.compile(r"([a-z0-9.]+?)-([a-z0-9-]+)\.localhost(?::\d+)?")


class Hosts:
    """Leads a request to a party of a world, or to the labs' own pages."""

    def __init__(self, worlds: Worlds, pages: "WSGIApplication", origin: str) -> None:
        self.worlds, self.pages, self.labs = worlds, pages, origin
        self.own = urlsplit(origin).hostname

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        host = environ.get("HTTP_HOST", "").lower()
        # First the labs' own name: with a hyphen in it, it would read like that of a party in a world.
        if host.partition(":")[0] == self.own or environ["PATH_INFO"] in ("/healthz", "/readyz"):
            return self.pages(environ, start_response)
        name = NAME.fullmatch(host)
        if not name or name[2] not in self.worlds.labs:
            return self.nobody(start_response, words="There is no lab of this name.", path="/", way="All labs")
        try:
            return self.in_a_world(name[2], name[1], environ, start_response)
        except RedisError as problem:
            log.error("the store does not answer: %s", problem)
            start_response(RESTING, [*self.headers(), ("Retry-After", RETRY_AFTER)])
            return [resting_page(self.labs, name[2]).encode()]

    def in_a_world(
        self, name: str, host: str, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Ask somebody in a world, which is made or furnished anew where it has to be."""
        world = self.worlds.world(name)
        app = world.hosts.get(host)
        if app is None:
            words = "Nobody of this name plays in this lab."
            return self.nobody(start_response, words=words, path=f"/labs/{name}", way="The lab")
        environ["labs.world"] = world  # the attacker and the phone are one app each for all worlds
        return Counted(world, app, environ, start_response)

    def nobody(self, start_response: "StartResponse", **words: str) -> list[bytes]:
        """Say that nobody lives at this host, and whose it could have been (RFC 9110 §15.5.20)."""
        status, heading = "421 Misdirected Request", "Nobody lives under this name"
        start_response(status, self.headers())
        return [PAGE.format(labs=self.labs, heading=heading, status=status, **words).encode()]

    def headers(self) -> list[tuple[str, str]]:
        policy = f"default-src 'none'; style-src {self.labs}; base-uri 'none'"
        kind = ("Content-Type", "text/html; charset=utf-8")
        return [kind, ("Content-Security-Policy", policy), ("Cache-Control", "no-store")]


def let_rest(app: Flask) -> None:
    """Let the attacker's server, or an app on the phone, say that Redis is away; parties have pages of their own."""

    @app.errorhandler(RedisError)
    def store_is_away(problem: RedisError) -> Response:
        log.error("the store does not answer: %s", problem)
        world: LabWorld = request.environ["labs.world"]
        page = resting_page(world.settings.origin, world.lab.name)
        return Response(page, RESTING, {"Retry-After": RETRY_AFTER})


def resting_page(labs: str, name: str) -> str:
    """Return the page that says that Redis is away; whoever reloads it asks anew (RFC 9110 §15.6.4)."""
    words = "Their store does not answer. Reload this page in a moment."
    heading = "The labs are resting"
    return PAGE.format(labs=labs, heading=heading, words=words, path=f"/labs/{name}", way="The lab", status=RESTING)


class Counted:
    """An answer of a world, which is under way until its last byte has left and it is on the wire."""

    def __init__(
        self, world: LabWorld, app: "WSGIApplication", environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> None:
        self.world, self.left = world, False
        with world.idle:  # a verdict waits for these: what has not left yet is not on the wire yet
            world.busy += 1
        try:
            world.plant()  # Redis may have been emptied under a world that is still open
            self.chunks = app(environ, start_response)
        except BaseException:
            self.leave()
            raise

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.chunks)

    def close(self) -> None:
        try:
            if hasattr(self.chunks, "close"):
                self.chunks.close()
        finally:
            self.leave()

    def leave(self) -> None:
        if not self.left:  # a server may close an answer twice, or close one that has failed
            self.left = True
            with self.world.idle:
                self.world.busy -= 1
                self.world.idle.notify_all()
