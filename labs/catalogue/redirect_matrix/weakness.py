"""The faults: three ways of comparing redirect URIs that are not `==`."""

from urllib.parse import urlsplit

from auth_server.defences import Defences
from auth_server.models import Client


# Each was written by somebody who wanted one registration to serve many pages: RFC 9700 §4.1.1.
class RegisteredAddressIsSomewhereInIt(Defences):
    def redirect_uri_is_registered(self, client: Client, redirect_uri: str | None) -> str:
        """Take any redirect URI that contains a registered one."""
        if redirect_uri and any(known in redirect_uri for known in client.redirect_uris):
            return redirect_uri
        return super().redirect_uri_is_registered(client, redirect_uri)


class RegisteredAddressIsItsBeginning(Defences):
    def redirect_uri_is_registered(self, client: Client, redirect_uri: str | None) -> str:
        """Take any redirect URI that begins with a registered one."""
        if redirect_uri and redirect_uri.startswith(client.redirect_uris):
            return redirect_uri
        return super().redirect_uri_is_registered(client, redirect_uri)


class OnlyTheHostIsCompared(Defences):
    def redirect_uri_is_registered(self, client: Client, redirect_uri: str | None) -> str:
        """Take any redirect URI at a registered host."""
        hosts = {urlsplit(known).netloc for known in client.redirect_uris}
        if redirect_uri and urlsplit(redirect_uri).netloc in hosts:
            return redirect_uri
        return super().redirect_uri_is_registered(client, redirect_uri)


CHOICES = {
    "substring": RegisteredAddressIsSomewhereInIt,
    "prefix": RegisteredAddressIsItsBeginning,
    "host only": OnlyTheHostIsCompared,
}
