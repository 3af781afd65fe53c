"""What an adviser sees of online booking: their own link, and what is missing for each motive (D-02).

Motives are settings, which administrators change (C-04); openings are the adviser's own.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec
from creneau.i18n import gettext as _
from creneau.refusals import NotFound
from creneau_web.ui import in_reach, page, permission, visit
from litestar import get
from litestar.response import Template

from creneau_digital_aid.online import service
from creneau_digital_aid.online.pages import HREF as SETTINGS
from creneau_digital_aid.online.pages import RIGHT as CHANGING
from creneau_digital_aid.online.pages import note_of
from creneau_digital_aid.online.schemas import MotiveState

HREF: Final = "/agents/digital-aid/reservation-en-ligne"
RIGHT: Final = "appointment:read"


class OwnLine(msgspec.Struct, frozen=True, kw_only=True):
    """A motive as its adviser reads it; `changeable`: they may also change the motive itself."""

    state: MotiveState
    missing: Sequence[str]
    note: str
    changeable: bool

    @property
    def href(self) -> str:
        """The address of the motive's form."""
        return f"/administration/motifs/{self.state.id}"


@get(HREF, opt=permission(RIGHT))
async def own_page() -> Template:
    """Show with what the public finds this adviser, and what is missing where it does not."""
    agent_id, within, services = _adviser()
    found = [
        state
        for state in await service.states(within, agent_id)
        if state.carried or not services or state.service_id in services
    ]
    return page(
        "digital_aid/own_online.html",
        lines=[_line(state) for state in found],
        known=len(found),
        open_count=sum(state.bookable for state in found),
        settings_href=SETTINGS if any(_may_change(state) for state in found) else "",
    )


def _adviser() -> tuple[UUID, Sequence[UUID], frozenset[UUID]]:
    """Name the adviser, the organisations in which they receive, and their services."""
    agent, rights = visit().agent, visit().rights
    if agent is None or rights is None:
        raise NotFound
    return agent.id, sorted(rights.granted.get(RIGHT, {})), rights.service_ids


def _may_change(state: MotiveState) -> bool:
    return in_reach(CHANGING, state.organisation_id)


def _line(state: MotiveState) -> OwnLine:
    return OwnLine(
        state=state,
        missing=_missing(state),
        note=note_of(state),
        changeable=_may_change(state),
    )


def _missing(state: MotiveState) -> list[str]:
    said: list[str] = []
    if not state.marked:
        said.append(_("Il n’est pas ouvert à tous."))
    if not state.carried and state.group:
        said.append(_("Aucune séance à venir avec vous."))
    elif not state.carried:
        said.append(_("Aucune de vos plages d’ouverture à venir ne le porte."))
    return said


ROUTES: Final = (own_page,)
