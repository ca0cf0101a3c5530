"""What somebody answered the attacker, or showed Mallory: who, with which status, and the few lines that matter."""

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from html import unescape
from http.client import responses
from urllib.parse import urlsplit

import requests

from labs.people import Person

MOST_LINES, MOST_LETTERS = 30, 2000
TITLES = {"auth": "Bank ID", "bank": "Bank API", "budget": "Budget", "balance": "Balance", "attacker": "The attacker"}
NAMES = re.compile(r"<(title|h1)\b[^>]*>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Answer:
    """An answer in words and in evidence."""

    who: str
    request: str
    status: int  # 0: nobody has sent it yet
    page: str = ""  # what there is to say of a page; its HTML says it to browsers only
    lines: str = ""

    @property
    def verb(self) -> str:
        """Return what was done with the request, in a word or two."""
        if not self.status:
            return "has not been asked yet for"
        return "failed at" if self.status >= 500 else "refused" if self.status >= 400 else "answered"

    @property
    def phrase(self) -> str:
        return f"{self.status} {responses.get(self.status, '')}".rstrip()


def answer(response: requests.Response) -> Answer:
    """Return an answer to the attacker's program."""
    request = f"{response.request.method} {response.request.path_url}"
    html = response.headers.get("Content-Type", "").startswith("text/html") and response.text
    lines = "" if html else pretty(response.text)
    if location := response.headers.get("Location"):
        lines = f"Location: {location}"
    return Answer(title_of(response.url), request, response.status_code, page(response.text) if html else "", lines)


def window_of(person: Person) -> Answer:
    """Return the page that somebody's browser has come to, or the URL before which it stopped."""
    if person.holds_back and person.handed_over.startswith(person.holds_back):
        return Answer(title_of(person.handed_over), f"GET {urlsplit(person.handed_over).path}", 0)
    request = f"GET {urlsplit(person.address).path}"
    return Answer(title_of(person.address), request, person.status, page(person.page))


def title_of(url: str) -> str:
    """Return who lives at a URL of this world."""
    host = (urlsplit(url).hostname or "").partition("-")[0]
    return TITLES.get(host, host)


def page(html: str) -> str:
    """Say of a page how long it is, what it calls itself, and what it says first."""
    names = (" ".join(unescape(TAG.sub(" ", text)).split()) for _, text in NAMES.findall(html))
    called = " · ".join(f"“{name}”" for name in names if name)
    return f"a page, {len(html.encode()):,} bytes{': ' if called else ''}{called}"


def pretty(text: str) -> str:
    """Return JSON with a line for each member, anything else as it is; too much of it is cut."""
    with suppress(ValueError, RecursionError):
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    lines = text[: MOST_LETTERS * 10].splitlines()
    rest = len(lines) - MOST_LINES
    kept = "\n".join(lines[:MOST_LINES])[:MOST_LETTERS]
    return f"{kept}\n… and {rest} more lines" if rest > 0 else kept
