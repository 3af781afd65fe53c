"""The tab "Réservation en ligne" of the settings (D-01)."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from creneau.i18n import gettext as _
from creneau.refusals import NotFound
from creneau_web.ui import lists, permission, visit
from litestar import get
from litestar.response import Redirect, Template

from creneau_digital_aid.online import service
from creneau_digital_aid.online.listing import Line, arranged, exported, houses_of
from creneau_digital_aid.online.schemas import MotiveState

HREF: Final = "/administration/digital-aid/reservation-en-ligne"
RIGHT: Final = "motive:update"


@get(HREF, opt=permission(RIGHT))
async def summary_page() -> Template | Redirect:
    """Show every motive with whether it is open online, and why not (D-01, D-02, D-03)."""
    found = await service.states(_theirs())
    return await lists.list_page(
        "digital_aid/online.html",
        arranged([_line(one) for one in found]),
        houses=houses_of(found),
        known=len(found),
        open_count=sum(one.bookable for one in found),
        waiting_for_openings=[one for one in found if one.marked and not one.carried],
    )


async def _export() -> lists.Export:
    return exported([_line(one) for one in await service.states(_theirs())])


def _theirs() -> Sequence[UUID] | None:
    rights = visit().rights
    if rights is None:
        raise NotFound
    return None if rights.everywhere(RIGHT) else sorted(rights.organisations(RIGHT))


def _line(state: MotiveState) -> Line:
    return Line(state=state, missing=_missing(state))


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


ROUTES: Final = (summary_page, lists.export_route(HREF, RIGHT, _export))
