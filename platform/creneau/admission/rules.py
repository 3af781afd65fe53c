"""Whose turn it is: pure reckoning."""

import math
from datetime import datetime

from creneau.admission.schemas import Line, Standing, Ticket


def let_in(line: Line, now: datetime) -> int:
    """Give the highest number that has been let in by `now` (UTC); 0 before the line opens."""
    begins = max(line.anchor_at, line.opens_at)
    if now < begins:
        return line.anchor_number
    passed = (now - begins).total_seconds()
    return line.anchor_number + math.floor(passed * line.per_second) + 1


def standing(line: Line, ticket: Ticket, now: datetime) -> Standing:
    """Say where somebody stands at `now` (UTC)."""
    inside = let_in(line, now)
    begins = max(line.anchor_at, line.opens_at)
    turn = (ticket.number - line.anchor_number - 1) / line.per_second
    return Standing(
        line_id=line.id,
        number=ticket.number,
        admitted=ticket.number <= inside,
        ahead=max(0, ticket.number - inside - 1),
        seconds=max(0.0, turn - (now - begins).total_seconds()),
        opens_at=line.opens_at,
    )


def version_of(line: Line | None) -> str:
    """Name the state of a line that a page shows; empty where there is none."""
    if line is None:
        return ""
    return f"{line.id.hex[-12:]}-{line.opens_at.timestamp():.0f}-{line.per_second:.6f}"
