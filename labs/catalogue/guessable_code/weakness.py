"""The fault: this server numbers its codes."""

from itertools import count
from time import time

from auth_server.defences import Defences

NUMBERS = count(int(time()))


class CodesAreNumbered(Defences):
    def new_code(self) -> str:
        """Take the next number."""
        return str(next(NUMBERS))
