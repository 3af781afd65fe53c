"""The list of what prescribers booked, in the back office (D-07)."""

from collections.abc import Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.refusals import NotFound
from creneau_web.ui import lists, permission, standings, visit
from litestar import get
from litestar.response import Redirect, Template

from creneau_digital_aid import service
from creneau_digital_aid.schemas import PrescribedBooking, PrescribedSort, PrescribedWanted

HREF: Final = "/agents/digital-aid/prescripteurs"
RIGHT: Final = service.READ
SORTS: Final[Mapping[str, PrescribedSort]] = {
    "debut": "starts_at",
    "usager": "learner",
    "motif": "motive",
    "prescripteur": "prescriber",
}


@get(HREF, opt=permission(RIGHT))
async def prescribers_page() -> Template | Redirect:
    """List the prescribed bookings on the agendas within the agent's reach (C-04)."""
    asked = _asked()
    wanted = _wanted(asked)
    total = await service.count_prescribed(wanted)
    rows = await service.prescribed(wanted, lists.PAGE_SIZE, asked.skipped(total))
    listing = lists.shown(rows, total, _columns(), asked)
    return await lists.list_page("digital_aid/prescribers.html", listing)


async def _export() -> lists.Export:
    wanted, columns = _wanted(_asked()), _columns()
    return lists.export_of(
        columns,
        name="prescripteurs",
        title=_("Rendez-vous pris par des prescripteurs"),
        total=await service.count_prescribed(wanted),
        feed=lists.fed_by(service.each_prescribed, wanted, lambda one: one),
    )


def _asked() -> lists.Asked:
    filters = [
        lists.words_filter(_("Prescripteur ou structure")),
        lists.Filter(name="statut", label=_("Statut"), options=tuple(standings().items())),
        *lists.period_filters(),
    ]
    return lists.turned_round(lists.asked_for(filters, SORTS, default_sort="-debut"))


def _wanted(asked: lists.Asked) -> PrescribedWanted:
    agent = visit().agent
    if agent is None:
        raise NotFound
    since, to = lists.period_of(asked, ZoneInfo(current_tenant.get().time_zone))
    return PrescribedWanted(
        agent_id=agent.id,
        since=since,
        to=to,
        words=asked.words,
        standing=asked.value("statut"),
        sort=SORTS[asked.column],
        descending=asked.descending,
    )


def _columns() -> Sequence[lists.Column[PrescribedBooking]]:
    named: Mapping[str, str] = {**standings()}
    return [
        lists.Column(
            name="debut",
            label=_("Date et heure"),
            cell=lambda one: one.local_start.replace(tzinfo=None),
            sortable=True,
        ),
        lists.Column(name="usager", label=_("Usager"), cell=lambda one: one.learner, sortable=True),
        lists.Column(
            name="motif", label=_("Motif"), cell=lambda one: one.motive_name, sortable=True
        ),
        lists.Column(
            name="lieu", label=_("Lieu"), cell=lambda one: one.place_name, only_exported=True
        ),
        lists.Column(
            name="prescripteur", label=_("Prescripteur"), cell=lambda one: one.name, sortable=True
        ),
        lists.Column(
            name="structure",
            label=_("Structure"),
            cell=lambda one: one.structure,
            only_exported=True,
        ),
        lists.Column(name="contact", label=_("Contact")),
        lists.Column(
            name="email",
            label=_("Adresse e-mail"),
            cell=lambda one: one.email,
            only_exported=True,
        ),
        lists.Column(
            name="tel",
            label=_("Téléphone"),
            cell=lambda one: one.readable_phone,
            only_exported=True,
        ),
        lists.Column(
            name="statut",
            label=_("Statut"),
            cell=lambda one: named.get(one.standing, one.standing),
        ),
    ]


ROUTES = (prescribers_page, lists.export_route(HREF, RIGHT, _export))
