"""Which modules a page's script leads to, so that the browser fetches them at once and not one import after another."""

import re
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath

SCRIPTS = Path(__file__).parent / "static" / "js"
IMPORT = re.compile(r'^(?:import|export)\b[^"]*"(\.\.?/[\w/-]+\.js)";$', re.MULTILINE)


@cache
def modules(entry: str) -> list[str]:
    """Return the names of all modules that one imports, and that these import, each once; a name has its folder."""
    # Without this the browser learns of a module only when it has read the one that imports it, depth after depth.
    names, to_read = dict[str, None](), [entry]
    while to_read:
        importer = to_read.pop()
        for path in IMPORT.findall((SCRIPTS / importer).read_text(encoding="utf-8")):
            name = normpath(join(dirname(importer), path))
            if name not in names:
                names[name] = None
                to_read.append(name)
    return list(names)
