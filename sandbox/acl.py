"""Who may do what in Redis: the table of users, and the file that Redis reads it from."""

import hashlib
from collections.abc import Mapping

from sandbox.parties import PARTIES, Part

ADMIN = "admin"  # resets the sandbox; no party knows its password
OWN_KEYS = "~{name}:* +@read +@write +@scripting +@transaction"
SHARED = "-function -script|flush -script|kill"  # the cache of scripts is everybody's: nobody empties it
EVERYBODY = f"resetchannels &brake +@connection -@dangerous -scan -randomkey -keys -client|tracking {SHARED}"
APPEND_TO_THE_WIRE = "+subscribe +unsubscribe (%W~wire +xadd)"  # append only, and hear of step mode
READ_THE_WIRE = "%R~wire +publish"  # and nothing else; only the classroom steers step mode


def rules(party: Part) -> str:
    """Return what the party's user may do; SCAN, KEYS, RANDOMKEY and CLIENT TRACKING tell others' key names."""
    own = [OWN_KEYS.format(name=party.name)] if party.keys else []
    if party.observes:
        return " ".join([*own, READ_THE_WIRE, EVERYBODY])
    return " ".join([*own, EVERYBODY, APPEND_TO_THE_WIRE])


def acl_file(passwords: Mapping[str, str]) -> str:
    """Return the users with the SHA-256 of their passwords, in the syntax of Redis' `aclfile`."""

    def user(name: str, allowed: str) -> str:
        return f"user {name} reset on #{hashlib.sha256(passwords[name].encode()).hexdigest()} {allowed}"

    # Nobody can be `default`, but Redis replays its log as this user and drops the transactions that it may not do.
    lines = ["user default reset off ~* &* +@all", user(ADMIN, "~* &* +@all")]
    lines += [user(party.name, rules(party)) for party in PARTIES]
    return "\n".join(lines) + "\n"
