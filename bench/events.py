"""`python -m bench.events [listeners ...]`: how long a message takes from Redis to every page that listens."""

import asyncio
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from statistics import median, quantiles
from typing import Any
from urllib.request import urlopen

import redis

from bench.__main__ import free_port
from sandbox.settings import ROOT
from sandbox.supervisor import serve
from tests.support.embedded_valkey import running_valkey
from wire.message import Entry, Request, Response, to_fields
from wire.streams import entry_id, stream_of

AIMS = {1: 150, 30: 250, 200: 500}  # listeners, and the milliseconds that 95 of 100 messages may take
RATE, SECONDS = 50, 6.0  # messages a second


def main() -> None:
    """Measure for each number of listeners, and print a line for each."""
    for count in [int(word) for word in sys.argv[1:]] or AIMS:
        with running_valkey() as address, classroom(address) as port:
            print(asyncio.run(measure(address, port, count)), flush=True)


@contextmanager
def classroom(redis_url: str) -> Iterator[int]:
    """Serve the classroom as it is served in the sandbox."""
    port = free_port()
    server = subprocess.Popen(
        serve("classroom", port, threads=300),
        cwd=ROOT,
        env=os.environ | {"CLASSROOM_REDIS_URL": redis_url, "SANDBOX_CLASSROOM_PORT": str(port)},
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_ready(port)
        yield port
    finally:
        server.terminate()
        server.wait(10)


def wait_until_ready(port: int) -> None:
    """Wait until the classroom reads the wire, ten seconds at most."""
    for _ in range(100):
        with suppress(OSError):
            urlopen(f"http://127.0.0.1:{port}/readyz").close()
            return
        time.sleep(0.1)
    sys.exit("the classroom did not start")


async def measure(redis_url: str, port: int, count: int) -> str:
    """Return what `count` listeners saw of messages that came at a steady pace."""
    sent: dict[bytes, float] = {}
    heard: list[list[tuple[bytes, float]]] = [[] for _ in range(count)]
    listeners = [asyncio.create_task(listen(port, each)) for each in heard]
    await asyncio.sleep(1 + count / 100)
    alive = asyncio.create_task(ask_for_health(port))
    await asyncio.to_thread(write, redis_url, sent)
    await asyncio.sleep(1)
    for task in (*listeners, alive):
        task.cancel()
    results = await asyncio.gather(*listeners, alive, return_exceptions=True)
    delays = sorted((at - sent[name]) * 1000 for each in heard for name, at in each)
    whole = sum([name for name, _ in each] == list(sent) for each in heard)
    health = next(each for each in results if isinstance(each, list))
    return (
        f"{count:4} listeners: median {median(delays):.0f} ms, p95 {quantiles(delays, n=20)[-1]:.0f} ms, "
        f"longest {delays[-1]:.0f} ms (aim {AIMS.get(count, '?')}); {whole} heard each of {len(sent)} messages once; "
        f"/healthz p95 {quantiles(health, n=20)[-1]:.0f} ms of {len(health)}"
    )


async def listen(port: int, heard: list[tuple[bytes, float]]) -> None:
    """Note when each message arrives."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /api/events?after=0 HTTP/1.1\r\nHost: classroom.localhost:{port}\r\n\r\n".encode())
    entry_id = b""
    while line := await reader.readline():
        if line.startswith(b"id: "):
            entry_id = line[4:].strip()
        elif line == b"event: message\n" and entry_id:
            heard.append((entry_id, time.perf_counter()))
            entry_id = b""


async def ask_for_health(port: int) -> list[float]:
    """Ask five times a second whether the process lives; return milliseconds."""
    took: list[float] = []
    try:
        while True:
            began = time.perf_counter()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /healthz HTTP/1.0\r\n\r\n")
            await reader.read()
            writer.close()
            took.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0.2)
    except asyncio.CancelledError:
        return took


def write(redis_url: str, sent: dict[bytes, float]) -> None:
    """Write messages at a steady pace, ten to a flow."""
    client = redis.Redis.from_url(redis_url)
    began = time.perf_counter()
    state = ""
    for number in range(int(RATE * SECONDS) // 2):
        if number % 5 == 0:
            state = secrets.token_urlsafe(32)
        for entry in exchange(state):
            now = time.perf_counter()
            stream_id: bytes = client.xadd(stream_of("auth"), to_fields(entry))  # type: ignore[arg-type, assignment]
            sent[entry_id("auth", stream_id.decode()).encode()] = now
        time.sleep(max(0.0, began + 2 * (number + 1) / RATE - time.perf_counter()))


def exchange(state: str) -> tuple[Entry, Entry]:
    """Return a request and a response as large as those of a flow."""
    place: dict[str, Any] = {"party": "auth", "origin": "http://auth.localhost:9000", "at": time.time()}
    place["exchange"] = secrets.token_hex(8)
    query = f"response_type=code&client_id=budget&state={state}&code_challenge={state[::-1]}&code_challenge_method=S256"
    browser = (("Host", "auth.localhost:9000"), ("User-Agent", "Mozilla/5.0 (X11)"), ("Sec-Fetch-Mode", "navigate"))
    location = f"http://budget.localhost:9002/callback?code={secrets.token_urlsafe(32)}&state={state}"
    return (
        Request(**place, method="GET", target=f"/authorize?{query}", headers=browser),
        Response(**place, status=302, reason="FOUND", headers=(("Location", location),)),
    )


if __name__ == "__main__":
    main()
