"""Where the sandbox keeps what it makes, and the addresses it prints."""

import contextlib
import os
import sys
from pathlib import Path

from sandbox.parties import PARTIES
from wire.addresses import Addresses

ROOT = Path(__file__).resolve().parent.parent
STATE = Path(os.environ.get("SANDBOX_STATE") or ROOT / ".sandbox").absolute()
USERS = {"alice": "looking-glass", "bob": "brass-lantern", "carol": "winter-garden"}


class Trouble(Exception):
    """Something that the person at the keyboard can mend; its text says how."""


def say(line: str) -> None:
    """Print one line at once, also into a pipe; that nobody listens any more is no reason to stop."""
    with contextlib.suppress(BrokenPipeError):
        print(line, flush=True)


def complain(line: str) -> None:
    """Print one line of bad news at once."""
    print(line, file=sys.stderr, flush=True)


def port(name: str) -> int:
    """Return the port of a party, or the café's."""
    number = int(getattr(Addresses(), f"{name}_port"))
    if not 0 < number < 2**16:
        raise Trouble(f"SANDBOX_{name.upper()}_PORT is {number}; a port is a number from 1 to 65535.")
    if number == 80:
        raise Trouble(f"SANDBOX_{name.upper()}_PORT is 80, which browsers leave out of addresses; take another.")
    return number


def speak_of(running: Addresses) -> None:
    """Take the addresses of the sandbox that runs, whatever this shell has set: to others there is nothing to say."""
    if running != Addresses():
        say("This shell has set other hosts or ports than those of the sandbox that runs, which is the one meant.")
    os.environ.update({f"SANDBOX_{name.upper()}": str(value) for name, value in running.model_dump().items()})


def make_state_folder() -> None:
    """Make the folder for what the sandbox keeps, or say that it cannot be."""
    try:
        STATE.mkdir(mode=0o700, parents=True, exist_ok=True)
        writable = os.access(STATE, os.W_OK | os.X_OK)
    except OSError:
        writable = False
    if not writable:
        raise Trouble(f"{STATE} cannot be written to; set SANDBOX_STATE to a folder that can.")


def welcome() -> str:
    """Return the front doors, the sign-in names, and what to do next."""
    doors = {party.name: Addresses().origin(party.name) for party in PARTIES}
    users = ", ".join(f"{name} / {password}" for name, password in USERS.items())
    return f"""
  Classroom {doors["classroom"]}   the front door: start here
  Labs      {doors["labs"]}        take a defence away, and attack
  Budget    {doors["budget"]}      an app with a server
  Balance   {doors["balance"]}     an app that is only a page
  Bank ID   {doors["auth"]}        where you sign in and consent
  Bank API  {doors["bank"]}        what they all want to read

  Sign in as {users}

  Next: open {doors["classroom"]}, and beside it {doors["budget"]}:
  connect your bank, sign in as alice, and watch every message on the wire.
  `make logs` shows the parties at work, `make reset` forgets everything, `make down` stops it."""
