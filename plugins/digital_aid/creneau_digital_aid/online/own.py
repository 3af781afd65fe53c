"""What an adviser sees of online booking: their own link, and what is missing for each motive (D-02).

Motives are settings, which administrators change (C-04); openings are the adviser's own.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from creneau.i18n import gettext as _
from creneau.refusals import NotFound
from creneau_web.ui import in_reach, lists, permission, visit
from litestar import get
from litestar.response import Redirect, Template

from creneau_digital_aid.online import service
from creneau_digital_aid.online.listing import Line, arranged, exported, houses_of
from creneau_digital_aid.online.pages import HREF as SETTINGS
from creneau_digital_aid.online.pages import RIGHT as CHANGING
from creneau_digital_aid.online.schemas import MotiveState

HREF: Final = "/agents/digital-aid/reservation-en-ligne"
RIGHT: Final = "appointment:read"


@get(HREF, opt=permission(RIGHT))
async def own_page() -> Template | Redirect:
    """Show with what the public finds this adviser, and what is missing where it does not."""
    found = await _states()
    return await lists.list_page(
        "digital_aid/own_online.html",
        arranged([_line(state) for state in found]),
        houses=houses_of(found),
        known=len(found),
        open_count=sum(state.bookable for state in found),
        may_create=_may_create(),
        to_ask=[] if found or _may_create() else await service.administrators(_adviser()[1]),
        settings_href=SETTINGS if any(_may_change(state) for state in found) else "",
    )


async def _export() -> lists.Export:
    return exported([_line(state) for state in await _states()])


async def _states() -> Sequence[MotiveState]:
    agent_id, within, services = _adviser()
    return [
        state
        for state in await service.states(within, agent_id)
        if state.carried or not services or state.service_id in services
    ]


def _adviser() -> tuple[UUID, Sequence[UUID], frozenset[UUID]]:
    """Name the adviser, the organisations in which they receive, and their services."""
    agent, rights = visit().agent, visit().rights
    if agent is None or rights is None:
        raise NotFound
    return agent.id, sorted(rights.granted.get(RIGHT, {})), rights.service_ids


def _may_create() -> bool:
    rights = visit().rights
    return rights is not None and bool(
        rights.everywhere(CHANGING) or rights.organisations(CHANGING)
    )


def _may_change(state: MotiveState) -> bool:
    return in_reach(CHANGING, state.organisation_id)


def _line(state: MotiveState) -> Line:
    return Line(state=state, missing=_missing(state), changeable=_may_change(state))


def _missing(state: MotiveState) -> list[str]:
    said: list[str] = []
    if not state.marked:
        said.append(_("Il n’est pas ouvert à tous."))
    if not state.carried and state.group:
        said.append(_("Aucune séance à venir avec vous."))
    elif not state.carried:
        said.append(_("Aucune de vos plages d’ouverture à venir ne le porte."))
    return said


ROUTES: Final = (own_page, lists.export_route(HREF, RIGHT, _export))
