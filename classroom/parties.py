"""Who can take part: the four parties, and everybody else who may hold something (RFC 6749 §1.1)."""

from dataclasses import dataclass

from wire.addresses import Addresses, Party


@dataclass(frozen=True)
class Holder:
    """Somebody who can send, receive or hold; `place` says where it lives, `agents` how it introduces itself."""

    id: str
    title: str
    role: str
    place: str
    agents: tuple[str, ...] = ()  # what its `User-Agent` begins with


HOLDERS = {
    holder.id: holder
    for holder in (
        Holder("person", "The person", "resource owner", "in front of the browser"),
        Holder("browser", "Browser", "user agent", "where the person is"),
        Holder("budget", "Budget", "confidential client", "a server", ("glassbox-budget",)),
        Holder("balance", "Balance", "public client", "a page in the browser"),
        Holder("auth", "Bank ID", "authorization server", "a server"),
        Holder("bank", "Bank API", "resource server", "a server", ("Bank API",)),
        Holder("piggy", "Piggy", "public client", "an app on the phone", ("glassbox-piggy",)),
        Holder("other", "Another program", "client", "somewhere else"),
        Holder("classroom", "Classroom", "observer", "this page", ("glassbox-classroom",)),
        Holder("attacker", "Attacker", "none", "outside", ("glassbox-attacker",)),
    )
}
PARTIES: tuple[Party, ...] = ("auth", "bank", "budget", "balance")
CLIENTS = {"budget": "confidential", "balance": "public"}


def origins() -> dict[str, str]:
    """Return the party that lives at each origin of the secure sandbox."""
    addresses = Addresses()
    return {addresses.origin(party): party for party in PARTIES}
