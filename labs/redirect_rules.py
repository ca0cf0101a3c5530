"""Two redirect URIs, and what each way of comparing them says, by the functions that the worlds run."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from auth_server.defences import Defences
from auth_server.errors import PageError
from auth_server.models import Client
from auth_server.redirect_uris import only_loopback_port_differs
from labs.catalogue.redirect_matrix.weakness import CHOICES

RULES: dict[str, type[Defences]] = {"exact": Defences, **CHOICES}
EXAMPLES = (
    ("http://balance.localhost/callback", "http://balance.localhost/callback"),
    ("http://balance.localhost/callback", "http://attacker.localhost/collect?x=http://balance.localhost/callback"),
    ("http://balance.localhost/callback", "http://balance.localhost/callback/../leave?to=http://attacker.localhost"),
    ("http://balance.localhost/callback", "http://balance.localhost/leave?to=http://attacker.localhost"),
    ("http://balance.localhost", "http://balance.localhost.attacker.localhost/collect"),
    ("http://balance.localhost/callback", "http://balance.localhost@attacker.localhost/callback"),
    ("web+piggy://auth_code_handler", "web+piggy://auth_code_handler"),
    ("web+piggy://auth_code_handler", "web+evil://auth_code_handler"),
)


@dataclass(frozen=True)
class Judgement:
    """What one rule says of a redirect URI; `lab` shows the attack that it lets in."""

    rule: str
    takes: bool
    means: str
    lab: str = ""


def compare(registered: str, requested: str) -> list[Judgement]:
    """Return what each rule says."""
    judgements = []
    # By the very methods that the worlds run: a copy made for this page could say something else than they do.
    for name, rule in RULES.items():
        try:
            judgements.append(judged(name, rule, registered, requested))
        except ValueError:
            judgements.append(Judgement(name, takes=False, means="This is no URI: it cannot even be read."))
    return judgements


def judged(name: str, rule: type[Defences], registered: str, requested: str) -> Judgement:
    """Ask one rule, and say where the code would go (RFC 9700 §4.1)."""
    client = Client("bench", "An app", redirect_uris=(registered,), scope=("balance:read",))
    try:
        rule().redirect_uri_is_registered(client, requested)
    except PageError:
        return Judgement(name, takes=False, means="Bank ID shows an error, and sends nobody anywhere.")
    # What was let in is told apart by where the browser goes, and so who gets the code.
    if requested == registered:
        if is_scheme(registered):
            means = "It is the registered redirect URI, and any app on the phone may claim its scheme."
            return Judgement(name, takes=True, means=means, lab="scheme-hijack")
        return Judgement(name, takes=True, means="It is the registered redirect URI, letter by letter.")
    if only_loopback_port_differs(client, requested):
        means = (
            "Only the port differs: the code stays on this device, with an app that listens at a port that was free."
        )
        return Judgement(name, takes=True, means=means)
    if host_of(requested) == host_of(registered) and scheme_of(requested) != scheme_of(registered):
        means = f"Only the host is the same: the code goes to whoever takes URIs of the scheme {scheme_of(requested)}."
        return Judgement(name, takes=True, means=means, lab="redirect-matrix")
    if host_of(requested) == host_of(registered):
        means = "The code stays on the registered host: it leaks where a page there forwards to anywhere."
        return Judgement(name, takes=True, means=means, lab="open-redirector")
    means = f"The code goes to {host_of(requested) or 'another app'}: one link to Alice is enough."
    return Judgement(name, takes=True, means=means, lab="redirect-matrix")


def is_scheme(uri: str) -> bool:
    return scheme_of(uri) not in ("http", "https")


def scheme_of(uri: str) -> str:
    return urlsplit(uri).scheme


def host_of(uri: str) -> str:
    """Return where a browser goes: what stands before an `@` is a name for signing in, and no host."""
    return urlsplit(uri).netloc.rpartition("@")[2]
