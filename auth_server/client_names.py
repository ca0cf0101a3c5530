"""Client names: a person reads one on the consent page, and cannot know who chose it (RFC 7591 §5)."""

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import grapheme

from auth_server.config import settings
from auth_server.seed import first_party_clients

LONGEST = 100  # characters
JOINERS = "\u200c\u200d"  # Persian and Hindi are written with them, and emoji are joined by one
BLANK_LETTERS = "\u115f\u1160\u3164\uffa0"  # Hangul fillers: letters by their category, and nothing to be seen
BANK_WORDS = ("bank", "banks", "banking", "Bank ID")
BOXED_LETTER = re.compile(r"\b(?:LATIN CAPITAL LETTER|LATIN LETTER SMALL CAPITAL|INDICATOR SYMBOL LETTER) ([A-Z])$")


def problem_of_client_name(name: str) -> str | None:
    """Return what keeps a person from reading a name, or None."""
    if not all(character.isprintable() or character in JOINERS for character in name):
        return "client_name must be printable: no line breaks, no characters that turn the direction of writing"
    if not any(
        unicodedata.category(character).startswith("L") and character not in BLANK_LETTERS for character in name
    ):
        return "client_name needs a letter that can be seen"
    return None


def cut(name: str) -> str:
    """Return as much of a name as a page has room for, and no half character, emoji or syllable."""
    return name[: grapheme.safe_split_index(name, LONGEST)]


def sounds_trusted(name: str) -> bool:
    """Whether a name has a bank in it as a word, or is that of a known app, or looks as if."""
    known = [client.client_name for client in first_party_clients(settings)]
    apps = {look for known_name in known for look in looks_of_the_whole(known_name)}
    banks = {look for word in BANK_WORDS for look in looks_of_the_whole(word)}
    whole = looks_of_the_whole(name)
    return bool(whole & (apps | banks)) or not banks.isdisjoint(looks_of_its_words(name))


def looks_of_the_whole(name: str) -> set[str]:
    """Return how a name looks without the marks and spaces in it: B u d g e t is Budget."""
    return {"".join(words) for words in looks(name)}


def looks_of_its_words(name: str) -> set[str]:
    """Return how each word looks; a capital within a word may begin another, as in MyBank."""
    apart = "".join(f" {b}" if a.islower() and b.isupper() else b for a, b in zip(" " + name, name, strict=False))
    return {word for written in (name, apart) for words in looks(written) for word in words}


def looks(name: str) -> Iterator[list[str]]:
    """Return a name's words as the eye takes them: an I may be an l, and a capital may look like another script's."""
    for written in (name, name.upper(), name.casefold()):
        # Unicode ignores what cannot be seen, and accents do not make another name.
        letters = "".join(c for c in skeleton(written) if unicodedata.category(c) not in ("Mn", "Cf"))
        yield re.findall(r"[^\W_]+", letters.casefold())


def skeleton(text: str) -> str:
    """Return the same string for all texts that look alike: the skeleton of UTS 39."""
    decomposed = "".join(unboxed(c) for c in unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFKD", "".join(prototypes().get(c, c) for c in decomposed))


def unboxed(character: str) -> str:
    """Return the letter of a small capital or of one in a box, which the table leaves as they are."""
    boxed = None if character.isascii() else BOXED_LETTER.search(unicodedata.name(character, ""))
    return boxed.group(1) if boxed else character


@cache
def prototypes() -> dict[str, str]:
    """Return the character that stands for all that look like it, by Unicode's table; read when it is first needed."""
    table = json.loads(files("confusable_homoglyphs").joinpath("confusables.json").read_text(encoding="utf-8"))
    alike = {plain(c): [plain(entry["c"]) for entry in entries] for c, entries in table.items()}
    # The table names both ways: a character has one prototype, a prototype all that look like it.
    one_way = {c: others[0] for c, others in alike.items() if len(c) == 1 and len(others) == 1}
    return {c: other for c, other in one_way.items() if one_way.get(other) != c or other < c}


def plain(entry: str) -> str:
    """Return an entry without the marks that keep the table's lines in order beside letters written leftwards."""
    return entry.strip("\u200e")
