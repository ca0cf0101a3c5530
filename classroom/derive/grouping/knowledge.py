"""What the whole conversation tells of people and clients: more than one flow alone could know."""

from dataclasses import dataclass, field

from classroom.derive.grouping.story import authentication
from classroom.derive.reading.book import Book
from classroom.derive.reading.message import Message
from classroom.derive.reading.sign_in import signed_in
from classroom.parties import origins
from wire.message import Entry


@dataclass(slots=True)
class Knowledge:
    """`changes` grows whenever something turns up that flows of an earlier moment would tell otherwise."""

    origins: dict[str, str] = field(default_factory=origins)  # where each party lives
    sessions: dict[str, str] = field(default_factory=dict)  # fingerprint of a session → who signed in with it
    clients: dict[str, str] = field(default_factory=dict)  # client_id → how it was seen to authenticate
    names: dict[str, str] = field(default_factory=dict)  # client_id → what it is called
    changes: int = 0

    def meet(self, entry: Entry) -> None:
        """Note where a party lives, as in a lab's world."""
        if entry.origin and entry.party and entry.origin not in self.origins:
            self.origins[entry.origin] = entry.party
            self.changes += 1

    def learn(self, request: Message, response: Message, book: Book) -> None:
        """Note whose a session is, what a client is called, and how it was seen to authenticate."""
        user, path = signed_in(response), request.exchange.path
        # Only a sign-in that was accepted tells whose a session is; the name in the form alone is a claim.
        for sighting in response.sightings if user else ():
            if sighting.kind == "session":
                self.sessions[sighting.fingerprint] = user
                self.changes += book.record(response.entry.world, sighting).last is not response
        if request.entry.party != "auth":
            return
        if path == "/register" and response.word("client_name"):
            self.know(self.names, response.word("client_id"), response.word("client_name"))
        if path == "/token" and (how := authentication(request)):
            client_id = request.word("client_id")
            self.know(self.clients, client_id, min(how, self.clients.get(client_id, how)))

    def know(self, facts: dict[str, str], client_id: str, fact: str) -> None:
        if facts.get(client_id) != fact:
            facts[client_id] = fact
            self.changes += 1
