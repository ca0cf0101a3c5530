"""The standards beside the core, a folder each: strike a name from the tuple, and this server does not offer it."""

from collections.abc import Iterable
from importlib import import_module

from auth_server.core import core
from auth_server.features import Features

STANDARDS = ("client_credentials", "web_message")


def what_is_offered(standards: Iterable[str] = STANDARDS) -> Features:
    """Return the core's tables with the rows of the standards; whoever makes a server may add more."""
    features = core()
    for name in standards:
        import_module(f"auth_server.{name}.rows").add_to(features)
    return features
