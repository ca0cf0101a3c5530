"""Names that a stranger's app may not take: a person reads the name, and cannot know who chose it (RFC 7591 §5)."""

import unicodedata

from flask import current_app

from auth_server.seed import first_party_clients

ALIKE = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE")  # scripts that share the look of many letters


def sounds_trusted(name: str) -> bool:
    """Whether a name speaks of a bank or is that of a known app, whatever its case, spaces, accents or width."""
    known = {letters_of(client.client_name) for client in first_party_clients(current_app.extensions["settings"])}
    return "bank" in letters_of(name) or letters_of(name) in known or mixes_scripts(name)


def mixes_scripts(name: str) -> bool:
    """Whether letters that look alike come from more than one script, as in a Budget with a Cyrillic B."""
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in letters_of(name) if letter.isalpha()}
    return len(scripts.intersection(ALIKE)) > 1


def letters_of(name: str) -> str:
    """Return a name's letters and digits in their plainest form."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(character for character in plain if character.isalnum())
