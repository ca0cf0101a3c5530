"""Names that a stranger's app may not take: a person reads the name, and cannot know who chose it (RFC 7591 §5)."""

import unicodedata

from flask import current_app

from .seed import first_party_clients


def sounds_trusted(name: str) -> bool:
    """Whether a name speaks of a bank or is that of a known app, whatever its case, spaces, accents or width."""
    known = {letters_of(client.client_name) for client in first_party_clients(current_app.extensions["settings"])}
    return "bank" in letters_of(name) or letters_of(name) in known


def letters_of(name: str) -> str:
    """Return a name's letters and digits in their plainest form."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(character for character in plain if character.isalnum())
