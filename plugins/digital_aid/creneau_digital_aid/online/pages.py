"""The tab "Réservation en ligne" of the settings (D-01)."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from typing import Final
from uuid import UUID

import msgspec
from creneau import clock
from creneau.i18n import gettext as _
from creneau.i18n import moment
from creneau.refusals import NotFound
from creneau_web.ui import page, permission, visit
from litestar import get
from litestar.response import Template

from creneau_digital_aid.online import service
from creneau_digital_aid.online.schemas import MotiveState

HREF: Final = "/administration/digital-aid/reservation-en-ligne"
RIGHT: Final = "motive:update"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A motive in the summary; `missing` says why it cannot be booked, nothing where it can."""

    state: MotiveState
    missing: Sequence[str]
    note: str

    @property
    def href(self) -> str:
        """The address of the motive's form."""
        return f"/administration/motifs/{self.state.id}"


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The motives of an organisation."""

    organisation_id: UUID
    name: str
    lines: Sequence[Line]


@get(HREF, opt=permission(RIGHT))
async def summary_page() -> Template:
    """Show every motive with whether it is open online, and why not (D-01, D-02, D-03)."""
    found = await service.states(_theirs())
    return page(
        "digital_aid/online.html",
        groups=[
            Group(organisation_id=organisation_id, name=name, lines=[_line(one) for one in group])
            for (organisation_id, name), group in groupby(
                found, key=lambda one: (one.organisation_id, one.organisation_name)
            )
        ],
        known=len(found),
        open_count=sum(one.bookable for one in found),
        waiting_for_openings=[one for one in found if one.marked and not one.carried],
    )


def _theirs() -> Sequence[UUID] | None:
    rights = visit().rights
    if rights is None:
        raise NotFound
    return None if rights.everywhere(RIGHT) else sorted(rights.organisations(RIGHT))


def _line(state: MotiveState) -> Line:
    return Line(state=state, missing=_missing(state), note=note_of(state))


def _missing(state: MotiveState) -> list[str]:
    said: list[str] = []
    if state.audience == "prescribers":
        said.append(
            _(
                "Il n’est ouvert qu’aux logiciels de vos partenaires. Les prescripteurs qui passent"
                " par votre lien ont besoin de « Tout le monde, en ligne »."
            )
        )
    elif not state.marked:
        said.append(
            _("Il n’est pas réservable en ligne : « Qui peut réserver ? » dit autre chose.")
        )
    if not state.carried and state.group:
        said.append(_("Aucune séance à venir."))
    elif not state.carried:
        said.append(_("Aucune plage d’ouverture à venir ne le porte."))
    return said


def note_of(state: MotiveState) -> str:
    """Say when the first slots appear, where they are further away than may be booked by now."""
    if not state.bookable or state.next_at is None or state.next_local is None:
        return ""
    shown_from = state.next_local - timedelta(minutes=state.maximum_notice_minutes)
    if shown_from <= clock.now():
        return ""
    return _(
        "Ses premiers créneaux apparaîtront le %(moment)s : ils sont au-delà du délai maximum.",
        moment=moment(shown_from),
    )


ROUTES: Final = (summary_page,)
