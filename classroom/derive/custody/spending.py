"""What is used up: codes and refresh tokens that were traded, and tokens that were given back or died with them."""

from dataclasses import dataclass, field

from classroom.derive.reading.book import Book
from classroom.derive.reading.message import Message
from wire.message import Response

Key = tuple[str, str]  # kind and fingerprint
GRANTS = ("code", "refresh_token", "device_code")
TOKENS = ("access_token", "refresh_token")


@dataclass(slots=True)
class Spending:
    """`over` holds what opens nothing any more, as far as the messages so far show."""

    book: Book
    over: set[Key] = field(default_factory=set)
    bought: dict[Key, list[Key]] = field(default_factory=dict)  # what belongs to one grant, by each of its members
    redeemed_by: dict[Key, tuple[str, set[Key]]] = field(default_factory=dict)  # the client, and its verifiers

    def settle(self, message: Message) -> None:
        """Read off an answer what it has ended."""
        entry, request, path = message.entry, message.exchange.request, message.exchange.path
        if not isinstance(entry, Response) or request is None:
            return
        shown_keys = self.keys(request)
        tokens = [key for key in shown_keys if key[0] in TOKENS]
        if entry.party != "auth":
            is_delivery = any(sighting.place == "query.state" for sighting in request.sightings)
            self.over.update(key for key in shown_keys if is_delivery and key[0] == "state")
        elif path == "/token":
            self.token_response(request, shown_keys, message, entry)
        elif path == "/revoke" and entry.status == 200:
            for key in tokens:  # a refresh token ends with all that it bought (RFC 7009 §2.1)
                self.over.update(self.bought.get(key, []) if key[0] == "refresh_token" else [], [key])
        # The server may end a token without a message of its own, when it expires; here it says so.
        elif path == "/introspect" and message.fact("active") is False:
            self.over.update(tokens)

    def token_response(self, request: Message, shown_keys: list[Key], response: Message, entry: Response) -> None:
        """Spend what a token request redeemed; what the same client tries again ends all that it bought."""
        issued = [key for key in self.keys(response) if key[0] in (*TOKENS, "id_token")]
        redeemer = request.word("client_id"), {key for key in shown_keys if key[0] == "verifier"}
        for key in shown_keys:
            if key[0] not in GRANTS:
                continue
            if entry.status == 200 and issued:
                self.redeem(key, redeemer, issued)
            # Only the client that had redeemed it ends the grant by a second try, and it must show the same verifier.
            elif entry.status == 400 and key in self.over and self.redeemed_by.get(key) == redeemer:
                self.over.update(self.bought.get(key, []))  # a thief without the verifier ends nothing (RFC 7636 §4.6)

    def redeem(self, key: Key, redeemer: tuple[str, set[Key]], issued: list[Key]) -> None:
        family = list(dict.fromkeys([*self.bought.get(key, [key]), *issued]))
        self.bought.update(dict.fromkeys(family, family))
        self.redeemed_by[key] = redeemer
        if key[0] != "refresh_token" or any(kind == "refresh_token" for kind, _ in issued):  # else it goes on
            self.over.update([key], redeemer[1])

    def keys(self, message: Message) -> list[Key]:
        return [(self.book.kind(sighting), sighting.fingerprint) for sighting in message.sightings]
