"""The fault: this client takes any answer, as long as it is waiting for one."""

from client_app.defences import Defences
from client_app.models import Pending


class AnyAnswerWillDo(Defences):
    # The code is genuine, and Bank ID redeems it. Only this session can know that it never asked for it.
    def state_belongs_to_this_session(self, ours: dict[str, Pending], state: str | None, now: float) -> Pending:
        """Take the answer for the last question that this browser asked, whatever its `state` says."""
        if ours:
            return list(ours.values())[-1]
        return super().state_belongs_to_this_session(ours, state, now)
