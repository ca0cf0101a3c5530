"""What the core is told of client credentials."""

from auth_server.client_credentials.defences import Defences
from auth_server.client_credentials.grant import client_credentials
from auth_server.features import Features, GrantType


def add_to(features: Features) -> None:
    """Add the grant type."""
    features.grant_types["client_credentials"] = GrantType(
        client_credentials, parameters=("scope",), for_confidential_clients=True
    )
    features.defences.append(Defences)
