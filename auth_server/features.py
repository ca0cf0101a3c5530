"""What this server offers: tables whose rows bring all that is theirs; endpoints and metadata are made from them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, cast

from flask import Blueprint
from werkzeug.wrappers import Response

from wire.current import Current

if TYPE_CHECKING:  # the modules that serve the rows read this one
    from auth_server.authorization_request import AuthorizationRequest
    from auth_server.client_authentication import Presented
    from auth_server.client_metadata import Registration
    from auth_server.defences import Defences
    from auth_server.errors import ResponseTarget
    from auth_server.models import Approval, Binding, Client, Code, Token, Tokens
    from auth_server.scopes import Scope


@dataclass(frozen=True)
class Endpoint:
    """A path that the protocol names: who serves it, who calls it, who may read its answers (RFC 6749 §3)."""

    blueprint: Blueprint
    callers: Literal["people", "clients", "resource servers", "anybody"]
    name: str = ""  # `token` where the metadata say `token_endpoint`
    any_origin_may_read: bool = False


@dataclass(frozen=True)
class AuthorizationParameter:
    """A parameter of the authorization request; its check raises what goes back to the client (RFC 6749 §4.1.2.1)."""

    check: Callable[["AuthorizationRequest"], None] = lambda _: None
    may_be_repeated: bool = False


@dataclass(frozen=True)
class ResponseMode:
    """A way of answering an authorization request, and whether it can reach a redirect URI."""

    respond: Callable[["ResponseTarget", dict[str, str]], Response]
    reaches: Callable[[str], bool] = lambda _: True


@dataclass(frozen=True)
class ClientAuthentication:
    """How a client shows who it is, and how it proves that: `proves` is asked about what was `presented`."""

    presented: Callable[[], "Presented | None"]
    proves: Callable[["Presented", "Client"], bool]
    parameters: tuple[str, ...] = ()
    by_secret: bool = False  # registration hands one out; resource servers have one, too


@dataclass(frozen=True)
class GrantType:
    """What buys tokens: who makes them, which parameters it reads, and the keys to fetch with the client's."""

    tokens: Callable[["Client"], "Tokens"]
    parameters: tuple[str, ...] = ()
    keys: Callable[[], Iterable[str]] = tuple
    for_confidential_clients: bool = False


@dataclass(frozen=True)
class ClientMetadata:
    """What a client may register: `value` checks what it sent, `in_response` writes what is kept (RFC 7591 §2)."""

    value: Callable[["Registration"], Any]  # None: not registered
    in_response: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True)
class CarriedByCode:
    """What a code carries on from its authorization request; its check raises InvalidGrant where it is redeemed."""

    value: Callable[["AuthorizationRequest"], Any]
    check: Callable[["Code"], None] = lambda _: None


@dataclass
class Features:
    """Tables by the names of the wire: add a row and the server does it, and says so in its metadata."""

    blueprints: list[Blueprint] = field(default_factory=list)  # pages that the protocol does not name
    defences: list[type["Defences"]] = field(default_factory=list)  # of a standard: the core's, and its own
    endpoints: dict[str, Endpoint] = field(default_factory=dict)  # by path
    authorization_parameters: dict[str, AuthorizationParameter] = field(default_factory=dict)
    response_types: dict[str, Callable[["AuthorizationRequest", "Approval"], Response]] = field(default_factory=dict)
    response_modes: dict[str, ResponseMode] = field(default_factory=dict)
    code_challenge_methods: dict[str, Callable[[str], str]] = field(default_factory=dict)
    client_authentication: dict[str, ClientAuthentication] = field(default_factory=dict)
    client_metadata: dict[str, ClientMetadata] = field(default_factory=dict)  # a row may rely on those above it
    carried_by_codes: dict[str, CarriedByCode] = field(default_factory=dict)
    grant_types: dict[str, GrantType] = field(default_factory=dict)
    # Of these two the last row that has an answer counts: the core's stand first, and have one for every request.
    access_token_formats: dict[str, Callable[["Token"], str | None]] = field(default_factory=dict)
    bindings: dict[str, Callable[[], "Binding | None"]] = field(default_factory=dict)
    token_response: dict[str, Callable[["Tokens"], Any]] = field(default_factory=dict)  # None: not in it
    introspection_response: dict[str, Callable[["Token"], Any]] = field(default_factory=dict)  # None: not in it
    metadata: dict[str, Callable[[], Any]] = field(default_factory=dict)
    scopes: dict[str, "Scope"] = field(default_factory=dict)

    def defences_class(self) -> type["Defences"]:
        """Return all countermeasures as one class: a standard that is struck takes its own away."""
        return cast("type[Defences]", type("Defences", tuple(reversed(self.defences)), {}))

    def authentication_parameters(self) -> list[str]:
        """Return the names of the parameters by which clients authenticate."""
        return list(dict.fromkeys(name for row in self.client_authentication.values() for name in row.parameters))

    def token_parameters(self) -> list[str]:
        """Return the names that an access token request may hold once; `resource` may be repeated (RFC 8707 §2.2)."""
        of_grants = dict.fromkeys(name for row in self.grant_types.values() for name in row.parameters)
        return ["grant_type", *self.authentication_parameters(), *of_grants]


features = cast("Features", Current("features"))
