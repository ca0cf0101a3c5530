"""`python -m bench.derive`: what the classroom's deriving costs for each message, at 1,000 messages and at 100,000.

The messages are copies of a conversation that is recorded here and now; each copy has secrets of its own.
"""

import dataclasses
import time
from collections.abc import Iterator

from classroom.derive.conversation import Conversation
from classroom.derive.reading.decode import s256
from classroom.derive.reading.reading import Reading
from classroom.views import flow
from tests.support import journeys
from tests.support.conversation import PASSWORDS, Browser, Sandbox
from tests.support.embedded_valkey import running_valkey
from wire.message import Entry, Request, Response

ROUNDS = {1_000: 9, 100_000: 1}  # messages, and how often: of short rounds the median counts
OWN = ("state", "transaction", "session", "code", "verifier", "access_token", "refresh_token")
Names = dict[str, str]


def main() -> None:
    """Derive as much of a long conversation as of a short one, and compare."""
    entries = recorded()
    measured(entries)  # the first round pays for what is only done once
    costs = []
    for size, rounds in ROUNDS.items():
        copied = [entry for _, entry in zip(range(size), copies(entries), strict=False)]
        taking, showing, flow_count = sorted(
            (measured(copied) for _ in range(rounds)),
            key=lambda measure: measure[0] + measure[1],
        )[rounds // 2]
        costs.append((taking + showing) / size)
        print(f"{size:>7} messages, {flow_count} flows: {size / (taking + showing):,.0f} messages a second")
        took, showed = taking / size * 1e6, showing / size * 1e6
        print(f"        {took:.0f} µs to take one in, {showed:.0f} µs for flows, custody and findings")
    print(f"cost of a message, long against short: {costs[1] / costs[0]:.2f}")


def measured(entries: list[Entry]) -> tuple[float, float, int]:
    """Return the seconds it takes to take everything in, and then to show every flow; and how many flows there are."""
    conversation = Conversation()
    start = time.process_time()
    for entry in entries:
        conversation.add(entry)
    taken = time.process_time()
    all_flows = [flow(conversation, name) for name in conversation.flows]
    for one_flow in all_flows:
        conversation.custody_after(one_flow["id"])
    return taken - start, time.process_time() - taken, len(all_flows)


def recorded() -> list[Entry]:
    """Let people use both clients."""
    with running_valkey() as address:
        sandbox = Sandbox(address)
        for user in PASSWORDS:
            browser = journeys.connect_budget(Browser(sandbox), user)
            journeys.empty_the_account(browser)
            journeys.disconnect(browser)
            journeys.Tab(Browser(sandbox)).connect(user).look().revoke()
        return list(sandbox.entries())


def copies(entries: list[Entry]) -> Iterator[Entry]:
    """Go on for ever with copies, each later than the one before and with secrets of its own."""
    secrets = {sighting.value for entry in entries for sighting in Reading(entry).sightings if sighting.kind in OWN}
    length, number = entries[-1].at - entries[0].at + 1, 0
    while True:
        names = {secret: f"{secret}-{number}" for secret in secrets}
        names |= {s256(secret): s256(name) for secret, name in names.items()}
        for place, entry in enumerate(entries):
            where = {"id": f"{number + 1}-{place}", "exchange": f"{entry.exchange}-{number}"}
            yield dataclasses.replace(renamed(entry, names), **where, at=entry.at + number * length)
        number += 1


def renamed(entry: Entry, names: Names) -> Entry:
    """Return an entry with other secrets in the same places."""
    if isinstance(entry, Request):
        return dataclasses.replace(
            entry,
            target=in_text(entry.target, names),
            headers=tuple((name, in_text(value, names)) for name, value in entry.headers),
            body=in_text(entry.body.decode(), names).encode(),
        )
    if isinstance(entry, Response):
        return dataclasses.replace(
            entry,
            headers=tuple((name, in_text(value, names)) for name, value in entry.headers),
            body=in_text(entry.body.decode("utf-8", "replace"), names).encode(),
        )
    return entry


def in_text(text: str, names: Names) -> str:
    for old, new in names.items():
        if old in text:
            text = text.replace(old, new)
    return text


if __name__ == "__main__":
    main()
