"""What a client can ask for, in words a person understands (RFC 6749 §3.3)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """A scope value with its meaning; `dangerous` ones are marked on the consent page."""

    name: str
    words: str
    detail: str
    dangerous: bool = False


SCOPES = {
    scope.name: scope
    for scope in (
        Scope("balance:read", "Read your balance", "of all your accounts"),
        Scope("transactions:read", "Read your transactions", "what you spent, where and when"),
        Scope("transfers:write", "Move your money", "to any account, up to all of it", dangerous=True),
        Scope("offline_access", "Stay connected", "while you are away"),
    )
}


def split(scope: str | None) -> tuple[str, ...]:
    """Return the scope values of a parameter, each once, in the order asked."""
    return tuple(dict.fromkeys((scope or "").split()))
