"""The café's network: a relay in front of some worlds, whose owner notes the URLs that browsers open.

It reads what a log of URLs holds, and no more. On plain HTTP it could read every header and body as well.
"""

import threading
from contextlib import suppress
from html import escape
from urllib.parse import urlsplit

from redis import RedisError

from labs.collection import WORTH_KEEPING
from labs.hosts import NAME
from labs.people import parameters_in
from labs.relay import Answer, Network
from labs.worlds import LabWorld, Worlds

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>The café's network</title>
<link rel="stylesheet" href="{attacker}/static/lures.css">
<body class="cafe"><main id="main"><h1>Enjoy your coffee</h1>
<p>This network shows a page of its own before it lets you go on, as many do. You were on your way to
<code>{where}</code>.</p>
<p><a href="{onward}">Go on</a></p>
<p><small>(The whole URL stands in the café's log by now:
<a href="{attacker}/loot" target="_blank" rel="noopener">what the listener holds</a>.)</small></p></main></body></html>
"""


class Cafe(Network):
    """What it notes belongs to the attacker of the world, who sits in the same process."""

    def __init__(self, worlds: Worlds) -> None:
        settings = worlds.settings
        super().__init__(settings.cafe_address, settings.cafe_port, onward=settings.port)
        self.worlds = worlds

    def world_at(self, host: str) -> LabWorld | None:
        """Return the world in which somebody lives under this name and port, if it lies behind the relay."""
        name = NAME.fullmatch(host)
        lab = self.worlds.labs.get(name[2]) if name else None
        if name is None or lab is None or not lab.relay:
            return None
        world = self.worlds.world(lab.name)
        # with its port: what is not this world's own origin is passed on to nobody
        return world if world.here.origin(name[1]) == f"http://{host}" else None

    def leads_to(self, host: str) -> bool:
        return self.world_at(host) is not None

    def answers_first(self, method: str, address: str) -> Answer | None:
        """Show the café's page once before a URL that brings a code: the listener must be quicker than Alice."""
        world, code = self.world_at(urlsplit(address).netloc), parameters_in(address).get("code")
        if world is None or code is None or code == world.collection.newest("code"):
            return None  # Alice has pressed “Go on”
        note(world, method, address, "The café notes a URL, and shows its own page first")
        return page_before(world, address)

    def has_passed(self, method: str, address: str) -> None:
        """Note a URL now that it has arrived, for the classroom believes in what stood on the wire before."""
        if world := self.world_at(urlsplit(address).netloc):
            note(world, method, address, "The café notes a URL that passes")


def note(world: LabWorld, method: str, address: str, what: str) -> None:
    """Give the attacker what a URL tells, where it is new, and say on the wire where it stood."""
    loot = {name: value for name, value in parameters_in(address).items() if name in WORTH_KEEPING}
    if all(value == world.collection.newest(name) for name, value in loot.items()):
        return  # noted before, on the way to the café's own page
    place = urlsplit(address)
    with suppress(RedisError):  # whose answer it is gets it all the same
        world.note(what, leak="network", at=f"http://{place.netloc}{place.path}", **loot)
    world.collection.keep(loot, f"{method} {place.path}, on the network")


def page_before(world: LabWorld, address: str) -> Answer:
    """Return the café's page, whose link leads on to where the browser was going."""
    attacker, where = world.here.attacker, urlsplit(address).netloc
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": f"default-src 'none'; style-src {attacker}; base-uri 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    page = PAGE.format(attacker=attacker, where=where, onward=escape(address))
    return Answer(200, "OK", list(headers.items()), page.encode())


def open_for(worlds: Worlds) -> Cafe | None:
    """Open the café in a thread of this process, where a world lies behind it."""
    if not any(lab.relay for lab in worlds.labs.values()):
        return None
    cafe = Cafe(worlds)
    threading.Thread(target=cafe.serve_forever, daemon=True).start()
    return cafe
