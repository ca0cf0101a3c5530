"""`python -m bench.page`: how fast the wire's page is in Chromium: messages that arrive, many at once; two minutes."""

import asyncio
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from multiprocessing import get_context
from statistics import quantiles
from threading import Thread
from typing import Any

import redis
from playwright.sync_api import Browser, BrowserContext, Page

from bench.events import AIMS, RATE, classroom, exchange, listen
from tests.support.chromium import running_chromium
from tests.support.embedded_valkey import running_valkey
from wire.message import to_fields
from wire.streams import entry_id, stream_of

MANY, TABS, SECONDS = 1_000, 10, 6.0
FRAMES = "disabled-by-default-devtools.timeline.frame"  # of Chromium's own tracing
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
ROWS = "document.querySelectorAll('#diagram li.msg, #diagram li.fold').length"
SCROLL = """async () => {
  const frames = [];
  const tallest = () => document.documentElement.scrollHeight - innerHeight;
  let before = await new Promise(requestAnimationFrame);
  for (let y = 0; y < tallest() && frames.length < 600; y += 120) {
    scrollTo(0, y);
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - before);
    before = now;
  }
  return frames;
}"""
WATCH = """() => {
  window.shown = new Map();
  const note = (node) => {
    const id = node instanceof HTMLElement && node.dataset.id;
    if (id && !window.shown.has(id)) requestAnimationFrame(() => window.shown.set(id, Date.now()));
  };
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes) {
        note(node);
        if (node instanceof HTMLElement) node.querySelectorAll('[data-id]').forEach(note);
      }
  }).observe(document.getElementById('diagram'), { childList: true, subtree: true });
}"""


def main() -> None:
    """Measure how soon messages are seen, and how a page with many is painted and scrolled."""
    for pages in AIMS:
        with (
            running_valkey() as store,
            classroom(store) as port,
            audience(port, pages - 1),
            running_chromium() as chromium,
            chromium.new_context() as context,
        ):
            address = f"http://classroom.localhost:{port}/wire"
            print(arriving(redis.Redis.from_url(store), context, address, pages), flush=True)
    with running_valkey() as store, classroom(store) as port, running_chromium() as chromium:
        client = redis.Redis.from_url(store)
        address = f"http://classroom.localhost:{port}/wire"
        print(tabs(client, chromium, address), flush=True)
        write(client, MANY)
        with chromium.new_context(viewport={"width": 1440, "height": 900}) as context:
            print(many(chromium, context.new_page(), address), flush=True)


@contextmanager
def audience(port: int, count: int) -> Iterator[None]:
    """Let as many others listen as pages do, from another process: they draw nothing."""
    others = get_context("spawn").Process(target=listen_all, args=(port, count), daemon=True)
    others.start()
    try:
        yield
    finally:
        others.terminate()
        others.join()


def listen_all(port: int, count: int) -> None:
    asyncio.run(gathered(port, count))


async def gathered(port: int, count: int) -> None:
    await asyncio.gather(*(listen(port, []) for _ in range(count)))


def write(client: "redis.Redis", count: int, pause: float = 0.0) -> dict[str, float]:
    """Write messages at a steady pace, ten to a flow; return when each was written."""
    sent: dict[str, float] = {}
    state = ""
    began = time.perf_counter()
    for number in range(count // 2):
        if number % 5 == 0:
            state = secrets.token_urlsafe(32)
        for entry in exchange(state):
            now = time.time()
            stream_id = client.xadd(stream_of("auth"), to_fields(entry)).decode()  # type: ignore[arg-type, union-attr]
            sent[entry_id("auth", stream_id)] = now * 1000
        time.sleep(max(0.0, began + 2 * (number + 1) * pause - time.perf_counter()))
    return sent


def arriving(client: "redis.Redis", context: BrowserContext, address: str, pages: int) -> str:
    """Say how long a message takes from the store to the screen of one page, where so many are open."""
    page = listening(context, address)
    page.evaluate(WATCH)
    sent: dict[str, float] = {}
    writer = Thread(target=lambda: sent.update(write(client, int(RATE * SECONDS), 1 / RATE)))
    writer.start()
    while writer.is_alive():
        page.wait_for_timeout(100)
    page.wait_for_timeout(1500)
    arrivals: dict[str, float] = dict(page.evaluate("[...window.shown]"))
    took = sorted(arrivals[name] - at for name, at in sent.items() if name in arrivals)
    p95 = quantiles(took, n=20)[18] if len(took) > 1 else float("nan")
    return (
        f"{len(took)} of {len(sent)} messages on the screen at {RATE} a second, {pages} pages open: "
        f"p95 {p95:.0f} ms, longest {took[-1] if took else 0:.0f} ms   ({AIMS[pages]} are allowed)"
    )


def listening(context: BrowserContext, address: str) -> Page:
    """Open all messages, and wait until the page hears the wire."""
    page = context.new_page()
    page.goto(f"{address}?flow=all")
    page.locator("#empty:not([hidden]), #wire:not([hidden])").first.wait_for()
    return page


def tabs(client: "redis.Redis", chromium: Browser, address: str) -> str:
    """Say whether as many tabs of one browser all hear the same message, and how long it takes until the last does."""
    with chromium.new_context() as context:
        pages = [listening(context, address) for _ in range(TABS)]
        [name, _] = write(client, 2)
        began = time.perf_counter()
        for page in pages:
            page.locator(f"[data-id='{name}']").wait_for(state="attached", timeout=5000)
        took = (time.perf_counter() - began) * 1000
        return f"{len(pages)} tabs of one browser all live: the last has the message after {took:.0f} ms"


def many(chromium: Browser, page: Page, address: str) -> str:
    """Say how fast a page with many messages is painted, and how evenly it scrolls."""
    page.goto(f"{address}?flow=all")
    began = page.evaluate("performance.timeOrigin")
    page.locator("#diagram li.msg").nth(100).wait_for(state="attached")
    full = page.evaluate("new Promise(requestAnimationFrame).then(() => Date.now())") - began
    paint = page.evaluate(FIRST_PAINT)
    page.wait_for_timeout(1500)
    chromium.start_tracing(page=page, categories=[FRAMES])
    frames = page.evaluate(SCROLL)
    drawn = gaps(json.loads(chromium.stop_tracing()))
    return (
        f"{page.evaluate(ROWS)} rows: first paint {paint:.0f} ms, the rows after {full:.0f} ms   (1000 are allowed)\n"
        f"scrolled by the page's clock: {told(frames)}   (0 are allowed)\n"
        f"scrolled by Chromium's tracing: {told(drawn)}"
    )


def gaps(trace: dict[str, list[dict[str, Any]]]) -> list[float]:
    """Return the milliseconds between any two frames that were drawn one after the other."""
    drawn = sorted(event["ts"] / 1000 for event in trace["traceEvents"] if event["name"] == "DrawFrame")
    return [later - earlier for earlier, later in pairwise(drawn)]


def told(frames: list[float]) -> str:
    slow = sum(frame > 50 for frame in frames)
    return f"{len(frames)} frames, the longest {max(frames):.0f} ms, {slow} over 50 ms"


if __name__ == "__main__":
    main()
