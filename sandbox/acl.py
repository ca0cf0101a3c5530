"""Who may do what in Redis: the table of users, and the file that Redis reads it from."""

import hashlib
from collections.abc import Mapping

from sandbox.parties import PARTIES, Part

ADMIN = "admin"  # resets the sandbox; no party knows its password
# What the parties do with their own keys, and no more: one ZUNIONSTORE or LCS that names a long key a thousand times,
# and Redis serves nobody for minutes.
STRINGS = "+get +mget +set +setex +del +unlink +exists +expire +pexpire +incr +decr"
HASHES = "+hget +hmget +hgetall +hkeys +hset +hdel +hincrby"
SETS_AND_LISTS = "+sadd +srem +smembers +zadd +zrem +zrange +zcard +rpush +lrange +llen"
OWN_KEYS = f"~{{name}}:* {STRINGS} {HASHES} {SETS_AND_LISTS} +@transaction"
# While a script runs, Redis does nothing else, and its debugger stops it for all. So a party can only call functions,
# and those are the administrator's; what they do is allowed or not by the caller's own rules.
EVERYBODY = "+@connection -@dangerous -scan -randomkey -keys -client|tracking -@scripting"
APPEND_TO_THE_WIRE = "(%W~wire:{name} +xadd)"  # to its own stream
HEAR_OF_STEP_MODE = "&step:{name} +subscribe +unsubscribe"  # an edit may hold secrets: nobody hears of another's
# Only the classroom steers step mode. It deletes a stream that takes no more, because somebody has used up its ids.
READ_THE_WIRE = "%R~wire:* +xrange +xread +xlen +xinfo|stream +time &step:* +publish (%W~wire:* +del)"


def rules(party: Part) -> str:
    """Return what the party's user may do; SCAN, KEYS, RANDOMKEY and CLIENT TRACKING tell others' key names."""
    own = ["resetchannels", *([OWN_KEYS.format(name=party.name)] if party.keys else [])]
    own += [HEAR_OF_STEP_MODE.format(name=party.name)] if party.holds else []
    if party.observes:
        return " ".join([*own, READ_THE_WIRE, EVERYBODY])
    return " ".join([*own, EVERYBODY, *(["+fcall"] if party.keys else []), APPEND_TO_THE_WIRE.format(name=party.name)])


def acl_file(passwords: Mapping[str, str]) -> str:
    """Return the users with the SHA-256 of their passwords, in the syntax of Redis' `aclfile`."""

    def user(name: str, allowed: str) -> str:
        return f"user {name} reset on #{hashlib.sha256(passwords[name].encode()).hexdigest()} {allowed}"

    # Nobody can be `default`, but Redis replays its log as this user and drops the transactions that it may not do.
    lines = ["user default reset off ~* &* +@all", user(ADMIN, "~* &* +@all")]
    lines += [user(party.name, rules(party)) for party in PARTIES]
    return "\n".join(lines) + "\n"
