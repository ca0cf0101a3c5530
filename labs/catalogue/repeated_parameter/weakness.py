"""The fault: this server does not mind a parameter that comes twice."""

from collections.abc import Iterable

from werkzeug.datastructures import MultiDict

from auth_server.defences import Defences


class SayItTwice(Defences):
    # Which of the two was meant cannot be known: so the only safe reading is none.
    def parameters_are_not_repeated(self, values: MultiDict[str, str], names: Iterable[str]) -> None:
        """Take a request in which a parameter stands twice."""
