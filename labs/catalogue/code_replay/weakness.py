"""The fault: this server does not remember which codes it has redeemed."""

from auth_server.defences import Defences
from auth_server.models import Code, Tokens
from auth_server.store import store


class CodeIsUsedAsOftenAsYouLike(Defences):
    # The mark and the tokens are stored in one step: of two redemptions that come at once, one must lose.
    def code_is_used_once(self, code: Code, tokens: Tokens) -> None:
        """Store the tokens, and do not note that the code was spent on them."""
        store.issue(tokens)
