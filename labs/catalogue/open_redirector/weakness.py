"""The fault: Balance's host sends people wherever the URL says."""

from spa.defences import Defences


class ADoorToAnywhere(Defences):
    # Whoever trusts Balance's name trusts this link; and a fragment survives each redirect that names none itself.
    def redirect_stays_on_this_site(self, to: str) -> None:
        """Forward to whatever is asked for."""
