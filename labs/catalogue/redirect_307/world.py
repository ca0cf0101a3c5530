"""Bank ID remembers every yes that a confidential client was given, also of one that registered itself."""

import auth_server.defences
from auth_server.models import Client

OLD = ("Bank ID lets an app in unseen that was allowed before, though the app registered itself.",)


class EveryYesIsRemembered(auth_server.defences.Defences):
    # With a consent page in between, the form that is repeated would be that page's, without a password.
    def public_client_asks_again(self, client: Client) -> bool:
        """Ask again only for clients that cannot prove who they are."""
        return client.is_public
