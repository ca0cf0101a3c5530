"""The fault: this server's codes never grow old."""

from auth_server.defences import Defences
from auth_server.models import Code


class CodesNeverGrowOld(Defences):
    # That it works once does not help: its owner has never used it. Then only its age can end it.
    def code_has_not_expired(self, code: Code) -> None:
        """Redeem a code of any age."""
