"""Who is asked: one server for all worlds, told apart by the name in `Host`."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from labs.worlds import World, Worlds

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NAME = re.compile(r"([a-z0-9.]+?)-([a-z0-9-]+)\.localhost(?::\d+)?")


class Hosts:
    """Leads a request to a party of a world, or to the labs' own pages."""

    def __init__(self, worlds: Worlds, pages: "WSGIApplication", origin: str) -> None:
        self.worlds, self.pages, self.own = worlds, pages, urlsplit(origin).hostname

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        host = environ.get("HTTP_HOST", "")
        if host.partition(":")[0] == self.own or environ["PATH_INFO"] in ("/healthz", "/readyz"):
            return self.pages(environ, start_response)
        found = NAME.fullmatch(host)
        if not found or found[2] not in self.worlds.labs:
            return nobody(start_response)
        world = self.worlds.world(found[2])
        app = world.hosts.get(found[1])
        if app is None:
            return nobody(start_response)
        environ["labs.world"] = world
        return Counted(world, app, environ, start_response)


def nobody(start_response: "StartResponse") -> list[bytes]:
    start_response("421 Misdirected Request", [("Content-Type", "text/plain"), ("Cache-Control", "no-store")])
    return [b"Nobody lives under this name.\n"]


class Counted:
    """An answer of a world, which is under way until its last byte has left and it is on the wire."""

    def __init__(
        self, world: World, app: "WSGIApplication", environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> None:
        self.world, self.left = world, False
        with world.idle:
            world.busy += 1
        try:
            world.plant()
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
        if not self.left:
            self.left = True
            with self.world.idle:
                self.world.busy -= 1
                self.world.idle.notify_all()
