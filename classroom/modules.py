"""Which modules a page's script leads to, so that the browser fetches them at once and not one import after another."""

import re
from functools import cache
from pathlib import Path

SCRIPTS = Path(__file__).parent / "static" / "js"
IMPORT = re.compile(r'^(?:import|export)\b[^"]*"\./([\w-]+\.js)";$', re.MULTILINE)


@cache
def modules(entry: str) -> list[str]:
    """Return the names of all modules that one imports, and that these import, each once."""
    found, to_read = dict[str, None](), [entry]
    while to_read:
        for name in IMPORT.findall((SCRIPTS / to_read.pop()).read_text(encoding="utf-8")):
            if name not in found:
                found[name] = None
                to_read.append(name)
    return list(found)
