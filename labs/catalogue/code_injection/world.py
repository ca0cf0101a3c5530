"""Alice's train is in a tunnel."""

from labs.tunnel import callback_is_lost
from labs.worlds import LabWorld

OLD = ("Budget's callback never loads in Alice's browser, so that the code in its URL stays unused.",)


def furnish(world: LabWorld) -> None:
    """Lose the page that would have redeemed the code."""
    callback_is_lost(world)
