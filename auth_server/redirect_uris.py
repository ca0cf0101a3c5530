"""Redirect URIs: read once, by the grammar; which may be registered, and which count as equal (RFC 6749 §3.1.2)."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import parse_qsl

from auth_server.models import Client

LONGEST = 2000  # characters: with a code and a state it still fits into a request line
LARGEST_PORT = 65535

# What an authorization response may say, now or by the standards that this server may learn.
NAMES_OF_THE_RESPONSE = {
    *("code", "state", "iss", "error", "error_description", "error_uri", "response", "session_state"),
    *("access_token", "token_type", "expires_in", "scope", "id_token"),
}

# The grammar of RFC 3986 §3. A reader that is more lenient than a browser sends codes where no browser would go.
CHARACTER = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
URI = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):"
    rf"(?://(?:(?P<userinfo>(?:(?!@){CHARACTER})*)@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]*)"
    rf"(?::(?P<port>[0-9]{{0,5}}))?(?=[/?#]|\Z)|(?!//))"
    rf"(?P<path>(?:{CHARACTER}|/)*)(?:\?(?P<query>(?:{CHARACTER}|[/?])*))?(?:#(?P<fragment>(?:{CHARACTER}|[/?])*))?"
)
LABEL = re.compile(r"[A-Za-z0-9_-]{1,63}")


@dataclass(frozen=True)
class Uri:
    """The parts of a URI; `host` is None where there is no authority, `port` where none is given."""

    scheme: str
    userinfo: str | None
    host: str | None
    port: str | None
    path: str
    query: str | None
    fragment: str | None

    @property
    def is_of_the_web(self) -> bool:
        return self.scheme in ("http", "https")

    @property
    def is_loopback_literal(self) -> bool:
        return self.host == "127.0.0.1" or bool(self.host and address_in(self.host) == IPv6Address("::1"))

    @property
    def authority(self) -> str:
        return f"{self.host}:{self.port}" if self.port else self.host or ""


def read(uri: str) -> Uri | None:
    """Return the parts of a URI, or None: what cannot be read is not registered, and equals nothing (RFC 3986 §3)."""
    match = URI.fullmatch(uri)
    if match is None:
        return None
    fields = match.groupdict()
    parts = Uri(**fields | {"scheme": fields["scheme"].lower(), "host": fields["host"] and fields["host"].lower()})
    return parts if host_is_real(parts) and int(parts.port or 0) <= LARGEST_PORT else None


def host_is_real(uri: Uri) -> bool:
    """Whether the host is an IP address, or a name of labels as the DNS has them (RFC 3986 §3.2.2)."""
    if not uri.host:
        return not uri.is_of_the_web and not uri.userinfo and not uri.port
    labels = uri.host.removesuffix(".").split(".")
    if uri.host.startswith("[") or labels[-1].isdigit() or labels[-1].startswith("0x"):
        return address_in(uri.host) is not None  # browsers take a name that ends in a number for an IP address
    return len(uri.host) <= 253 and all(LABEL.fullmatch(label) for label in labels)


def address_in(host: str) -> IPv4Address | IPv6Address | None:
    """Return the IP address that a host is."""
    try:
        return IPv6Address(host[1:-1]) if host.startswith("[") else IPv4Address(host)
    except ValueError:
        return None


def only_loopback_port_differs(client: Client, redirect_uri: str) -> bool:
    """Whether a loopback IP redirect differs in its port only: an app takes one that is free (RFC 8252 §7.3)."""
    requested = without_port(redirect_uri)
    return requested is not None and requested in {without_port(registered) for registered in client.redirect_uris}


def without_port(redirect_uri: str) -> str | None:
    """Return a redirect URI to a loopback IP literal with its port taken out, or None for any other."""
    uri = read(redirect_uri)
    if uri is None or uri.scheme != "http" or not uri.is_loopback_literal or uri.userinfo is not None or uri.port == "":
        return None
    scheme, host, rest = redirect_uri.partition(str(uri.host))
    return scheme + host + (rest.removeprefix(f":{uri.port}") if uri.port else rest)


def origin(redirect_uri: str) -> str | None:
    """Return the web origin of a redirect URI; an app that has claimed a scheme has none."""
    uri = read(redirect_uri)
    if uri is None or not uri.is_of_the_web:
        return None
    return f"{uri.scheme}://{uri.authority}"


def destination(redirect_uri: str) -> str:
    """Say to a person where a redirect URI leads: the host, or the scheme that an app on the device has claimed."""
    uri = read(redirect_uri)
    if uri is None:
        return redirect_uri
    if not uri.is_of_the_web:
        return f"{uri.scheme}:"
    return uri.authority


def problem_of_redirect_uri(redirect_uri: str, application_type: str) -> str | None:
    """Return what is wrong with a redirect URI, or None."""
    if len(redirect_uri) > LONGEST:
        return f"longer than {LONGEST} characters"
    uri = read(redirect_uri)
    if uri is None:
        return "not a URI as RFC 3986 writes them, with scheme, percent-encodings, and a host that can be"
    if uri.fragment is not None or uri.userinfo is not None:
        return "must have no fragment and no user name"
    if taken := NAMES_OF_THE_RESPONSE.intersection(name for name, _ in parse_qsl(uri.query or "", True)):
        # The client would find the name twice in the response, and may read the one that is not ours.
        return f"its query must not hold {' '.join(sorted(taken))}: the response says that"
    if uri.scheme == "https":
        return None
    return problem_of_http(uri) if uri.scheme == "http" else problem_of_private_use_scheme(uri, application_type)


def problem_of_http(uri: Uri) -> str | None:
    """Refuse what others on the network could read (RFC 9700 §2.6)."""
    host = str(uri.host)
    loopback = uri.is_loopback_literal or host == "localhost" or host.endswith(".localhost")
    return None if loopback else "http is for loopback only; use https"


def problem_of_private_use_scheme(uri: Uri, application_type: str) -> str | None:
    """Refuse schemes that nobody owns, and any of them for a client that says it lives on the web (RFC 8252 §7.1)."""
    if not uri.host and "." not in uri.scheme:
        return "must be absolute"
    if application_type != "native":
        return "a private-use scheme is for clients with application_type native"
    if "." in uri.scheme or uri.scheme.startswith("web+"):  # browsers register only web+… schemes
        return None
    return "a private-use scheme needs a reverse domain name, such as com.example.app"
