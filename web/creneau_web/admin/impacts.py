"""What a change touches of what is booked, shown before it is saved with a choice (C-14)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.i18n import gettext as _
from creneau.i18n import ngettext
from creneau.planning.errors import ImpactChanged, TouchesBookings
from creneau.planning.schemas import Decision, Impact, Saved

from creneau_web.forms import Form

CHOICE, SHOWN = "choice", "shown"
CHOICES: Final[Mapping[str, Literal["keep", "to_reschedule"]]] = {
    "keep": "keep",
    "to_reschedule": "to_reschedule",
}
MOST_ROWS: Final = 100


class TouchedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One appointment that the change leaves without its time, in the local time of its place."""

    href: str
    starts_at: datetime
    person: str
    motive: str
    place: str
    told: bool
    phone: str


class ShownImpact(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows; `again`: somebody booked since the list was shown first."""

    rows: Sequence[TouchedRow]
    ids: Sequence[UUID]
    holds: int
    again: bool
    undecided: bool

    @property
    def left_out(self) -> int:
        """How many appointments stand in no row of the list."""
        return len(self.ids) - len(self.rows)


def shown(impact: Impact, typed: Form | None = None, *, again: bool = False) -> ShownImpact:
    """Make an impact fit to be shown; a form that was sent with the list and no choice is told so."""
    rows = [
        TouchedRow(
            href=f"/agents/rendez-vous/{one.booking_id}",
            starts_at=one.starts_at.astimezone(ZoneInfo(one.time_zone)),
            person=f"{one.first_name} {one.last_name}".strip(),
            motive=one.motive_name,
            place=one.place_name,
            told=one.is_told,
            phone=one.phone,
        )
        for one in impact.bookings[:MOST_ROWS]
    ]
    seen = bool(typed and typed.text("impact_shown"))
    return ShownImpact(
        rows=rows,
        ids=[one.booking_id for one in impact.bookings],
        holds=impact.holds,
        again=again,
        undecided=seen and not again and typed is not None and typed.text(CHOICE) not in CHOICES,
    )


def refused(error: TouchesBookings | ImpactChanged, typed: Form) -> ShownImpact:
    """Show why a change was not saved yet."""
    return shown(error.impact, typed, again=isinstance(error, ImpactChanged))


def decision_of(typed: Form) -> Decision:
    """Read the choice of a form; without one, a change that touches anything is refused."""
    choice = CHOICES.get(typed.text(CHOICE))
    return Decision() if choice is None else Decision(choice, _ids(typed.texts(SHOWN)))


def _ids(texts: Sequence[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in texts]
    except ValueError:
        return []


def settled(saved: Saved, decision: Decision) -> str:
    """Say what became of the appointments that were touched; empty when none was."""
    number = len(saved.impact.bookings)
    if not number:
        return ""
    if decision.choice == "keep":
        return ngettext(
            "%(number)s rendez-vous est gardé à son heure.",
            "%(number)s rendez-vous sont gardés à leur heure.",
            number,
        )
    said = ngettext(
        "%(number)s rendez-vous est à replanifier.",
        "%(number)s rendez-vous sont à replanifier.",
        number,
    )
    told = sum(one.is_told for one in saved.impact.bookings)
    return joined(said, _told(told), _untold(number - told))


def _told(number: int) -> str:
    if not number:
        return ""
    return ngettext(
        "Un message part à %(number)s personne.", "Un message part à %(number)s personnes.", number
    )


def _untold(number: int) -> str:
    if not number:
        return ""
    return ngettext(
        "%(number)s personne ne peut recevoir aucun message : prévenez-la.",
        "%(number)s personnes ne peuvent recevoir aucun message : prévenez-les.",
        number,
    )


def joined(*sentences: str) -> str:
    """Put sentences after each other, empty ones left out."""
    return " ".join(sentence for sentence in sentences if sentence)


def undecided_error(impact: ShownImpact | None) -> dict[str, str]:
    """Give the sentence for a list that was sent back without a choice."""
    if impact is None or not impact.undecided:
        return {}
    return {CHOICE: _("Choisissez ce que deviennent ces rendez-vous.")}
