"""How much Redis takes: a party that is taken over, or flooded, must not take the machine with it."""

# As Redis spells them; Docker's are in `docker-compose.yml`.
LIMITS = {
    # What six streams hold at most, each full of the longest messages, and the records beside them. Beyond it Redis
    # refuses to write, and forgets nothing to make room: no token comes back to life because its end was forgotten.
    "maxmemory": "2gb",
    "maxmemory-policy": "noeviction",
    "proto-max-bulk-len": "4mb",  # one value: a function copies it before it can look at it
    "client-query-buffer-limit": "32mb",  # one command with all its values
    "client-output-buffer-limit": "normal 256mb 0 0",  # what a client has asked for, and does not take
    "lazyfree-lazy-user-del": "yes",  # to delete a long key holds nobody up
}


def as_options() -> list[str]:
    """Return them as words of a command line."""
    return [word for name, value in LIMITS.items() for word in (f"--{name}", *value.split())]
