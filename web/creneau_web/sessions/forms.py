"""The form of a group session: what it offers to choose from, and how it is read (S-13)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.appointments.schemas import SessionDraft
from creneau.i18n import gettext as _
from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau.places import service as places
from creneau.places.schemas import Place
from litestar.response import Template

from creneau_web.backoffice import reach
from creneau_web.backoffice.setting.choices import may_create
from creneau_web.forms import Form
from creneau_web.planning import clocks
from creneau_web.planning.typed import Typed
from creneau_web.rendering import page
from creneau_web.sessions.within import HOME
from creneau_web.visit import visit

FIELDS: Final = ("motive", "place", "day", "start", "minutes", "title", "capacity")
MOST_MINUTES: Final = 24 * 60
MOST_SEATS: Final = 10_000
Values = Mapping[str, Any]


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """What can be chosen for a session within reach."""

    motives: Sequence[Motive]
    places: Sequence[Place]
    agents: Sequence[tuple[str, str]]

    def context(self) -> dict[str, Any]:
        """Give the choices as fields take them."""
        return {
            "motives": [(str(one.id), one.name, _seats(one)) for one in self.motives],
            "places": [(str(one.id), one.name) for one in self.places],
            "agents": self.agents,
        }


def _seats(motive: Motive) -> str:
    if motive.capacity is None:
        return _("%(minutes)s min, sans limite de places", minutes=motive.duration_minutes)
    return _(
        "%(minutes)s min, %(seats)s places", minutes=motive.duration_minutes, seats=motive.capacity
    )


async def choices() -> Choices:
    """Give the group motives and places of the agent's organisations, and whose time is in reach."""
    held = visit().rights
    within = set(held.granted.get(reach.UPDATE, {})) if held else set[UUID]()
    return Choices(
        motives=[
            one
            for one in await motives.motives()
            if one.capacity != 1 and one.organisation_id in within
        ],
        places=[one for one in await places.places() if one.organisation_id in within],
        agents=[
            (str(one.id), one.display_name) for one in await reach.visible_agents(reach.UPDATE)
        ],
    )


def beginning(found: Choices, motive_id: str = "") -> dict[str, Any]:
    """Give what the form of a new session begins with."""
    values: dict[str, Any] = dict.fromkeys(FIELDS, "")
    one = found.motives[0] if len(found.motives) == 1 else None
    known = motive_id in {str(motive.id) for motive in found.motives}
    values["motive"] = motive_id if known else str(one.id) if one else ""
    values["place"] = str(found.places[0].id) if len(found.places) == 1 else ""
    own = str(reach.signed_in_agent().id)
    values["agents"] = [own] if own in {value for value, _label in found.agents} else []
    return values


def typed_values(form: Form) -> dict[str, Any]:
    """Keep what was typed."""
    return {**{name: form.text(name) for name in FIELDS}, "agents": form.texts("agents")}


def read(form: Form, found: Choices) -> SessionDraft:
    """Read a new session.

    Raises:
        InvalidInput: With a sentence for each field that cannot be used.
    """
    typed = Typed(form)
    motive = next((one for one in found.motives if str(one.id) == form.text("motive")), None)
    place = next((one for one in found.places if str(one.id) == form.text("place")), None)
    if motive is None:
        typed.refuse("motive", _("Choisissez un motif de la liste."))
    if place is None or (motive and place.organisation_id != motive.organisation_id):
        typed.refuse("place", _("Choisissez un lieu de l’organisation du motif."))
    known = {value for value, _label in found.agents}
    agents = [UUID(one) for one in form.texts("agents") if one in known]
    if not agents:
        typed.refuse("agents", _("Choisissez au moins une personne qui anime la séance."))
    day = typed.day("day", _("Choisissez le jour de la séance."))
    start = typed.time("start", _("Indiquez l’heure du début."))
    minutes = _minutes(typed, motive)
    capacity = _capacity(typed, motive)
    if place is not None:
        clocks.refuse_missing(typed, "start", day, start, place.time_zone)
    typed.check.refuse_if_wrong()
    if motive is None or place is None or day is None or start is None:
        raise AssertionError("refused above")
    starts_at = _local(day, start, place)
    return SessionDraft(
        motive_id=motive.id,
        place_id=place.id,
        resource_ids=agents,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        title=form.text("title"),
        capacity=capacity,
    )


def _local(day: date, start: time, place: Place) -> datetime:
    return datetime.combine(day, start, ZoneInfo(place.time_zone)).astimezone(ZoneInfo("UTC"))


def _minutes(typed: Typed, motive: Motive | None) -> int:
    if not typed.form.text("minutes"):
        return motive.duration_minutes if motive else 0
    sentence = _("Indiquez une durée entre 1 minute et 24 heures.")
    return typed.number("minutes", 1, MOST_MINUTES, sentence) or 0


def _capacity(typed: Typed, motive: Motive | None) -> int | None:
    if not typed.form.text("capacity"):
        return motive.capacity if motive else None
    return seats(typed)


def seats(typed: Typed) -> int | None:
    """Read a number of seats; empty: unlimited."""
    if not typed.form.text("capacity"):
        return None
    sentence = _("Écrivez un nombre de places de 1 à 10 000.")
    return typed.number("capacity", 1, MOST_SEATS, sentence)


async def form_page(
    found: Choices, values: Values, *, errors: Mapping[str, str] | None = None, status: int = 200
) -> Template:
    """Show the form of a new session."""
    return page(
        "sessions/new.html",
        may_create=may_create(),
        status=status,
        home=HOME,
        values=values,
        errors=errors or {},
        **found.context(),
    )
