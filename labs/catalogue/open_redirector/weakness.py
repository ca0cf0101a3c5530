"""The fault: Balance's host sends people wherever the address says."""

from spa.defences import Defences


class ADoorToAnywhere(Defences):
    def redirect_stays_on_this_site(self, to: str) -> None:
        """Forward to whatever is asked for."""
