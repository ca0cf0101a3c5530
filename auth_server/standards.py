"""The standards beside the core, a folder each: strike a name from the tuple, and this server does not offer it."""

from types import ModuleType

from auth_server import client_credentials, web_message
from auth_server.core import core
from auth_server.features import Features

STANDARDS = (client_credentials, web_message)


def what_is_offered(standards: tuple[ModuleType, ...] = STANDARDS) -> Features:
    """Return the core's tables with the rows of the standards; whoever makes a server may add more."""
    features = core()
    for standard in standards:
        standard.add_to(features)
    return features
