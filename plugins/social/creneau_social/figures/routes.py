"""The list of follow-ups without contact, which the statistics lead to (S-10)."""

from collections.abc import Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from creneau.agents.schemas import Agent
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.i18n import ngettext
from creneau.refusals import NotFound
from creneau_web.ui import lists, permission, visit
from litestar import get
from litestar.response import Redirect, Template
from msgspec.structs import replace

from creneau_social.figures import rules, service
from creneau_social.figures.contributions import LIST
from creneau_social.figures.schemas import Order, Silent, SilentSort, SilentWanted

READ: Final = "person:read"
MONTHS, REFERENT = "mois", "referent"
SORTS: Final[Mapping[str, SilentSort]] = {
    "usager": "name",
    "referent": "referent",
    "contact": "contact",
    "suivi": "since",
    "prochain": "next",
}


@get(LIST, opt=permission(READ))
async def silent_page() -> Template | Redirect:
    """List the follow-ups without contact for so many months, within the agent's reach."""
    asked = await _asked()
    wanted = _wanted(asked)
    total = await service.count_silent(wanted)
    rows = await service.silent(wanted, lists.PAGE_SIZE, asked.skipped(total))
    return await lists.list_page(
        "social/silent.html",
        # With nobody in it, another number of months may still find somebody.
        lists.shown([_local(one) for one in rows], total, _columns(), asked, known=total + 2),
        months=wanted.months,
    )


async def _export() -> lists.Export:
    wanted, columns = _wanted(await _asked()), _columns()
    return lists.export_of(
        columns,
        name="suivis-sans-contact",
        title=_("Suivis sans contact"),
        total=await service.count_silent(wanted),
        feed=lists.fed_by(service.each_silent, wanted, _local),
    )


async def _asked() -> lists.Asked:
    offered = await service.referents(_agent().id)
    months = [(str(one), _months(one)) for one in sorted(rules.CHOICES)]
    filters = [
        lists.Filter(
            name=MONTHS,
            label=_("Sans contact depuis"),
            options=months,
            default=str(rules.CHOICES[0]),
        ),
        lists.Filter(
            name=REFERENT,
            label=_("Référent"),
            options=[(str(one), name) for one, name in offered],
        ),
    ]
    return lists.asked_for(filters, SORTS, default_sort="contact")


def _wanted(asked: lists.Asked) -> SilentWanted:
    rights = visit().rights
    if rights is None:
        raise NotFound
    return SilentWanted(
        agent_id=_agent().id,
        known_in=None if rights.everywhere(READ) else list(rights.organisations(READ)),
        months=rules.months_of(asked.value(MONTHS)),
        referent_id=lists.uuid_of(asked.value(REFERENT)),
        order=Order(by=SORTS[asked.column], descending=asked.descending),
    )


def _agent() -> Agent:
    agent = visit().agent
    if agent is None:
        raise NotFound
    return agent


def _months(number: int) -> str:
    return ngettext("un mois", "%(num)s mois", number, num=number)


def _columns() -> Sequence[lists.Column[Silent]]:
    return [
        lists.Column(name="usager", label=_("Usager"), cell=lambda one: one.name, sortable=True),
        lists.Column(
            name="referent", label=_("Référent"), cell=lambda one: one.referent, sortable=True
        ),
        lists.Column(
            name="contact",
            label=_("Dernier contact"),
            cell=lambda one: one.last_at and one.last_at.date(),
            sortable=True,
        ),
        lists.Column(
            name="suivi",
            label=_("Suivi depuis"),
            cell=lambda one: one.since.date(),
            sortable=True,
        ),
        lists.Column(
            name="prochain",
            label=_("Prochain RDV"),
            cell=lambda one: one.next_at and one.next_at.replace(tzinfo=None),
            sortable=True,
        ),
    ]


def _local(one: Silent) -> Silent:
    zone = ZoneInfo(current_tenant.get().time_zone)
    return replace(
        one,
        since=one.since.astimezone(zone),
        last_at=one.last_at and one.last_at.astimezone(zone),
        next_at=one.next_at and one.next_at.astimezone(zone),
    )


ROUTES: Final = (silent_page, lists.export_route(LIST, READ, _export))
