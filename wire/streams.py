"""The wire's streams, one for each writer: an entry lies where only its writer can have put it."""

WRITERS = ("auth", "bank", "budget", "balance", "labs")  # by their users in Redis; the labs write for all their worlds
Order = tuple[int, int]


def stream_of(writer: str) -> str:
    """Return the key of a writer's stream."""
    return f"wire:{writer}"


def order(entry_id: str) -> Order:
    """Return an id in a form that compares: milliseconds, and a number within one."""
    milliseconds, _, number = entry_id.partition("-")
    return int(milliseconds), int(number or 0)


def order_on_the_wire(writer: str, stream_id: str) -> Order:
    """Return an entry's place among all streams: within a millisecond each writer has odd numbers of its own."""
    milliseconds, number = order(stream_id)
    return milliseconds, number * 2 * len(WRITERS) + 2 * WRITERS.index(writer) + 1


def entry_id(writer: str, stream_id: str) -> str:
    """Return the id under which the classroom shows an entry that got `stream_id` from Redis."""
    return "{}-{}".format(*order_on_the_wire(writer, stream_id))
