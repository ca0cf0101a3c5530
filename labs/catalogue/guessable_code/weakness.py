"""The fault: this server numbers its codes."""

from itertools import count
from time import time

from auth_server.defences import Defences

# It begins at the time, so that a server that starts anew gives out no number twice; that makes it no less guessable.
NUMBERS = count(int(time()))


class CodesAreNumbered(Defences):
    def new_code(self) -> str:
        """Take the next number."""
        return str(next(NUMBERS))
