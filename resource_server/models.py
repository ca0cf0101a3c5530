"""The bank's nouns: accounts, transactions, transfers, and what introspection says of a token."""

from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

LARGEST_AMOUNT = 1_000_000_000  # cents; far below what Lua's numbers hold exactly
SCOPES = ("balance:read", "transactions:read", "transfers:write")


class Account(TypedDict):
    """One account and the user name of the one who owns it."""

    id: str
    name: str
    owner: str
    currency: str


class Transaction(TypedDict):
    """One line of a statement; `amount` in cents, negative where money left."""

    id: str
    at: str
    description: str
    category: str
    amount: int


class Transfer(TypedDict):
    """A transfer that was made."""

    id: str
    from_account: str
    to_account: str
    amount: int
    reference: str
    at: str


def printable(text: str) -> str:
    """Refuse control characters and halves of characters."""
    if not text.isprintable():
        raise ValueError("has characters that cannot be printed")
    return text


AccountId = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(printable)]


class TransferRequest(BaseModel):
    """What a client asks for in `POST /transfers`; `amount` in cents, a whole number and nothing like one."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    from_account: AccountId
    to_account: AccountId
    amount: Annotated[int, Field(ge=1, le=LARGEST_AMOUNT)]
    reference: Annotated[str, Field(max_length=140), AfterValidator(printable)] = ""


@dataclass(frozen=True)
class AccessToken:
    """An active access token as the authorization server describes it (RFC 7662 §2.2)."""

    scope: frozenset[str]
    client_id: str
    sub: str
    aud: frozenset[str]
    expires_at: float | None

    @classmethod
    def from_introspection(cls, answer: dict[str, Any]) -> "AccessToken":
        """Read the members that the bank decides by; anything of another type counts as absent."""
        audience = answer.get("aud")
        named = audience if isinstance(audience, list) else [audience]
        expiry = answer.get("exp")
        return cls(
            scope=frozenset(text(answer.get("scope")).split()),
            client_id=text(answer.get("client_id")),
            sub=text(answer.get("sub")),
            aud=frozenset(name for name in named if isinstance(name, str)),
            expires_at=expiry if isinstance(expiry, int | float) else None,
        )


def text(value: object) -> str:
    """Return a string as it is and anything else as the empty string."""
    return value if isinstance(value, str) else ""
