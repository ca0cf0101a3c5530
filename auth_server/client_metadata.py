"""Client metadata: what a client says of itself where it registers, and what is registered of it (RFC 7591 §2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from auth_server.client_names import cut, problem_of_client_name
from auth_server.defences import defences
from auth_server.errors import InvalidClientMetadata, InvalidRedirectUri
from auth_server.features import ClientMetadata, features
from auth_server.scopes import split

MOST_REDIRECT_URIS = 10


@dataclass(frozen=True)
class Registration:
    """A client registration request while it is read: what was sent, and what the rows so far have accepted."""

    client_id: str
    sent: Mapping[str, Any]
    accepted: dict[str, Any] = field(default_factory=dict)

    def text(self, name: str, default: str) -> str:
        """Return a string that was sent; an empty one counts as absent."""
        value = self.sent.get(name, default)
        if not isinstance(value, str) or not value.isprintable():  # nor is half a character, as in "\ud800"
            raise InvalidClientMetadata(f"{name} must be a string of printable characters")
        return value or default

    def texts(self, name: str, default: list[str]) -> tuple[str, ...]:
        """Return the strings of a list that was sent, each once."""
        value = self.sent.get(name, default)
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            raise InvalidClientMetadata(f"{name} must be a list of strings")
        return tuple(dict.fromkeys(value))


def offered(name: str, values: Any, known: Any) -> None:
    """Refuse what this server does not do, and say what it does."""
    if any(value not in known for value in values):
        raise InvalidClientMetadata(f"{name} may be of {' '.join(known)}")


def token_endpoint_auth_method(registration: Registration) -> str:
    """Return how the client will authenticate."""
    method = registration.text("token_endpoint_auth_method", "client_secret_basic")
    offered("token_endpoint_auth_method", [method], features.client_authentication)
    return method


def grant_types(registration: Registration) -> tuple[str, ...]:
    """Return the grants that the client will use."""
    names = registration.texts("grant_types", ["authorization_code"])
    offered("grant_types", names, features.grant_types)
    if not set(names) - {"refresh_token"}:  # which needs another grant to come from
        raise InvalidClientMetadata("grant_types must name a grant that gives access: this client could do nothing")
    is_public = registration.accepted["token_endpoint_auth_method"] == "none"
    # "The client credentials grant type MUST only be used by confidential clients": RFC 6749 §4.4
    if is_public and any(features.grant_types[name].for_confidential_clients for name in names):
        raise InvalidClientMetadata("one of grant_types needs a client that can prove who it is")
    return names


def response_types(registration: Registration) -> tuple[str, ...]:
    """Return what the client will be answered with: a code, where it redeems codes (RFC 7591 §2.1)."""
    redeems_codes = "authorization_code" in registration.accepted["grant_types"]
    names = registration.texts("response_types", ["code"] if redeems_codes else [])
    offered("response_types", names, features.response_types)
    if ("code" in names) != redeems_codes:
        raise InvalidClientMetadata("response_types code and grant_types authorization_code go together")
    return names


def application_type(registration: Registration) -> str:
    """Return where the client runs, which decides what its redirect URIs may look like."""
    name = registration.text("application_type", "web")
    offered("application_type", [name], ("web", "native"))
    return name


def scope(registration: Registration) -> tuple[str, ...]:
    """Return what the client may ask for; one that names no scope gets all that its grants can use."""
    refreshes = "refresh_token" in registration.accepted["grant_types"]
    usable = [name for name in features.scopes if name != "offline_access" or refreshes]
    names = split(registration.text("scope", " ".join(usable)))
    offered("scope", names, features.scopes)
    if not set(names) <= set(usable):
        raise InvalidClientMetadata("scope offline_access buys refresh tokens: grant_types must say refresh_token")
    return names


def client_name(registration: Registration) -> str:
    """Return the name that people will read; a client without one is called by its id."""
    name = registration.sent.get("client_name", "")
    if not isinstance(name, str):
        raise InvalidClientMetadata("client_name must be a string")
    if problem := name and problem_of_client_name(name := cut(name)):
        raise InvalidClientMetadata(problem)
    return name or registration.client_id


def redirect_uris(registration: Registration) -> tuple[str, ...]:
    """Return the redirect URIs, each one fit to be registered."""
    uris = registration.sent.get("redirect_uris", [])
    if not isinstance(uris, list) or not all(isinstance(uri, str) for uri in uris) or len(uris) > MOST_REDIRECT_URIS:
        raise InvalidRedirectUri(f"redirect_uris must be a list of at most {MOST_REDIRECT_URIS} strings")
    if not uris and "authorization_code" in registration.accepted["grant_types"]:
        raise InvalidRedirectUri("redirect_uris is missing: a client that is redirected to registers where")
    # Here, once, and not at each request: later a redirect URI is compared as a string and never read.
    for uri in uris:
        defences.redirect_uri_may_be_registered(uri, registration.accepted["application_type"])
    return tuple(uris)


# In this order: what a client may say of its redirect URIs depends on its grants, and these on how it authenticates.
CLIENT_METADATA = {
    "token_endpoint_auth_method": ClientMetadata(token_endpoint_auth_method),
    "grant_types": ClientMetadata(grant_types),
    "response_types": ClientMetadata(response_types),
    "application_type": ClientMetadata(application_type),
    "scope": ClientMetadata(scope, in_response=" ".join),
    "client_name": ClientMetadata(client_name),
    "redirect_uris": ClientMetadata(redirect_uris),
}
