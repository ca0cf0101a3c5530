"""The clock by which codes and tokens expire, while step mode holds something (RFC 6749 §4.1.2)."""

from dataclasses import dataclass

LONGEST = 120.0  # seconds that anything is held; then it goes on as it is
CATCH_UP = 1.0  # seconds that the clock makes up in each second once nothing is held: it then runs twice as fast


@dataclass(frozen=True)
class HeldTime:
    """By how many seconds the parties' clock was behind at a moment, and until when it stands still.

    A code lives for a minute, and somebody may look at it for two: so time stands still while something is held.
    Afterwards the clock must return to the real time, and neither jump there nor keep the lag. If it jumped, what was
    issued a moment ago would have expired; if it kept the lag, a party that starts anew, whose clock is right, would
    find every new token expired. So it runs faster until it is right, and nothing lives for less than half its time.

    One account is kept for all, by the classroom, and told to every party: a token's `expires_at` comes from Bank ID's
    clock and is compared with the bank's. Nobody has to tell an end that is due: `until` passes by itself, also where
    the classroom is silent or a party's process has ended.
    """

    at: float = 0.0
    lag: float = 0.0
    until: float = 0.0  # not after `at`: nothing is held

    def lag_at(self, now: float) -> float:
        """Return by how many seconds the clock is behind; where the real time went back, it is as it was at `at`."""
        now = max(now, self.at)
        # Whatever is told: no word stops the clock for longer than a hold may last.
        since = max(self.at, min(self.until, self.at + LONGEST))
        stood, ran = min(now, since) - self.at, max(0.0, now - since)
        return max(0.0, self.lag + stood - CATCH_UP * ran)

    def held_until(self, until: float, now: float) -> "HeldTime":
        """Return the account from now on: the lag stays as it is at this moment, so that the clock never jumps."""
        return HeldTime(now, self.lag_at(now), until)
