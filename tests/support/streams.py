"""The wire as tests write and read it, past recorders and the classroom."""

import time
from collections.abc import Mapping
from typing import Any

import redis

from wire.message import Entry, from_fields, to_fields
from wire.streams import WRITERS, entry_id, order, stream_of


def writer_of(entry: Entry) -> str:
    """Return whose stream an entry belongs into."""
    return "labs" if entry.world else entry.party if entry.party in WRITERS else "auth"


def append(client: "redis.Redis", entry: Entry) -> str:
    """Append an entry as its recorder does; return the id under which the classroom shows it."""
    return append_fields(client, writer_of(entry), fields_of(entry))


def append_fields(client: "redis.Redis", writer: str, fields: Mapping[str, Any]) -> str:
    """Append what no recorder need have written, a millisecond behind all else that is there."""
    newest, now = order(newest_id(client))[0], int(time.time() * 1000)
    stream_id = f"{max(newest + 1, now - 500)}-0"  # not ahead of the time: that would be read only when it has come
    client.xadd(stream_of(writer), dict(fields), id=stream_id)  # type: ignore[arg-type]
    return entry_id(writer, stream_id)


def entries_of(client: "redis.Redis") -> list[Entry]:
    """Return what the wire holds, under the ids that the classroom shows."""
    known: Any = client
    entries = [
        from_fields(entry_id(writer, name.decode()), fields)
        for writer in WRITERS
        for name, fields in known.xrange(stream_of(writer))
    ]
    return sorted(entries, key=lambda entry: order(entry.id))


def newest_id(client: "redis.Redis") -> str:
    """Return the id of the newest entry on the wire."""
    known: Any = client
    ids = [
        entry_id(writer, name.decode()) for writer in WRITERS for name, _ in known.xrevrange(stream_of(writer), count=1)
    ]
    return max(ids, key=order, default="0-0")


def fields_of(entry: Entry) -> dict[str, Any]:
    """Return what the stream holds; what Redis cannot hold is replaced, but may still hide in JSON."""
    return {
        name: value.encode("utf-8", "replace") if isinstance(value, str) else value
        for name, value in to_fields(entry).items()
    }
