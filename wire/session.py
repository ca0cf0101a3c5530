"""The HTTP session with which one party's server speaks to another's (RFC 6761 §6.3)."""

import os
import socket
import time
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import extract_cookies_to_jar
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection

from wire.addresses import Addresses

Timeout = tuple[float, float]


class WholeRequests(HTTPConnection):
    """Sends head and body at once: in two parts, a request would be read in two turns by the server that gets it."""

    parts: list[bytes] | None = None

    def request(self, *arguments: Any, **options: Any) -> None:
        """Collect a request, then send it."""
        self.parts = []
        try:
            super().request(*arguments, **options)
            whole = b"".join(self.parts)
        finally:
            self.parts = None
        super().send(whole)

    def send(self, data: Any) -> None:
        """Keep a part until the request is whole."""
        if self.parts is not None and isinstance(data, bytes):
            self.parts.append(data)
        else:
            super().send(data)


class Pool(HTTPConnectionPool):
    ConnectionCls = WholeRequests


class LocalhostAdapter(HTTPAdapter):
    """Sends requests for `*.localhost` to loopback where the system's resolver does not know the name."""

    def __init__(self, timeout: Timeout) -> None:
        self.timeout = timeout
        self.more_patience: Callable[[], float] = lambda: 0  # seconds more, asked at each request
        super().__init__(pool_maxsize=32)
        self.poolmanager.pool_classes_by_scheme = {**self.poolmanager.pool_classes_by_scheme, "http": Pool}

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        """Send with a timeout: a party that is away must not hold up the one that asks (seconds)."""
        connect, read = options.get("timeout") or self.timeout
        options["timeout"] = (connect, read + self.more_patience())
        address = urlsplit(request.url or "")
        host = str(address.hostname)
        elsewhere = where_it_lives(host, address.port)
        if elsewhere is None:
            return super().send(request, **options)
        sent = request.copy()
        sent.url = address._replace(netloc=f"{elsewhere}:{address.port or 80}").geturl()
        sent.headers["Host"] = address.netloc
        response = super().send(sent, **options)
        response.request, response.url = request, str(request.url)
        return response


def where_it_lives(host: str, port: int | None) -> str | None:
    """Return the IP address for a name that the system does not know, or knows as another; None: go by the name."""
    inside = bool(os.environ.get("SANDBOX_INSIDE"))  # of a container
    if host == "localhost" and inside:  # which there is the container itself
        return party_at(port)
    if inside and host.endswith(".localhost") and is_of_a_world(host, port):  # no resolver there knows it
        return "127.0.0.1"
    if not host.endswith(".localhost") or resolves(host):
        return None
    return loopback()


@cache
def loopback() -> str:
    """Return where a `*.localhost` name leads that the system does not know (`SANDBOX_LOCALHOST_ADDRESS`)."""
    return Addresses().localhost_address


@cache
def party_at(port: int | None) -> str | None:
    """Return the name under which a party is known in the networks of containers."""
    return Addresses().host_at(port)


@cache
def labs() -> tuple[str, tuple[int, int]]:
    """Return the labs' own name, and the ports of their worlds."""
    addresses = Addresses()
    return addresses.labs_host, (addresses.labs_port, addresses.cafe_port)


def is_of_a_world(host: str, port: int | None) -> bool:
    """Whether a party of a lab's world lives there, in the labs' own process; only that process speaks to them."""
    own, served = labs()
    return port in served and host != own


def resolves(host: str) -> bool:
    """Whether the system's resolver knows the name; asked once a minute, for it may take its time to say no."""
    return resolves_in(host, int(time.monotonic() // 60))


@lru_cache(maxsize=256)
def resolves_in(host: str, minute: int) -> bool:
    """Ask the system's resolver; `minute` only ages the answer."""
    try:
        socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)
    except OSError:
        return False
    return True


class Session(requests.Session):
    """A session between servers, which has no cookies, proxies or hooks as a rule: then nothing of them is merged."""

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """Prepare a request with the session's headers; what has more to it goes the library's way."""
        if request.cookies or self.cookies or self.auth or self.params:
            return super().prepare_request(request)
        prepared = requests.PreparedRequest()
        prepared.prepare(
            method=str(request.method).upper(),
            url=request.url,
            headers={**self.headers, **(request.headers or {})},
            files=request.files,
            data=request.data,
            json=request.json,
            params=request.params,
            auth=request.auth,
            hooks=request.hooks,
        )
        return prepared

    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        """Return how a request is sent, which no environment changes."""
        return {
            "proxies": proxies or self.proxies,
            "stream": self.stream if stream is None else stream,
            "verify": self.verify if verify is None else verify,
            "cert": cert or self.cert,
        }

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Send a request; where redirects are not followed, the answer is the adapter's."""
        if options.pop("allow_redirects", True):
            return super().send(request, **options)
        response = self.get_adapter(str(request.url)).send(request, **options)
        if "Set-Cookie" in response.headers:  # the library looks for cookies in each answer, at some cost
            extract_cookies_to_jar(self.cookies, request, response.raw)  # type: ignore[no-untyped-call]
        if not options.get("stream"):
            _ = response.content  # else the connection could not be used again
        return response


def http_session(user_agent: str, timeout: Timeout = (1.0, 5.0)) -> requests.Session:
    """Return a session that introduces itself by `User-Agent` and believes no proxy or netrc of the environment."""
    session = Session()
    session.trust_env = False
    session.headers["User-Agent"] = user_agent
    session.mount("http://", LocalhostAdapter(timeout))
    return session
