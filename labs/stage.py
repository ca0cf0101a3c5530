"""The stage of one attack: Alice, Mallory, the attacker's program, and the URLs; each has its own secrets."""

import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

from labs.config import Here
from labs.matrix import MatrixCell
from labs.people import ATTACKER, Person, Program, Stuck, parameters_in
from labs.worlds import LabWorld
from wire.session import http_session

__all__ = ["PUBLIC", "Stage", "Stuck", "by_hand", "parameters_in"]

PUBLIC = {"token_endpoint_auth_method": "none", "scope": "balance:read"}  # metadata of an app of the attacker's
LEAKS = ("code", "code_challenge", "access_token", "refresh_token")  # what a URL may give away


class Left(dict[str, Any]):
    """What was left, or read; to ask for what is not there is no fault of ours, but an attack that cannot go on."""

    def __missing__(self, name: str) -> Any:
        raise Stuck(f"there is no {name.replace('_', ' ')} here: a step before this one is missing, or did not work")


class Stage:
    """What the steps of an attack are given."""

    def __init__(self, world: LabWorld) -> None:
        self.here = world.here
        self.alice = Person("alice", world.here)
        self.mallory = Person("mallory", world.here, ATTACKER)  # her browser is the attacker's
        self.attacker = Program(world.here, world.collection)
        self.collection = world.collection
        self.choice = "exact" if world.on else world.choice  # beside the switch, where a lab offers one
        self.cell: MatrixCell | None = None  # of a matrix of attacks
        self.given = ""  # what the learner put into a step's field, where it asks for one
        self.onward = ""  # where the learner's browser goes next, where a step makes a link for Alice
        self.kept: dict[str, Any] = Left()  # what one step leaves for the next
        self.done: set[str] = set()  # steps that were done by hand, but for Alice's
        self._verifier = ""  # of the honest app's last request
        self._note = world.note
        self._leaks = world.lab.leaks
        self._backup = world.backup
        self.phone = Phone(world.here, self.alice)

    def close(self) -> None:
        """Put away what was opened; over HTTP that is nothing."""

    def link(self, client_id: str, redirect_uri: str, **changes: str) -> str:
        """Return an authorization request of the attacker's making; its verifier is the attacker's (RFC 7636 §4.1)."""
        request, self.kept["verifier"] = authorization_request(self.here.auth, client_id, redirect_uri, **changes)
        return request

    def lead_alice(self) -> Any:
        """Let Alice open what the step before has prepared for her; return her."""
        if not self.onward:
            raise Stuck("there is no link for Alice yet")
        link, self.onward = self.onward, ""
        return self.alice.go(link)

    def redeem_newest(self, client_id: str, redirect_uri: str) -> str:
        """Redeem the code that came last, with the verifier of the attacker's own request (RFC 7636 §4.5)."""
        code = self.collection.newest("code")
        if not code:
            raise Stuck("no code has come to the attacker")
        verifier = self.kept["verifier"]
        return self.attacker.redeem(code, client_id=client_id, redirect_uri=redirect_uri, code_verifier=verifier)

    def mallory_begins(self) -> dict[str, str]:
        """Let Mallory press “Connect” at Budget, and stop before Bank ID's page; return the request's parameters."""
        self.mallory.holds_back = f"{self.here.auth}/login"
        self.mallory.go(f"{self.here.budget}/connect")
        request = Left(parameters_in(self.mallory.visited("/authorize")))
        self.kept["state"] = request["state"]
        return request

    def mallory_comes_back(self, redirect_uri: str, code: str) -> Person:
        """Let Mallory bring Budget an authorization response: with a code from elsewhere, and her own `state`."""
        response = {"code": code, "state": self.kept["state"], "iss": self.here.auth}
        self.mallory.holds_back = ""
        return self.mallory.go(f"{redirect_uri}?{urlencode(response)}")

    def app_asks(self, client_id: str, **changes: str) -> str:
        """Return the request that Balance's page or Piggy makes; the verifier stays in the app (RFC 8252 §8.1)."""
        request, self._verifier = authorization_request(self.here.auth, client_id, self.callback(client_id), **changes)
        return request

    def app_redeems(self, code: str, client_id: str) -> Any:
        """Let the honest app redeem a code with its own verifier (RFC 7636 §4.5)."""
        http = http_session(f"glassbox-{client_id}/1.0")
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": client_id,
            "code_verifier": self._verifier,
        }
        return http.post(f"{self.here.auth}/token", data=form | {"redirect_uri": self.callback(client_id)})

    def callback(self, client_id: str) -> str:
        """Return the redirect URI that a client has registered."""
        if client_id == "piggy":
            return f"{self.here.scheme}://auth_code_handler"
        return f"{self.here.origin(client_id)}/callback"

    def leak(self, how: str, uri: str) -> dict[str, str]:
        """Let the attacker read a URI that no message brought it, and say so on the wire; return its parameters."""
        if how not in self._leaks:
            raise ValueError(f"lab.md declares no leak {how!r}")
        if not uri:
            raise Stuck(f"there is nothing to read in the {how}")
        try:
            parameters, parts = Left(parameters_in(uri)), urlsplit(uri)
        except ValueError:
            raise Stuck("this is no URL") from None
        place = {"leak": how, "at": f"{parts.scheme}://{parts.netloc}{parts.path}"}
        secrets_in_it = {name: value for name, value in parameters.items() if name in LEAKS}
        # The classroom believes a leak only where the wire has seen these values: a note alone proves nothing.
        self._note(f"The attacker reads a URL in the {how}", **place, **secrets_in_it)
        self.collection.keep(parameters, f"the {how}")
        return parameters

    def leak_value(self, how: str, kind: str, value: str) -> str:
        """Let the attacker read a token out of a log or a backup, and say on the wire that Bank ID had issued it."""
        if how not in self._leaks:
            raise ValueError(f"lab.md declares no leak {how!r}")
        place = {"leak": how, "at": f"{self.here.auth}/token"}
        self._note(f"The attacker reads a {kind.replace('_', ' ')} in the {how}", **place, **{kind: value})
        self.collection.keep({kind: value}, f"the {how}")
        return value

    def leak_stored(self, how: str, kind: str) -> str:
        """Let the attacker read a token of the connection that Budget has stored last, as its backup holds it."""
        newest = self._backup.newest()
        if newest is None:
            raise Stuck("Budget is connected to nobody")
        return self.leak_value(how, kind, getattr(newest, kind) or "")


class Phone:
    """Alice's phone in a scripted attack: whoever claims the scheme last is handed its URLs."""

    def __init__(self, here: Here, alice: Person) -> None:
        self.here, self.alice = here, alice

    def claim(self, app: str) -> None:
        """Let an app claim Piggy's scheme."""
        self.alice.apps[self.here.scheme] = f"{self.here.origin(app)}/opened"


def authorization_request(issuer: str, client_id: str, redirect_uri: str, **changes: str) -> tuple[str, str]:
    """Return an authorization request with PKCE, and its verifier; an empty text leaves a parameter out."""
    verifier = secrets.token_urlsafe(32)
    parameters = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": "balance:read",
        "state": secrets.token_urlsafe(12),
        "code_challenge": s256(verifier),
        "code_challenge_method": "S256",
    }
    sent = {name: value for name, value in (parameters | changes).items() if value}
    return f"{issuer}/authorize?{urlencode(sent)}", verifier


def s256(verifier: str) -> str:
    """Return the challenge of a verifier (RFC 7636 §4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def by_hand(world: LabWorld) -> Stage:
    """Return the stage of the attack that the learner works by hand: it stays until the switch is turned."""
    if world.stage is None:
        world.stage = Stage(world)
    stage: Stage = world.stage
    return stage
