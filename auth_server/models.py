"""The records of the authorization server, as they lie in Redis."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

as_json = json.JSONEncoder(default=vars).encode  # a grant within a code becomes an object within an object


@dataclass(frozen=True)
class Record:
    """A record is written as JSON and read back as it was; times are seconds since 1970."""

    def to_json(self) -> str:
        return as_json(vars(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls.from_dict(json.loads(text))

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> Self:
        """Read the fields that this class knows; JSON has lists where a record has tuples."""
        known = {name: tuple(v) if isinstance(v, list) else v for name, v in fields.items()}
        return cls(**{name: known[name] for name in cls.__dataclass_fields__ if name in known})


@dataclass(frozen=True)
class User(Record):
    """A resource owner; `sub` is the name under which others know the user."""

    sub: str
    name: str
    password_hash: str


@dataclass(frozen=True)
class Client(Record):
    """A client as registered (RFC 7591 §2)."""

    client_id: str
    client_name: str
    redirect_uris: tuple[str, ...]
    scope: tuple[str, ...]
    secret_sha256: str | None = None
    grant_types: tuple[str, ...] = ("authorization_code", "refresh_token")
    response_types: tuple[str, ...] = ("code",)
    token_endpoint_auth_method: str = "client_secret_basic"
    application_type: str = "web"
    registered_at: int = 0
    expires_at: int | None = None
    more: dict[str, Any] = field(default_factory=dict)  # what standards let it register beside these

    def registered(self, name: str) -> Any:
        """Return what was registered under the name, or None."""
        return vars(self)[name] if name in vars(self) else self.more.get(name)

    @property
    def is_a_strangers(self) -> bool:
        """Whether it registered itself: nobody here knows who made it, and its registration ends (RFC 7591 §5)."""
        return self.expires_at is not None

    @property
    def is_public(self) -> bool:
        """Whether it cannot prove who it is (RFC 6749 §2.1); one without a secret may have a key pair."""
        return self.token_endpoint_auth_method == "none"


@dataclass(frozen=True)
class Grant(Record):
    """What a person allowed a client once; its codes and tokens live and die with it."""

    grant_id: str
    client_id: str
    sub: str
    scope: tuple[str, ...]
    resource: tuple[str, ...]
    granted_at: int
    expires_at: int


@dataclass(frozen=True)
class Approval:
    """What a user allows a client: on the form just now, or by a consent that must still be remembered."""

    user: User
    scope: tuple[str, ...]
    by_consent: bool


@dataclass(frozen=True)
class Granted(Record):
    """What a grant brought forth: whoever ends the grant ends this, too."""

    grant: Grant

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> Self:
        return super().from_dict(fields | {"grant": Grant.from_dict(fields["grant"])})


@dataclass(frozen=True)
class Code(Granted):
    """An authorization code and what it is bound to (RFC 6749 §4.1.2, RFC 7636 §4.4)."""

    code_hash: str
    redirect_uri: str
    redirect_uri_was_sent: bool
    expires_at: int
    carried: dict[str, Any]  # of the authorization request, by the rows of `carried_by_codes`

    @property
    def code_challenge(self) -> str | None:
        value: str | None = self.carried.get("code_challenge")
        return value

    @property
    def code_challenge_method(self) -> str | None:
        value: str | None = self.carried.get("code_challenge_method")
        return value


@dataclass(frozen=True)
class Token(Granted):
    """An access or refresh token: opaque to everyone, this record says what it means."""

    token_hash: str
    kind: str
    scope: tuple[str, ...]
    resource: tuple[str, ...]
    issued_at: int
    expires_at: int
    token_type: str = "Bearer"
    cnf: dict[str, str] | None = None


@dataclass(frozen=True)
class Binding:
    """What a token is bound to: `cnf` says what its sender must show beside it, and a bearer shows nothing."""

    token_type: str = "Bearer"
    cnf: dict[str, str] | None = None


@dataclass(frozen=True)
class Tokens:
    """The tokens of one response: in clear, which this server knows only now, and as the records that it keeps."""

    access_token: str
    access: Token
    refresh_token: str | None = None
    refresh: Token | None = None
    carried: Mapping[str, Any] = field(default_factory=dict)  # by the code that was redeemed for them
