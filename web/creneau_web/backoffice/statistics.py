"""Statistics: what became of appointments, who booked them, how full the openings are (C-69)."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from babel.dates import format_date
from creneau.appointments.schemas import Source
from creneau.i18n import current_locale, percent, short_day, thousands
from creneau.i18n import gettext as _
from creneau.lists.schemas import EXPORT
from creneau.organisations import service as organisations
from creneau.refusals import NotFound
from creneau.statistics import service as statistics
from creneau.statistics.contributed import StatisticsTable
from creneau.statistics.errors import StillCounting
from creneau.statistics.schemas import Counted, Moment, Question, Statistics, Step
from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Template

from creneau_web import lists
from creneau_web.access import permission
from creneau_web.backoffice import agendas, reach
from creneau_web.backoffice.appointments import HOME as APPOINTMENTS
from creneau_web.backoffice.appointments import houses_of, sources, sources_here, standings, within
from creneau_web.backoffice.delays import first_times, nothing_free
from creneau_web.backoffice.statistics_tables import choices, filters, of_plugins, shown
from creneau_web.planning.words import date_in_words
from creneau_web.rendering import page
from creneau_web.visit import visit

HOME: Final = "/statistiques"
DELAYS: Final = f"{HOME}/prochains-creneaux"
MOST_DAYS: Final = 1100
"""Some three years: what is longer is cut to its end."""

YEAR: Final = 365


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A number with what it counts, and where it leads."""

    label: str
    number: str
    href: str = ""


@get(HOME, opt=permission(reach.READ))
async def statistics_page() -> Template:
    """Show the figures of a period, each with its chart and its table."""
    asked = await _asked()
    question = await _question(asked)
    found = await statistics.statistics(question)
    tables = [*_tables(found, question), *await of_plugins(question, asked)]
    return page(
        "backoffice/statistics.html",
        listing=lists.shown([], 2, (), asked),
        period=_period(question),
        scope=_scope(question, await houses_of(question.within)),
        periods=_periods(question),
        figures=_figures(found, question),
        complete=found.complete,
        nothing=None,
        tables=[shown(one) for one in tables],
        **_frame(HOME),
    )


@get(DELAYS, opt=permission(reach.READ))
async def delays_page() -> Template:
    """Show, for each motive that anybody can book, how long the first free time is away."""
    return page(
        "backoffice/statistics.html",
        listing=None,
        period=_("Ce que le public peut réserver en ce moment"),
        scope="",
        periods=(),
        figures=(),
        complete=True,
        tables=[shown(await first_times())],
        nothing=await nothing_free(),
        **_frame(DELAYS),
    )


async def _export() -> lists.Export:
    return _written(await _table(lists.parameter("table")))


async def _export_delays() -> lists.Export:
    return _written(await first_times())


async def _table(code: str) -> StatisticsTable:
    asked = await _asked()
    question = await _question(asked)
    counted = await statistics.statistics(question)
    if not counted.complete:
        raise StillCounting
    tables = [*_tables(counted, question), *await of_plugins(question, asked)]
    for one in tables:
        if one.code == code:
            return one
    raise NotFound


def _written(table: StatisticsTable) -> lists.Export:
    return lists.Export(
        name="statistiques",
        title=table.title,
        heads=table.heads,
        row_of=lambda row: [row[0], *row[1]],
        total=len(table.rows),
        feed=lists.fed_with(table.rows),
    )


def _frame(here: str) -> dict[str, Any]:
    rights = visit().rights
    return {
        "views": [
            {"label": _("Rendez-vous"), "href": HOME, "active": here == HOME},
            {"label": _("Prochains créneaux"), "href": DELAYS, "active": here == DELAYS},
        ],
        "exportable": rights is not None and rights.can(EXPORT),
        "export_href": f"{here}/export" + (f"?{visit().query}" if visit().query else ""),
    }


async def _asked() -> lists.Asked:
    since, to = _usual()
    period = [
        msgspec.structs.replace(one, default=day.isoformat())
        for one, day in zip(lists.period_filters(), (since, to), strict=True)
    ]
    reached = await within()
    theirs = [
        (str(one.id), one.name)
        for one in await organisations.organisations()
        if reached.everything or one.id in reached.organisation_ids
    ]
    services = [(str(one.id), one.name) for one in await organisations.services()]
    organisation = lists.Filter(name="organisation", label=_("Organisation"), options=theirs)
    service = lists.Filter(name="service", label=_("Service"), options=services)
    some = [organisation] if len(theirs) > 1 else []
    return lists.turned_round(lists.asked_for([*period, *some, service, *filters()], ()))


def _usual() -> tuple[date, date]:
    """Give the period that is shown unless another is asked for: three months and the month to come."""
    today = agendas.today()
    return today - timedelta(days=90), today + timedelta(days=30)


async def _question(asked: lists.Asked) -> Question:
    since, to = (lists.date_of(asked.value(name)) for name in ("du", "au"))
    usual = _usual()
    first, last = since or usual[0], to or usual[1]
    if first > last:
        first, last = last, first
    return Question(
        within=await within(),
        since=max(first, last - timedelta(days=MOST_DAYS)),
        to=last,
        organisation_id=lists.uuid_of(asked.value("organisation")),
        service_id=lists.uuid_of(asked.value("service")),
    )


def _period(question: Question) -> str:
    return _(
        "Du %(first)s au %(last)s",
        first=date_in_words(question.since),
        last=date_in_words(question.to),
    )


def _scope(question: Question, houses: str) -> str:
    """Say whose figures these are, where they are not those of everybody."""
    if question.within.everything:
        return ""
    if not houses:
        return _("Ces chiffres sont ceux des agendas que vous suivez.")
    return _("Ces chiffres sont ceux des lieux de : %(houses)s.", houses=houses)


def _periods(question: Question) -> Sequence[tuple[str, str, bool]]:
    today = agendas.today()
    month = today.replace(day=1)
    known = (
        (_("Ce mois-ci"), month, _last_of(month)),
        (
            _("Le mois dernier"),
            (month - timedelta(days=1)).replace(day=1),
            month - timedelta(days=1),
        ),
        (_("30 derniers jours"), today - timedelta(days=29), today),
        (_("12 derniers mois"), today - timedelta(days=YEAR), today),
        (_("Cette année"), today.replace(month=1, day=1), today.replace(month=12, day=31)),
    )
    return [
        (
            label,
            f"{HOME}?{urlencode({**_kept(), 'du': first.isoformat(), 'au': last.isoformat()})}",
            (first, last) == (question.since, question.to),
        )
        for label, first, last in known
    ]


def _kept() -> dict[str, str]:
    names = ("organisation", "service", *(one.name for one in choices()))
    return {name: lists.parameter(name) for name in names if lists.parameter(name)}


def _last_of(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _figures(found: Statistics, question: Question) -> Sequence[Figure]:
    asked = {"du": question.since.isoformat(), "au": question.to.isoformat()}
    theirs = {"organisation": _house(question), "service": question.service_id}
    asked |= {name: str(one) for name, one in theirs.items() if one}
    rate = found.filling.rate
    return [
        *(
            Figure(
                label=label,
                number=thousands(found.counts.get(standing, 0)),
                href=f"{APPOINTMENTS}?{urlencode({**asked, 'statut': standing})}",
            )
            for standing, label in standings().items()
        ),
        Figure(label=_("Remplissage des plages"), number="–" if rate is None else percent(rate)),
        *([_persons(found)] if question.within.whole else []),
    ]


def _persons(found: Statistics) -> Figure:
    number = sum(one.persons for one in found.moments)
    return Figure(label=_("Fiches créées"), number=thousands(number))


def _house(question: Question) -> UUID | None:
    """Name the one organisation that is counted, if it is one of several."""
    reached = question.within.organisation_ids
    alone = next(iter(reached)) if len(reached) == 1 else None
    return question.organisation_id or alone


def _tables(found: Statistics, question: Question) -> Sequence[StatisticsTable]:
    heads = tuple(standings().values())
    times = [(_named(one.begins, question.step), one) for one in found.moments]
    return [
        StatisticsTable(
            code="periode",
            title=_("Rendez-vous au fil du temps"),
            heads=(_("Période"), *heads),
            rows=_with_any(
                [(name, [one.counts.get(key, 0) for key in standings()]) for name, one in times]
            ),
            chart="columns",
        ),
        _created(times),
        _compared("motifs", _("Par motif"), _("Motif"), found.motives),
        _compared("services", _("Par service"), _("Service"), found.services),
        _compared("lieux", _("Par lieu"), _("Lieu"), found.places),
        _compared(
            "agents",
            _("Par agent"),
            _("Agent"),
            found.agents,
            _("Un rendez-vous tenu à plusieurs compte pour chacun."),
            unnamed=_("Sans agent"),
        ),
        *([_noted(times, question)] if question.within.whole else []),
    ]


def _noted(times: Sequence[tuple[str, Moment]], question: Question) -> StatisticsTable:
    return StatisticsTable(
        code="fiches",
        title=_("Fiches d’usagers créées"),
        heads=(_("Période"), _("Fiches")),
        rows=_with_any([(name, [one.persons]) for name, one in times]),
        chart="columns",
        note=_persons_note(question),
    )


def _with_any(rows: Sequence[tuple[str, list[int]]]) -> Sequence[tuple[str, list[int]]]:
    """Leave a table empty that would say nothing but naught."""
    return rows if any(any(numbers) for _name, numbers in rows) else []


def _persons_note(question: Question) -> str:
    narrowed = question.organisation_id or question.service_id
    if question.within.everything and not narrowed:
        return ""
    return _("Une fiche n’est à aucune organisation ni à aucun service : toutes sont comptées.")


def _created(times: Sequence[tuple[str, Moment]]) -> StatisticsTable:
    here = sources_here()
    # What was booked before a plugin was switched off is counted all the same.
    shown: dict[Source, str] = {
        source: name
        for source, name in sources().items()
        if source in here or any(one.created.get(source) for _name, one in times)
    }
    return StatisticsTable(
        code="crees",
        title=_("Rendez-vous pris, par qui"),
        heads=(_("Période"), *shown.values()),
        rows=_with_any([(name, [one.created.get(key, 0) for key in shown]) for name, one in times]),
        chart="columns",
        note=_("Comptés au jour où ils ont été pris, quoi qu’il en soit advenu."),
    )


def _compared(  # noqa: PLR0913 - a table in words
    code: str,
    title: str,
    head: str,
    counted: Sequence[Counted],
    note: str = "",
    *,
    unnamed: str = "–",
) -> StatisticsTable:
    return StatisticsTable(
        code=code,
        title=title,
        heads=(head, _("Total"), *standings().values()),
        rows=[
            (
                one.name or unnamed,
                [one.total, *(one.counts.get(key, 0) for key in standings())],
            )
            for one in counted
        ],
        note=note,
    )


def _named(day: date, step: Step) -> str:
    if step == "month":
        locale = "fr" if current_locale.get() == "fr" else "en_GB"
        return format_date(day, "MMM y", locale=locale)
    return short_day(day).partition(" ")[2]


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    statistics_page,
    lists.export_route(HOME, reach.READ, _export),
    delays_page,
    lists.export_route(DELAYS, reach.READ, _export_delays),
)
