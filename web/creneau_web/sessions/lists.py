"""The list of group sessions: those to come, and those that took place (S-13, C-68)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Literal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec
from creneau.appointments.sessions import service as sessions
from creneau.appointments.sessions.schemas import Session, Sort, Wanted
from creneau.i18n import gettext as _
from creneau.i18n import ngettext, thousands
from creneau.motives import service as motives
from creneau.motives.rules import told_apart
from creneau.places import service as places
from creneau_infra.sheets.cells import Cell
from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect, Template

from creneau_web import lists
from creneau_web.access import permission
from creneau_web.backoffice import agendas, reach
from creneau_web.backoffice.appointments import within
from creneau_web.sessions.within import HOME

PERIOD: Final = "periode"
COMING, PAST, ALL = "venir", "passees", "toutes"
OVER: Final[dict[str, bool]] = {COMING: False, PAST: True}
SORTS: Final[dict[str, Sort]] = {"debut": "start", "seance": "name", "lieu": "place"}
STANDINGS: Final[tuple[Literal["open", "full", "cancelled"], ...]] = ("open", "full", "cancelled")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A session in the list, in its place's time zone."""

    href: str
    starts_at: datetime
    ends_at: datetime
    session: Session


class Tab(msgspec.Struct, frozen=True, kw_only=True):
    """Sessions to come, those that took place, or both."""

    label: str
    href: str
    active: bool


@get(HOME, opt=permission(reach.READ))
async def list_page() -> Template | Redirect:
    """List the sessions of the agendas within reach, the next ones first."""
    asked = await _asked()
    wanted = await _wanted(asked)
    total = await sessions.counted(wanted)
    found = await sessions.listed(wanted, total, asked.page, lists.PAGE_SIZE)
    return await lists.list_page(
        "sessions/list.html",
        lists.shown([row(one) for one in found], total, _columns(), asked),
        count_said=_count_said(total),
        periods=_periods(asked),
        past=wanted.over is True,
        narrowed=any(one.chosen for one in asked.filters if one.name != PERIOD),
        home=HOME,
        may_create=await may_create(),
    )


async def _export() -> lists.Export:
    wanted = await _wanted(await _asked())
    columns = _columns()

    return lists.export_of(
        columns,
        name="rendez-vous-collectifs",
        title=_("Séances"),
        total=await sessions.counted(wanted),
        feed=lists.fed_by(sessions.each, wanted, row),
    )


async def may_create() -> bool:
    """Tell whether somebody's time is within reach to be taken."""
    return bool(await reach.visible_agents(reach.UPDATE))


def row(found: Session) -> Row:
    """Show a session in its place's time zone."""
    zone = ZoneInfo(found.time_zone)
    return Row(
        href=f"{HOME}/{found.id}",
        starts_at=found.starts_at.astimezone(zone),
        ends_at=found.ends_at.astimezone(zone),
        session=found,
    )


async def _asked() -> lists.Asked:
    # Of those to come the next one is looked for, of those that took place the last one.
    late = lists.parameter(PERIOD) in {PAST, ALL}
    order = "-debut" if late else "debut"
    return lists.turned_round(lists.asked_for(await _filters(), SORTS.keys(), default_sort=order))


async def _filters() -> Sequence[lists.Filter]:
    def choice(name: str, label: str, options: Sequence[tuple[str, str]]) -> lists.Filter:
        return lists.Filter(name=name, label=label, options=options)

    group = [one for one in await motives.listed() if one.capacity != 1]
    reasons = [(str(one), name) for one, name in told_apart(group).items()]
    sites = [(str(one.id), one.name) for one in await places.places(archived=True)]
    agents = [(str(one.id), one.display_name) for one in await reach.visible_agents()]
    return [
        lists.Filter(
            name=PERIOD, label=_("Période"), options=list(_named().items()), default=COMING
        ),
        *lists.period_filters(),
        choice("places", _("Places"), list(_standings().items())),
        choice("motif", _("Motif"), reasons),
        choice("lieu", _("Lieu"), sites),
        choice("agent", _("Agent"), agents),
    ]


async def _wanted(asked: lists.Asked) -> Wanted:
    since, to = lists.period_of(asked, agendas.zone())
    return Wanted(
        within=await within(),
        since=since,
        before=to,
        over=OVER.get(asked.value(PERIOD)),
        standing=next((one for one in STANDINGS if one == asked.value("places")), None),
        motive_id=lists.uuid_of(asked.value("motif")),
        place_id=lists.uuid_of(asked.value("lieu")),
        agent_id=lists.uuid_of(asked.value("agent")),
        sort=SORTS.get(asked.column, "start"),
        descending=asked.descending,
    )


def _columns() -> Sequence[lists.Column[Row]]:
    def column(
        name: str, label: str, cell: Callable[[Row], Cell], *, only_exported: bool = False
    ) -> lists.Column[Row]:
        return lists.Column(
            name=name,
            label=label,
            cell=cell,
            number=name == "inscrits",
            sortable=name in SORTS,
            only_exported=only_exported,
        )

    named = _standings()
    return [
        column("debut", _("Date et heure"), lambda one: one.starts_at.replace(tzinfo=None)),
        column("fin", _("Fin"), lambda one: one.ends_at.replace(tzinfo=None), only_exported=True),
        column("seance", _("Séance"), lambda one: one.session.title or one.session.motive_name),
        column("motif", _("Motif"), lambda one: one.session.motive_name, only_exported=True),
        column("lieu", _("Lieu"), lambda one: one.session.place_name),
        column("avec", _("Avec"), lambda one: ", ".join(one.session.resource_labels)),
        column("inscrits", _("Inscrits"), lambda one: one.session.taken),
        column(
            "limite", _("Nombre de places"), lambda one: one.session.capacity, only_exported=True
        ),
        column("places", _("Places"), lambda one: named[_standing(one.session)]),
    ]


def _standing(found: Session) -> str:
    if found.state == "cancelled":
        return "cancelled"
    return "full" if found.left == 0 else "open"


def _standings() -> dict[str, str]:
    return {
        "open": _("Avec des places libres"),
        "full": _("Complètes"),
        "cancelled": _("Annulées"),
    }


def _named() -> dict[str, str]:
    return {COMING: _("À venir"), PAST: _("Passées"), ALL: _("Toutes")}


def _periods(asked: lists.Asked) -> Sequence[Tab]:
    chosen = {one.name: one.value for one in asked.filters if one.chosen and one.name != PERIOD}

    def tab(period: str, label: str) -> Tab:
        query = {**chosen, PERIOD: period}
        return Tab(
            label=label,
            href=f"{HOME}?{urlencode(query)}",
            active=asked.value(PERIOD) == period,
        )

    return [tab(period, label) for period, label in _named().items()]


def _count_said(total: int) -> str:
    return ngettext("%(num)s séance", "%(num)s séances", total, num=thousands(total))


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    list_page,
    lists.export_route(HOME, reach.READ, _export),
)
