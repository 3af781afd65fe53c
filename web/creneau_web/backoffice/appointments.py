"""All appointments within reach, as one list: "Tous les RDV" (C-68, and the statuses of C-65)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, get_args
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.appointments import service as appointments
from creneau.appointments.errors import NotActive, SlotTaken
from creneau.appointments.listing import service as listing
from creneau.appointments.listing.schemas import (
    STANDINGS,
    Line,
    Sort,
    Standing,
    Wanted,
    Within,
)
from creneau.appointments.rules import version_of
from creneau.appointments.schemas import Source, State
from creneau.i18n import gettext as _
from creneau.i18n import ngettext, thousands
from creneau.motives import service as motives
from creneau.motives.rules import told_apart
from creneau.organisations import service as organisations
from creneau.people import service as people
from creneau.phones import readable_phone
from creneau.places import service as places
from creneau.plugins import active
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotAllowed, NotFound
from creneau_infra.sheets.cells import Cell
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect, Template

from creneau_web import flashes, lists
from creneau_web.access import permission
from creneau_web.backoffice import agendas, counted, reach
from creneau_web.backoffice.history import state_label
from creneau_web.forms import form
from creneau_web.visit import visit

HOME: Final = "/rendez-vous"
NEWEST_FIRST: Final = "-debut"
SORTS: Final[Mapping[str, Sort]] = {
    "debut": "start",
    "statut": "status",
    "usager": "person",
    "motif": "motive",
    "service": "service",
    "lieu": "place",
    "agents": "agents",
    "pris": "booked",
}
FILLED: Final[tuple[State, ...]] = ("seen", "excused", "no_show")
MOST_AT_ONCE: Final = lists.PAGE_SIZE


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment in the list; the times are local to its place."""

    line: Line
    starts_at: datetime
    ends_at: datetime
    booked_at: datetime
    name: str
    href: str


class Tab(msgspec.Struct, frozen=True, kw_only=True):
    """A status with how many appointments have it."""

    label: str
    count: str
    href: str
    active: bool


@get(HOME, opt=permission(reach.READ))
async def appointments_page() -> Template | Redirect:
    """Show a page of the appointments that are asked for, and how many have each status."""
    asked = await _asked()
    wanted = _wanted(asked, await within())
    counts = await counted.counts(wanted, asked)
    total = _total(wanted, counts)
    lines = await counted.lines(wanted, asked, total)
    fillable = wanted.standing == "to_fill" and reach.may_anywhere(reach.UPDATE)
    return await lists.list_page(
        "backoffice/appointments.html",
        lists.shown([_row(one) for one in lines], total, _columns(), asked),
        tabs=_tabs(asked, counts),
        count_said=_count_said(total),
        filled=[(one, state_label(one)) for one in FILLED] if fillable else [],
        origins=sources(),
        scope=_scope(await houses_of(wanted.within)),
        here=f"{HOME}?{visit().query}",
    )


async def _export() -> lists.Export:
    asked = await _asked()
    wanted = _wanted(asked, await within())
    counts = await counted.counts(wanted, asked)
    columns = _columns()

    return lists.export_of(
        columns,
        name="rendez-vous",
        title=_("Rendez-vous"),
        total=_total(wanted, counts),
        feed=lists.fed_by(listing.each, wanted, _row),
    )


def _total(wanted: Wanted, counts: Mapping[Standing, int]) -> int:
    return counts.get(wanted.standing, 0) if wanted.standing else sum(counts.values())


@post(f"{HOME}/statut", opt=permission(reach.UPDATE))
async def fill_in(request: Request[Any, Any, Any]) -> Redirect:
    """Give several past appointments the same status, each as its own page would (C-65)."""
    typed = await form(request)
    fillable: Mapping[str, State] = {one: one for one in FILLED}
    wanted = fillable.get(typed.text("status"))
    if wanted is None:
        raise InvalidInput({"status": _("Choisissez un statut de la liste.")})
    chosen = typed.texts("booking")[:MOST_AT_ONCE]
    done = sum([await _filled(one, wanted) for one in chosen])
    _say(done, len(chosen), wanted)
    return Redirect(_back(typed.text("back")), status_code=303)


async def within(code: str = reach.READ) -> Within:
    """Tell whose appointments a right opens to the agent who asks (C-04)."""
    everyone_in = reach.everyone_in(code)
    known = {one.organisation_id for one in await places.places(archived=True)}
    if known <= everyone_in:
        return Within(everything=True)
    agents = frozenset(agent.id for agent in await reach.visible_agents(code))
    return Within(agent_ids=agents, organisation_ids=everyone_in)


async def houses_of(reached: Within) -> str:
    """Name the organisations that are reached as a whole, where others are not; else nothing."""
    if reached.everything:
        return ""
    known = await organisations.organisations()
    return ", ".join(one.name for one in known if one.id in reached.organisation_ids)


def _scope(houses: str) -> str:
    said = _("Vous voyez les rendez-vous des lieux et des agents de : %(houses)s.", houses=houses)
    return said if houses else ""


async def _filled(typed: str, status: State) -> bool:
    try:
        booking = await reach.booking_within(UUID(typed), reach.UPDATE)
        if agendas.standing(booking) != "to_fill":
            return False
        judged = version_of(booking)
        await appointments.set_state(booking.id, status, reach.actor(), seen=judged)
    except (ValueError, NotFound, NotAllowed, NotActive, SlotTaken, ChangedMeanwhile):
        return False
    return True


def _say(done: int, chosen: int, status: State) -> None:
    if not chosen:
        flashes.add("warning", _("Cochez d’abord les rendez-vous à renseigner."))
        return
    if done:
        said = ngettext(
            "%(num)s rendez-vous renseigné : « %(status)s ».",
            "%(num)s rendez-vous renseignés : « %(status)s ».",
            done,
            num=done,
            status=state_label(status),
        )
        flashes.add("success", said)
    if done < chosen:
        left = ngettext(
            "%(num)s rendez-vous n’a pas changé : quelqu’un l’a déjà renseigné, ou il n’est pas dans vos agendas.",
            "%(num)s rendez-vous n’ont pas changé : quelqu’un les a déjà renseignés, ou ils ne sont pas dans vos agendas.",
            chosen - done,
            num=chosen - done,
        )
        flashes.add("warning", left)


def _back(typed: str) -> str:
    return typed if typed.startswith(f"{HOME}?") else f"{HOME}?statut=to_fill"


async def _asked() -> lists.Asked:
    return lists.turned_round(
        lists.asked_for(await _filters(), SORTS.keys(), default_sort=NEWEST_FIRST)
    )


async def _filters() -> Sequence[lists.Filter]:
    def choice(name: str, label: str, options: Sequence[tuple[str, str]]) -> lists.Filter:
        return lists.Filter(name=name, label=label, options=options)

    agents = [(str(one.id), one.display_name) for one in await reach.visible_agents()]
    services = [(str(one.id), one.name) for one in await organisations.services()]
    reasons = [(str(one), name) for one, name in told_apart(await motives.listed()).items()]
    sites = [(str(one.id), one.name) for one in await places.places(archived=True)]
    houses = [(str(one.id), one.name) for one in await organisations.organisations()]
    return [
        *lists.period_filters(),
        choice("statut", _("Statut"), list(standings().items())),
        choice("agent", _("Agent"), agents),
        *([choice("organisation", _("Organisation"), houses)] if len(houses) > 1 else []),
        choice("service", _("Service"), services),
        choice("motif", _("Motif"), _by_name(reasons)),
        choice("lieu", _("Lieu"), _by_name(sites)),
        choice("origine", _("Pris par"), list(sources_here().items())),
        await _person_filter(),
    ]


async def _person_filter() -> lists.Filter:
    asked = lists.parameter("personne")
    options: list[tuple[str, str]] = []
    try:
        found = await people.person(UUID(asked))
        options = [(str(found.id), f"{found.first_name} {found.last_name}".strip())]
    except (ValueError, NotFound):
        # Whoever is not known, or no more: the filter says that it was left out.
        options = []
    return lists.Filter(name="personne", label=_("Usager"), kind="fixed", options=options)


def _by_name(options: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    return sorted(options, key=lambda option: lists.folded(option[1]))


def _wanted(asked: lists.Asked, reached: Within) -> Wanted:
    since, to = lists.period_of(asked, agendas.zone())

    def one(name: str) -> UUID | None:
        chosen = asked.value(name)
        return UUID(chosen) if chosen else None

    return Wanted(
        within=reached,
        since=since,
        to=to,
        standing=next((known for known in STANDINGS if known == asked.value("statut")), None),
        agent_id=one("agent"),
        organisation_id=one("organisation"),
        service_id=one("service"),
        motive_id=one("motif"),
        place_id=one("lieu"),
        person_id=one("personne"),
        source=next((known for known in get_args(Source) if known == asked.value("origine")), None),
        sort=SORTS.get(asked.column, "start"),
        descending=asked.descending,
    )


def _row(line: Line) -> Row:
    zone = ZoneInfo(line.time_zone)
    return Row(
        line=line,
        starts_at=line.starts_at.astimezone(zone),
        ends_at=line.ends_at.astimezone(zone),
        booked_at=line.booked_at.astimezone(zone),
        name=f"{line.last_name} {line.first_name}".strip(),
        href=f"/agents/rendez-vous/{line.id}",
    )


def _columns() -> Sequence[lists.Column[Row]]:
    def column(
        name: str, label: str, cell: Callable[[Row], Cell], *, only_exported: bool = False
    ) -> lists.Column[Row]:
        return lists.Column(
            name=name,
            label=label,
            cell=cell,
            sortable=name in SORTS,
            only_exported=only_exported,
        )

    named, origins = standings(), sources()
    return [
        column("debut", _("Date et heure"), lambda row: row.starts_at.replace(tzinfo=None)),
        column("fin", _("Fin"), lambda row: row.ends_at.replace(tzinfo=None), only_exported=True),
        column("usager", _("Usager"), lambda row: row.name),
        column("statut", _("Statut"), lambda row: named[row.line.standing]),
        column("tel", _("Téléphone"), lambda row: _phone(row.line.phone), only_exported=True),
        column("email", _("Adresse e-mail"), lambda row: row.line.email, only_exported=True),
        column("motif", _("Motif"), lambda row: row.line.motive_name),
        column("service", _("Service"), lambda row: row.line.service_name),
        column("lieu", _("Lieu"), lambda row: row.line.place_name),
        column("agents", _("Agents"), lambda row: ", ".join(row.line.agents)),
        column("pris", _("Pris le"), lambda row: row.booked_at.replace(tzinfo=None)),
        column("origine", _("Pris par"), lambda row: origins[row.line.source], only_exported=True),
    ]


def _phone(phone: str) -> str:
    return readable_phone(phone) if phone else ""


def standings() -> Mapping[Standing, str]:
    """Name each status, those first that ask for something."""
    return {
        "to_fill": _("À renseigner"),
        "upcoming": _("À venir"),
        "waiting": _("En salle d’attente"),
        "seen": _("Vu"),
        "excused": _("Absent excusé"),
        "no_show": _("Absent non excusé"),
        "cancelled": _("Annulé par le service"),
        "to_reschedule": _("À replanifier"),
    }


def sources() -> Mapping[Source, str]:
    """Name who booked."""
    return {
        "agent": _("Un agent"),
        "public": _("L’usager"),
        "others": _("Quelqu’un d’autre, pour l’usager"),
        "api": _("Un logiciel relié"),
    }


def sources_here() -> Mapping[Source, str]:
    """Name those who can have booked: somebody else can only where that is asked for."""
    asked = any(group.for_others for group in active().booking_fields())
    return {source: name for source, name in sources().items() if asked or source != "others"}


def _tabs(asked: lists.Asked, counts: Mapping[Standing, int]) -> Sequence[Tab]:
    chosen = {one.name: one.value for one in asked.filters if one.chosen}
    chosen.pop("statut", None)

    def tab(label: str, count: int, status: str) -> Tab:
        query = {**chosen, "statut": status} if status else chosen or {"tout": "oui"}
        return Tab(
            label=label,
            count=thousands(count),
            href=f"{HOME}?{urlencode(query)}",
            active=asked.value("statut") == status,
        )

    named = standings().items()
    return [
        tab(_("Tous"), sum(counts.values()), ""),
        *[tab(label, counts.get(standing, 0), standing) for standing, label in named],
    ]


def _count_said(total: int) -> str:
    return ngettext("%(num)s rendez-vous", "%(num)s rendez-vous", total, num=thousands(total))


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    appointments_page,
    lists.export_route(HOME, reach.READ, _export),
    fill_in,
)
