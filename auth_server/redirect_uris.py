"""Redirect URIs: which may be registered, and which one variation counts as equal (RFC 6749 §3.1.2)."""

from urllib.parse import urlsplit

from auth_server.models import Client

LOOPBACK = ("127.0.0.1", "::1")
LONGEST = 2000  # characters: with a code and a state it still fits into a request line


def loopback_port_differs(client: Client, redirect_uri: str) -> bool:
    """Whether a native client's loopback IP redirect differs in its port only (RFC 8252 §7.3)."""
    if client.application_type != "native" or not redirect_uri.startswith("http://"):
        return False
    return any(without_port(redirect_uri) == without_port(known) is not None for known in client.redirect_uris)


def without_port(uri: str) -> tuple[str, str] | None:
    """Return host and the rest of a loopback IP address, or None for any other or malformed one."""
    for host in ("127.0.0.1", "[::1]"):
        prefix = f"http://{host}"
        if uri.startswith(prefix):
            port, slash, path = uri.removeprefix(prefix).partition("/")
            if port == "" or (port.startswith(":") and port[1:].isascii() and port[1:].isdigit() and len(port) <= 6):
                return host, slash + path
    return None


def destination(uri: str) -> str:
    """Say to a person where an address leads: the host, or the scheme that an app on the device has claimed."""
    parts = urlsplit(uri)
    return parts.netloc if parts.scheme in ("http", "https") else f"{parts.scheme}:"


def problem_of_redirect_uri(uri: str, application_type: str) -> str | None:
    """Return what is wrong with a redirect URI, or None."""
    if len(uri) > LONGEST:
        return f"longer than {LONGEST} characters"
    try:
        parts = urlsplit(uri)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return "not a URI"
    if not all("!" <= character <= "~" for character in uri) or "\\" in uri:
        return "only printable ASCII may stand in a URI"
    if not parts.scheme or not (parts.netloc or "." in parts.scheme):
        return "must be absolute"
    if "#" in uri or parts.username is not None:
        return "must have no fragment and no user name"
    if parts.scheme == "https":
        return None if host else "must name a host"
    if parts.scheme == "http":
        loopback = host in (*LOOPBACK, "localhost") or host.endswith(".localhost")
        return None if loopback else "http is for loopback only; use https"
    if application_type != "native":
        return "a private-use scheme is for clients with application_type native"
    if "." in parts.scheme or parts.scheme.startswith("web+"):  # browsers register only web+… schemes
        return None
    return "a private-use scheme needs a reverse domain name, such as com.example.app"
