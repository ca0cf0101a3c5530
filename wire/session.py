"""The HTTP session with which one party's server speaks to another's (RFC 6761 §6.3)."""

import os
import socket
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

Timeout = tuple[float, float]


class LocalhostAdapter(HTTPAdapter):
    """Sends requests for `*.localhost` to loopback where the system's resolver does not know the name."""

    def __init__(self, timeout: Timeout) -> None:
        self.timeout = timeout
        super().__init__(pool_maxsize=32)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        """Send with a timeout: a party that is away must not hold up the one that asks (seconds)."""
        options["timeout"] = options.get("timeout") or self.timeout
        address = urlsplit(request.url or "")
        host = str(address.hostname)
        if not host.endswith(".localhost") or resolves(host, address.port):
            return super().send(request, **options)
        sent = request.copy()
        fallback = os.environ.get("SANDBOX_LOCALHOST_ADDRESS", "127.0.0.1")
        sent.url = address._replace(netloc=f"{fallback}:{address.port or 80}").geturl()
        sent.headers["Host"] = address.netloc
        response = super().send(sent, **options)
        response.request, response.url = request, str(request.url)
        return response


def resolves(host: str, port: int | None) -> bool:
    """Whether the system's resolver knows the name."""
    try:
        socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP)
    except OSError:
        return False
    return True


def http_session(user_agent: str, timeout: Timeout = (1.0, 5.0)) -> requests.Session:
    """Return a session that introduces itself by `User-Agent` and believes no proxy or netrc of the environment."""
    session = requests.Session()
    session.trust_env = False
    session.headers["User-Agent"] = user_agent
    session.mount("http://", LocalhostAdapter(timeout))
    return session
