"""Balance in a real tab, between a stub authorization server and a stub bank; whatever is sent is kept, in order."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from threading import Thread
from typing import Any, cast

from playwright.sync_api import Browser, Page
from werkzeug import Request, Response
from werkzeug.datastructures import Headers
from werkzeug.serving import WSGIRequestHandler, make_server

import spa
from spa.config import Settings
from spa.defences import Defences
from tests.support.balance_stubs import StubAuthorizationServer, StubBank
from tests.support.world import WrongAnswer

HOSTS = {
    "names": ("auth.localhost", "bank.localhost", "balance.localhost"),
    "localhost": ("localhost", "localhost", "localhost"),
}
PATIENCE = 15_000  # milliseconds


@dataclass(frozen=True)
class Sent:
    """One request, as the party received it."""

    party: str
    method: str
    path: str
    address: str
    query: dict[str, str]
    headers: Headers
    body: str
    form: dict[str, str]


class Quiet(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        """The tests keep a record of their own."""


class Server:
    """One party on a free port, in a thread of its own."""

    def __init__(self, party: str, host: str, wire: list[Sent]) -> None:
        self.party, self.wire = party, wire
        self.answer: Callable[[Request], Any] = lambda _: Response(status=503)
        self.http = make_server("127.0.0.1", 0, self.keep_and_answer, threaded=True, request_handler=Quiet)
        self.origin = f"http://{host}:{self.http.server_port}"
        self.thread = Thread(target=self.http.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def keep_and_answer(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        self.wire.append(
            Sent(
                party=self.party,
                method=request.method,
                path=request.path,
                address=request.url,
                query=request.args.to_dict(),
                headers=Headers(list(request.headers.items())),
                body=request.get_data(as_text=True),
                form=request.form.to_dict(),
            )
        )
        environ["wsgi.input"] = BytesIO(request.get_data())  # to be read once more
        return self.answer(request)(environ, start_response)

    def stop(self) -> None:
        """Go away: from now on connections are refused."""
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()


class Balance:
    """The running single-page app, its two partners, and one browser with as many tabs as a test opens."""

    def __init__(
        self, browser: Browser, hosts: str = "names", defences: Defences | None = None, weaker: str = ""
    ) -> None:
        self.wire: list[Sent] = []
        parties = ("auth", "bank", "balance")
        self.servers = {
            party: Server(party, host, self.wire) for party, host in zip(parties, HOSTS[hosts], strict=True)
        }
        issuer, resource, self.origin = (self.servers[party].origin for party in parties)
        self.auth = StubAuthorizationServer(issuer, self.origin)
        self.bank = StubBank(self.origin, self.auth)
        nobody = "redis://127.0.0.1:1"  # there is no classroom to write for
        chosen = Settings(origin=self.origin, issuer=issuer, resource=resource, redis_url=nobody)
        self.app = spa.create_app(chosen, defences)
        cast(Any, self.app.wsgi_app).journal.away.set()  # and nobody looks out for it
        self.weaker = weaker  # a script that takes the place of js/defences.js
        self.servers["auth"].answer = self.auth.answer
        self.servers["bank"].answer = self.bank.answer
        self.servers["balance"].answer = self.host
        self.context = browser.new_context()
        self.context.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []  # what the browser has to say: refused content, errors of scripts
        self.context.on("console", lambda message: self.complaints.append(message.text))
        self.context.on("weberror", lambda problem: self.complaints.append(str(problem.error)))

    def host(self, request: Request) -> Any:
        """Answer as Balance's host does, but for a weaker script, which finds the true one beside it."""
        if self.weaker and request.path == "/js/defences.js":
            return Response(self.weaker, mimetype="text/javascript")
        if self.weaker and request.path == "/js/defences.secure.js":
            request.environ["PATH_INFO"] = "/js/defences.js"
        return self.app

    def open(self, address: str = "/") -> Page:
        """Open a tab."""
        page = self.context.new_page()
        page.goto(self.origin + address)
        return page

    def connect(self, page: Page | None = None) -> Page:
        """Press the button; the authorization server answers at once, unless it was told to ask first."""
        page = page or self.open()
        page.get_by_role("button", name="Connect your bank").click()
        return page

    def ask_in_a_window(self, page: Page | None = None) -> tuple[Page, Page]:
        """Press the other button; return the tab, and the window that it opens."""
        page = page or self.open()
        with page.expect_popup() as opened:
            page.get_by_role("button", name="Connect in a window").click()
        return page, opened.value

    def leave(self, page: Page | None = None) -> tuple[Page, dict[str, str]]:
        """Go as far as the consent page; return the tab and the authorization request."""
        self.auth.asks_first = True
        page = self.connect(page)
        page.get_by_role("heading", name="Bank ID asks").wait_for()
        return page, self.asked("/authorize")[-1].query

    def answer(self, parameters: dict[str, str], **changes: str | None) -> str:
        """Return the address of the authorization response; None takes a parameter away."""
        return self.auth.allow(parameters, **changes)

    def asked(self, path: str, method: str | None = None) -> list[Sent]:
        """Return what was asked at a path, preflights left out unless they are asked for."""
        requests = [sent for sent in self.wire if sent.path == path]
        return [sent for sent in requests if (sent.method == method if method else sent.method != "OPTIONS")]

    def close(self) -> None:
        self.context.close()
        for server in self.servers.values():
            if server.thread.is_alive():
                server.stop()


@contextmanager
def running_balance(browser: Browser, **options: Any) -> Iterator[Balance]:
    balance = Balance(browser, **options)
    try:
        yield balance
    finally:
        balance.close()


def end_of(page: Page) -> str:
    """Wait until the page has said how it went; return the raw error, or nothing."""
    alert = page.get_by_role("alert")
    alert.or_(page.get_by_text("The bank answered:")).first.wait_for()
    return alert.inner_text() if alert.is_visible() else ""


def is_connected(page: Page) -> None:
    """The tab shows the balance, and no trouble."""
    trouble = end_of(page)
    if trouble or "4,182.55" not in page.get_by_role("main").inner_text():
        raise WrongAnswer(f"expected the balance, got: {trouble}")


def is_refused(page: Page, raw: str) -> None:
    """The tab says in words what is wrong, has `raw` for a line of the error as it came, and shows no account."""
    trouble = end_of(page)
    words, *error = (line.strip() for line in trouble.splitlines() or [""])
    if not words or raw.strip() not in error or page.get_by_text("4,182.55").is_visible():
        raise WrongAnswer(f"expected {raw!r}, got: {trouble or 'the balance'}")
