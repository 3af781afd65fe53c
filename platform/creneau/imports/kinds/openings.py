"""Openings from a file."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any, Final
from uuid import UUID

from creneau_infra.clock import now as clock_now

from creneau.agents import queries as agents
from creneau.context import Actor
from creneau.database import Transaction
from creneau.i18n import gettext as _
from creneau.imports.kinds.base import by_name, parts
from creneau.imports.kinds.persons import day_of
from creneau.imports.reading import folded
from creneau.imports.schemas import Column, Line
from creneau.motives import queries as motives
from creneau.places import queries as places
from creneau.planning import service as planning
from creneau.planning.drafts import OpeningDraft
from creneau.refusals import InvalidInput

COLUMNS: Final = (
    Column(
        name="agent", title="Agent (e-mail)", example="alice@ville.example", required=True,
        also=("agent",),
    ),
    Column(name="place", title="Lieu", example="Mairie annexe", required=True),
    Column(
        name="motives", title="Motifs (séparés par |)", example="Passeport|Carte d’identité",
        required=True, also=("motifs", "motif"),
    ),
    Column(name="first_day", title="Premier jour", example="30/11/2026", required=True),
    Column(name="start_time", title="Début", example="9:00", required=True),
    Column(name="end_time", title="Fin", example="12:00", required=True),
    Column(name="weekdays", title="Jours de la semaine", example="lundi|mardi"),
    Column(name="every", title="Toutes les n semaines", example="1"),
    Column(name="last_day", title="Jusqu’au", example="30/06/2027"),
    Column(name="title", title="Titre", example="Permanence"),
)  # fmt: skip
DAYS: Final[Mapping[str, str]] = {
    "lundi": "MO",
    "mardi": "TU",
    "mercredi": "WE",
    "jeudi": "TH",
    "vendredi": "FR",
    "samedi": "SA",
    "dimanche": "SU",
    "monday": "MO",
    "tuesday": "TU",
    "wednesday": "WE",
    "thursday": "TH",
    "friday": "FR",
    "saturday": "SA",
    "sunday": "SU",
}


class Openings:
    """Each line is an opening of an agent; repeated every week where days are named."""

    columns: Sequence[Column] = COLUMNS
    # All are written while bookings wait: some seconds at most.
    most = 500

    async def known(self, tx: Transaction, actor: Actor) -> "KnownOpenings":
        """Read the agents by address, the places and the motives by name."""
        del actor
        return KnownOpenings(
            agents={one.email: one.id for one in await agents.agents(tx)},
            places=by_name([(one.name, one.id) for one in await places.places(tx, None)]),
            motives=by_name([(one.name, one.id) for one in await motives.motives(tx, None)]),
        )

    async def make(self, tx: Transaction, drafts: Sequence[OpeningDraft], actor: Actor) -> None:
        """Write the openings and their occurrences."""
        await planning.create_openings(tx, drafts, actor, clock_now())


class KnownOpenings:
    """What openings name."""

    def __init__(self, **named: Mapping[str, UUID]) -> None:
        """Keep agents, places and motives by what lines call them."""
        self._named = named

    def draft(self, line: Line) -> OpeningDraft:
        """Give the opening that a line means."""
        wrong: dict[str, str] = {}
        values: dict[str, Any] = {}
        for field, read in self._readers().items():
            try:
                values[field] = read(line)
            except InvalidInput as refused:
                wrong.update(refused.fields)
        if wrong:
            raise InvalidInput(wrong)
        draft = OpeningDraft(**values)
        draft.check()
        return draft

    def _readers(self) -> Mapping[str, Any]:
        return {
            "resource_id": lambda line: self._one("agents", "agent", line.text("agent").lower()),
            "place_id": lambda line: self._one("places", "place", folded(line.text("place"))),
            "motive_ids": lambda line: [
                self._one("motives", "motives", folded(part)) for part in _several(line)
            ],
            "first_day": lambda line: _needed_day(line, "first_day"),
            "start_time": lambda line: _time(line, "start_time"),
            "end_time": lambda line: _time(line, "end_time"),
            "title": lambda line: line.text("title"),
            "recurrence": _recurrence,
        }

    def _one(self, kind: str, column: str, key: str) -> UUID:
        found = self._named[kind].get(key)
        if found is None:
            raise InvalidInput({column: _("Ce nom n’est pas connu ici. Vérifiez-le.")})
        return found


def _several(line: Line) -> list[str]:
    found = parts(line.text("motives"))
    if not found:
        raise InvalidInput({"motives": _("Dites au moins un motif.")})
    return found


def _needed_day(line: Line, column: str) -> date:
    day = day_of(line, column)
    if day is None:
        raise InvalidInput({column: _("Écrivez une date, comme 24/11/2026.")})
    return day


def _time(line: Line, column: str) -> time:
    hour, _colon, minute = (
        line.text(column).lower().replace("h", ":").replace(" ", "").partition(":")
    )
    try:
        return time(int(hour), int(minute or 0))
    except ValueError:
        raise InvalidInput({column: _("Écrivez une heure, comme 9:30.")}) from None


def _recurrence(line: Line) -> str | None:
    named = parts(line.text("weekdays"))
    if not named:
        return None
    days = [DAYS.get(folded(name)) for name in named]
    every = line.text("every") or "1"
    if None in days:
        raise InvalidInput({"weekdays": _("Écrivez des jours, comme lundi|mardi.")})
    if not every.isdigit():
        raise InvalidInput({"every": _("Écrivez un nombre de semaines, comme 2.")})
    until = day_of(line, "last_day")
    ends = f";UNTIL={until:%Y%m%d}" if until else ""
    return f"FREQ=WEEKLY;INTERVAL={int(every)};BYDAY={','.join(map(str, days))}{ends}"
