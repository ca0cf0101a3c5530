"""The fault: a client that registers is called what it wants to be called."""

from auth_server.defences import Defences


class ClientsNameThemselves(Defences):
    # Names of people and of clients are in one space wherever somebody reads `sub`: RFC 9700 §4.15.1.
    def client_id_is_chosen_by_us(self, metadata: dict[str, object]) -> str:
        """Take the identifier that the client asks for."""
        return str(metadata.get("client_id") or super().client_id_is_chosen_by_us(metadata))
