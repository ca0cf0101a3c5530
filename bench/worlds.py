"""`python -m bench.worlds`: what the labs' process weighs as worlds open, and once they have been attacked."""

import json
import tempfile
from pathlib import Path

from bench.__main__ import sandbox
from bench.clients import Alice, Place
from bench.processes import mebibytes, processes
from sandbox.parties import PARTIES


def main() -> None:
    """Open every lab's world, run every attack that needs no browser, and print the memory at each stage."""
    with tempfile.TemporaryDirectory(prefix="glassbox-bench-") as folder, sandbox(Path(folder)) as place:
        worlds(place)


def worlds(place: Place) -> None:
    visitor = Alice(place)
    _, body = visitor.ask("labs", "GET", "/api/labs")
    labs = json.loads(body)["labs"]
    sizes = [("nobody has visited a world", labs_process(place))]
    for lab in labs:
        visitor.ask("labs", "GET", f"/labs/{lab['name']}")
    sizes.append((f"all {len(labs)} are open", labs_process(place)))
    for lab in labs:
        if not lab["browser"]:
            visitor.ask("labs", "POST", f"/api/labs/{lab['name']}/attack")
    sizes.append(("and attacked", labs_process(place)))
    print(f"\n{'memory of the labs, as worlds open':<34} MiB")
    for when, size in sizes:
        print(f"  {when:<32}{size:>6.0f}{'   (300 are allowed)' if when == sizes[-1][0] else ''}")


def labs_process(place: Place) -> float:
    title = next(party.title for party in PARTIES if party.name == "labs")
    return sum(map(mebibytes, processes(place.state)[title]))


if __name__ == "__main__":
    main()
