"""The fault: this server believes a client's name."""

from auth_server.client_authentication import presented_once
from auth_server.clock import now
from auth_server.defences import Defences
from auth_server.models import Client
from auth_server.store import store


class TheNameIsEnough(Defences):
    # A secret that may be left out protects nobody, however well it is compared where it comes.
    def client_is_authenticated(self) -> Client:
        """Believe whoever names a client that we know, with or without its secret."""
        return store.find_client(presented_once().client_id, now()) or super().client_is_authenticated()
