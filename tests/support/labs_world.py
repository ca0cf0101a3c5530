"""The labs and the classroom on free ports of loopback, over a real Valkey: what the tests of labs ask."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import requests
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wsgi import get_input_stream

import classroom
import labs
from labs import chromium
from labs.browsers import Browsers
from labs.running import between
from labs.syllabus import Lab, all_labs
from sandbox.acl import ADMIN, acl_file
from sandbox.parties import PARTIES
from tests.support.embedded_valkey import running_valkey
from tests.support.ports import free_port
from wire.session import http_session

BROWSERS = Browsers(chromium.launch, stays=600)  # for all labs that this process of tests starts
PASSWORD = "the same for every user of the tests"


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_: Any) -> None:
        """The wire keeps a record."""


class Labs:
    """One process of labs, and the classroom that reads its wire; each as its own user of Redis."""

    def __init__(self, redis_url: str, known: dict[str, Lab] | None = None, **settings: Any) -> None:
        self.port, classroom_port = free_port(), free_port()
        self.origin = f"http://labs.localhost:{self.port}"
        self.classroom = f"http://classroom.localhost:{classroom_port}"
        redis: dict[str, Any] = {"redis_url": redis_url, "redis_password": PASSWORD}
        chosen = labs.config.Settings(
            origin=self.origin, port=self.port, cafe_port=free_port(), classroom=self.classroom, **(redis | settings)
        )
        self.observer = classroom.create_app(
            classroom.config.Settings(origin=self.classroom, labs=self.origin, **redis)
        )
        self.app = cast(Any, labs.create_app(chosen, all_labs() if known is None else known))
        self.app.pages.extensions["runner"].browsers = BROWSERS
        self.cafe = self.app.pages.extensions["cafe"]
        self.servers = [serve(self.app, self.port), serve(self.observer, classroom_port)]
        self.servers += [self.cafe] if self.cafe else []
        self.http = http_session("tests", timeout=(2.0, 90.0))
        self.runs: dict[tuple[str, bool], dict[str, Any]] = {}

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        return self.http.request(method, f"{self.origin}/api/labs{path}", **options)

    def turn(self, name: str, on: bool, **more: str) -> None:
        answer = self.ask("PUT", f"/{name}/defence", json={"on": on, **more})
        assert answer.status_code == 200, answer.text

    def attack(self, name: str) -> dict[str, Any]:
        answer = self.ask("POST", f"/{name}/attack")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def run(self, name: str, on: bool) -> dict[str, Any]:
        """Return what came of a lab with its switch in this position: played once, and read as often as it is asked."""
        if (name, on) not in self.runs:
            self.turn(name, on=on)
            self.runs[name, on] = self.attack(name)
        return self.runs[name, on]

    def messages(self, name: str, verdict: dict[str, Any]) -> list[dict[str, Any]]:
        """Return each message of a run."""

        def ask(path: str) -> Any:
            return self.http.get(f"{self.classroom}{path}").json()

        return between(ask, name, verdict["after"], verdict["until"])

    def world(self, name: str) -> Any:
        return self.app.worlds.world(name)

    def message(self, message_id: str) -> dict[str, Any]:
        return dict(self.http.get(f"{self.classroom}/api/messages/{message_id}").json())

    def stop(self) -> None:
        self.observer.extensions["reader"].stop()
        for server in self.servers:
            server.shutdown()
            server.server_close()


def closed_in_time(app: Any) -> Any:
    """End a body where it ends, and close each answer with its last byte, as Waitress does; this server forgets to."""

    def answer(environ: Any, start_response: Any) -> Iterator[bytes]:
        environ["wsgi.input"] = get_input_stream(environ)
        chunks = app(environ, start_response)
        try:
            yield from chunks
        finally:
            if hasattr(chunks, "close"):
                chunks.close()

    return answer


def serve(app: Any, port: int) -> Any:
    try:
        server = make_server("127.0.0.1", port, closed_in_time(app), threaded=True, request_handler=Quiet)
    except SystemExit as problem:  # so it says, and a test that is left by it leaves its fixtures half made
        raise OSError(f"port {port} of loopback is taken") from problem
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server


@contextmanager
def running_labs(**options: Any) -> Iterator[Labs]:
    """Run the labs over a Valkey of their own, under the sandbox's table of users."""
    users = acl_file(dict.fromkeys([*(party.name for party in PARTIES), ADMIN], PASSWORD))
    with running_valkey(users) as redis_url:
        labs = Labs(redis_url, **options)
        try:
            yield labs
        finally:
            labs.stop()
