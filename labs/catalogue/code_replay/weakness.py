"""The fault: this server does not remember which codes it has redeemed."""

from auth_server.defences import Defences
from auth_server.models import Code, Grant, Issued
from auth_server.tokens import issue_once, new_token


class CodeIsUsedAsOftenAsYouLike(Defences):
    def code_is_used_once(self, code: Code, resource: tuple[str, ...]) -> Issued:
        """Redeem whatever is known: each time under a mark of its own, so that no second use is noticed."""
        grant = Grant.from_dict(code.grant)
        issued = issue_once(new_token(), grant, grant.scope, resource)
        assert issued
        return issued
