"""Money for people: cents in, euros out, and the parts of a whole."""

import re
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from math import cos, sin, tau
from typing import Any, NamedTuple

from flask import Flask
from flask_wtf.csrf import generate_csrf

SLICES = 5  # kinds of spending that get a colour; the rest goes together
RADIUS = 41  # of the picture's ring, in a picture of 100 by 100
EUROS = re.compile(r"[0-9]{1,10}([.,][0-9]{1,2})?")  # 1e3 and 1,000 are no amounts: who knows what was meant?
GAP = 1.0  # hundredths of the ring between two slices


class Slice(NamedTuple):
    """A kind of spending: cents, its share and where it begins, both of a circle of 100."""

    kind: str
    cents: int
    share: float
    start: float

    @property
    def arc(self) -> str:
        """The slice as an SVG path in a picture of 100 by 100, clockwise from the top, a little apart from the next."""
        end = max(self.start + self.share - GAP, self.start + 0.1)
        (x1, y1), (x2, y2) = on_the_ring(self.start), on_the_ring(end)
        return f"M{x1:.2f} {y1:.2f}A{RADIUS} {RADIUS} 0 {int(end - self.start > 50)} 1 {x2:.2f} {y2:.2f}"


def on_the_ring(share: float) -> tuple[float, float]:
    """Return the point where so many hundredths of the ring are over."""
    angle = tau * share / 100
    return 50 + RADIUS * sin(angle), 50 - RADIUS * cos(angle)


def euros(cents: int, sign: bool = False) -> str:
    """Write an amount: 418255 is €4,182.55."""
    mark = "−" if cents < 0 else "+" if sign else ""
    return f"{mark}€{abs(cents) / 100:,.2f}"


def cents(text: str) -> int | None:
    """Read a positive amount in euros, with a point or a comma before the cents; None for any other spelling."""
    if not EUROS.fullmatch(text.strip()):
        return None
    return int(Decimal(text.strip().replace(",", ".")) * 100) or None


def spending(transactions: list[dict[str, Any]]) -> list[Slice]:
    """Sum what went out by kind, largest first."""
    sums: Counter[str] = Counter()
    for entry in transactions:
        if entry["amount"] < 0:
            sums[str(entry.get("category") or "other")] -= entry["amount"]
    ranked = sums.most_common()
    if len(ranked) > SLICES:
        rest = sum(amount for _, amount in ranked[SLICES - 1 :])
        ranked = [*ranked[: SLICES - 1], ("everything else", rest)]
    slices: list[Slice] = []
    start, whole = 0.0, sum(amount for _, amount in ranked)
    for kind, amount in ranked:
        share = round(100 * amount / whole, 2)
        slices.append(Slice(kind, amount, share, round(start, 2)))
        start += share
    return slices


def day(moment: str) -> str:
    """Write the day of an ISO time: 20 November."""
    try:
        when: date = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    return f"{when.day} {when:%B}"


def register(app: Flask) -> None:
    """Let templates write amounts, days and form tokens."""
    app.add_template_filter(euros)
    app.add_template_filter(day)
    app.add_template_global(generate_csrf, "form_token")
