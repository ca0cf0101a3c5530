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
    traded_by: dict[Key, tuple[str, set[Key]]] = field(default_factory=dict)  # the client, and its verifiers

    def settle(self, message: Message) -> None:
        """Read off an answer what it has ended."""
        entry, asked, path = message.entry, message.exchange.request, message.exchange.path
        if not isinstance(entry, Response) or asked is None:
            return
        shown = self.keys(asked)
        tokens = [key for key in shown if key[0] in TOKENS]
        if entry.party != "auth":
            answered = any(seen.place == "query.state" for seen in asked.sightings)
            self.over.update(key for key in shown if answered and key[0] == "state")
        elif path == "/token":
            self.token_answer(asked, shown, message, entry)
        elif path == "/revoke" and entry.status == 200:
            for key in tokens:  # a refresh token ends with all that it bought (RFC 7009 §2.1)
                self.over.update(self.bought.get(key, []) if key[0] == "refresh_token" else [], [key])
        elif path == "/introspect" and message.fact("active") is False:
            self.over.update(tokens)

    def token_answer(self, asked: Message, shown: list[Key], answer: Message, entry: Response) -> None:
        """Spend what a token request traded; what the same client tries again ends all that it bought."""
        issued = [key for key in self.keys(answer) if key[0] in (*TOKENS, "id_token")]
        trader = asked.word("client_id"), {key for key in shown if key[0] == "verifier"}
        for key in shown:
            if key[0] not in GRANTS:
                continue
            if entry.status == 200 and issued:
                self.trade(key, trader, issued)
            elif entry.status == 400 and key in self.over and self.traded_by.get(key) == trader:
                self.over.update(self.bought.get(key, []))  # a thief without the verifier ends nothing (RFC 7636 §4.6)

    def trade(self, key: Key, trader: tuple[str, set[Key]], issued: list[Key]) -> None:
        family = list(dict.fromkeys([*self.bought.get(key, [key]), *issued]))
        self.bought.update(dict.fromkeys(family, family))
        self.traded_by[key] = trader
        if key[0] != "refresh_token" or any(kind == "refresh_token" for kind, _ in issued):  # else it goes on
            self.over.update([key], trader[1])

    def keys(self, message: Message) -> list[Key]:
        return [(self.book.kind(seen), seen.fingerprint) for seen in message.sightings]
