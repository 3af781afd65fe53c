"""How long the first free time of each motive is away, for the public (C-69)."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from creneau.availability import service as availability
from creneau.availability.schemas import AGENT
from creneau.i18n import gettext as _
from creneau.motives import service as motives
from creneau.motives.rules import told_apart
from creneau.motives.schemas import MotiveListed
from creneau.places import service as places
from creneau.statistics.contributed import StatisticsTable

from creneau_web.backoffice import agendas, reach
from creneau_web.backoffice.setting.choices import may_create


async def first_times() -> StatisticsTable:
    """Tell for each motive that everybody can book how many days its first free time is away."""
    sites = [one.id for one in await places.places()]
    offered = [one for one in await motives.listed() if _is_open(one)]
    names = told_apart(offered)
    found = [(names[one.id], await _days(one, sites)) for one in offered]
    return StatisticsTable(
        code="delais",
        title=_("Jours avant le prochain créneau de chaque motif"),
        heads=(_("Motif"), _("Délai en jours")),
        rows=[(name, [days]) for name, days in sorted(found, key=_longest_first)],
        note=_(
            "Les motifs ouverts à tous, chez le premier agent libre, quelle que soit la personne."
            " Un tiret : rien n’est libre dans le délai du motif."
        ),
    )


class Nothing(msgspec.Struct, frozen=True, kw_only=True):
    """Why no time is free yet, and where whoever may do something about it does."""

    sentence: str
    label: str = ""
    href: str = ""


async def nothing_free() -> Nothing | None:
    """Say what is missing before the public can book: a motive, or its openings; None: neither."""
    offered = [one for one in await motives.listed() if _is_open(one)]
    if not offered:
        return _no_motive()
    if any(one.openings for one in offered):
        return None
    return no_opening(_("Aucune plage d’ouverture à venir ne porte un de ces motifs."))


def _no_motive() -> Nothing:
    said = _("Aucun motif n’est encore ouvert à tous : le public n’a rien à réserver.")
    if not may_create():
        return Nothing(sentence=said)
    return Nothing(sentence=said, label=_("Créer un motif"), href="/administration/motifs/nouveau")


def no_opening(said: str) -> Nothing:
    """Say that openings are missing, and lead whoever may to where they are made."""
    if not reach.may_anywhere(reach.UPDATE):
        return Nothing(sentence=said)
    return Nothing(sentence=said, label=_("Créer une plage d’ouverture"), href="/plages/nouvelle")


def _is_open(motive: MotiveListed) -> bool:
    # Sessions are dated beforehand: for them, the first free time says nothing of a delay.
    return motive.audience == "everyone" and motive.archived_at is None and motive.capacity == 1


async def _days(motive: MotiveListed, sites: Sequence[UUID]) -> int | None:
    # Whoever looks at the figures is nobody in particular: a limit by person would ask who.
    found = await availability.next_available(motive.id, sites, asking=AGENT)
    if not found:
        return None
    first = min(slot.starts_at for slot in found.values())
    return (first.astimezone(agendas.zone()).date() - agendas.today()).days


def _longest_first(row: tuple[str, int | None]) -> tuple[bool, int, str]:
    name, days = row
    return days is not None, -(days or 0), name
