"""The lists of somebody’s openings and absences: the next ones first (C-10, C-12)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from creneau.context import current_tenant
from creneau.i18n import day
from creneau.i18n import gettext as _
from creneau.planning import service as planning
from creneau.planning.drafts import Window
from creneau.planning.listed import Away, Opened
from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from creneau_web import lists
from creneau_web.access import permission
from creneau_web.planning import owners
from creneau_web.planning.ahead import hours_of, last_day_of, today
from creneau_web.planning.owners import READ, UPDATE, Owner
from creneau_web.planning.series import in_zone
from creneau_web.planning.subjects import ABSENCES, OPENINGS, Subject
from creneau_web.planning.words import hours_in_words, rule_in_words

GONE, COMING, ALL = "passees", "venir", "toutes"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One opening or absence; `first` and `last` are the days of what takes place once."""

    href: str
    title: str
    rule: str
    hours: str
    first: date
    last: date
    next_at: datetime | None
    over: bool
    place: str = ""
    motives: Sequence[str] = ()
    imported: bool = False


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Whose list is shown, of those whose it could be."""

    owner: Owner
    known: Sequence[Owner]


@get(OPENINGS.home, opt=permission(READ))
async def openings_page(agent: FromQuery[str] = "") -> Template | Redirect:
    """List the openings of an agent or a room, one's own unless asked otherwise."""
    asked = await _asked(agent)
    return await _page(OPENINGS, asked, await _openings(asked))


async def _export_openings() -> lists.Export:
    asked = await _asked(lists.parameter("agent"))
    return lists.exported("plages", _("Plages d’ouverture"), await _openings(asked))


async def _openings(asked: Asked) -> lists.Listing[Row]:
    rows = [_opening(one) for one in await planning.openings_of([asked.owner.id])]
    columns = [
        lists.Column[Row](name="nom", label=_("Plage d’ouverture"), key=lambda row: row.title),
        lists.Column[Row](
            name="motifs", label=_("Motifs"), cell=lambda row: ", ".join(row.motives)
        ),
        lists.Column[Row](name="lieu", label=_("Lieu"), key=lambda row: row.place),
        *_dated(),
    ]
    return _arranged(asked, rows, columns)


def _dated() -> list[lists.Column[Row]]:
    """Make the columns that tell when something takes place."""
    return [
        lists.Column[Row](
            name="quand",
            label=_("Quand"),
            key=lambda row: row.first,
            cell=lambda row: f"{row.rule or _days(row)} {row.hours}".strip(),
        ),
        lists.Column[Row](
            name="suivante",
            label=_("Prochaine date"),
            key=_next,
            cell=lambda row: row.next_at.date() if row.next_at else None,
        ),
    ]


@get(ABSENCES.home, opt=permission(READ))
async def absences_page(agent: FromQuery[str] = "") -> Template | Redirect:
    """List the absences of an agent or a room, one's own unless asked otherwise."""
    asked = await _asked(agent)
    return await _page(ABSENCES, asked, await _absences(asked))


async def _export_absences() -> lists.Export:
    asked = await _asked(lists.parameter("agent"))
    return lists.exported("absences", _("Absences"), await _absences(asked))


async def _absences(asked: Asked) -> lists.Listing[Row]:
    own = owners.is_own(asked.owner)
    rows = [_absence(one, own=own) for one in await planning.absences_of([asked.owner.id])]
    columns = [
        lists.Column[Row](name="nom", label=_("Absence"), key=lambda row: row.title),
        *_dated(),
    ]
    return _arranged(asked, rows, columns)


async def _asked(agent: str) -> Asked:
    known = await owners.owners(READ)
    return Asked(owner=await owners.chosen(known, agent), known=known)


def _next(row: Row) -> datetime | None:
    return row.next_at


def _opening(one: Opened) -> Row:
    return Row(
        href=OPENINGS.href(one.id),
        title=one.title or _("Plage d’ouverture"),
        rule=rule_in_words(one.recurrence, one.first_day) if one.recurrence else "",
        hours=hours_in_words(one.start_time, one.end_time),
        first=one.first_day,
        last=one.first_day,
        next_at=one.next_at.astimezone(ZoneInfo(one.time_zone)) if one.next_at else None,
        over=one.next_at is None and one.first_day <= today(),
        place=one.place_name,
        motives=one.motive_names,
    )


def _absence(one: Away, *, own: bool) -> Row:
    window = Window(
        first_day=one.first_day,
        start_time=one.start_time,
        last_day=one.last_day,
        end_time=one.end_time,
    )
    zone = current_tenant.get().time_zone
    local = in_zone(window, one.time_zone, zone) if one.imported else window
    return Row(
        href=ABSENCES.href(one.id),
        # The name of a calendar is its owner's own: it may say what it is for.
        title=(one.title if own or not one.imported else "") or _("Absence"),
        rule=rule_in_words(one.recurrence, one.first_day) if one.recurrence else "",
        hours=hours_of(local),
        first=local.first_day,
        last=last_day_of(local),
        next_at=one.next_at.astimezone(ZoneInfo(zone)) if one.next_at else None,
        over=one.next_at is None and one.first_day <= today(),
        imported=one.imported,
    )


def _arranged(
    asked: Asked, rows: list[Row], columns: Sequence[lists.Column[Row]]
) -> lists.Listing[Row]:
    known = [(str(one.id), one.label) for one in asked.known]
    whose = lists.Filter(
        name="agent",
        label=_("Pour qui"),
        options=known,
        default=next((str(one.id) for one in asked.known if owners.is_own(one)), known[0][0]),
        steers=True,
    )
    return lists.arranged(
        rows,
        columns,
        words_label=_("Mots à chercher"),
        text_of=lambda row: " ".join([row.title, row.place, row.rule, *row.motives]),
        choices=[_when()],
        steering=[whose] if len(known) > 1 else [],
    )


def _days(row: Row) -> str:
    if row.first == row.last:
        return day(row.first)
    return _("du %(first)s au %(last)s", first=day(row.first), last=day(row.last))


async def _page(subject: Subject, asked: Asked, listing: lists.Listing[Row]) -> Template | Redirect:
    owner = asked.owner
    changeable = owner.id in {one.id for one in await owners.owners(UPDATE)}
    context: dict[str, Any] = {
        "owner": owner,
        "own": owners.is_own(owner),
        "changeable": changeable,
        "home_href": owners.href(subject.home, owner),
        "new_href": owners.href(f"{subject.home}/nouvelle", owner),
        "any": bool(listing.known),
    }
    return await lists.list_page(f"planning/{subject.kind}s.html", listing, **context)


def _when() -> lists.Choice[Row]:
    return lists.Choice(
        name="quand",
        label=_("Quand"),
        options=((COMING, _("En cours et à venir")), (GONE, _("Passées")), (ALL, _("Toutes"))),
        value_of=lambda row: (ALL, GONE if row.over else COMING),
        default=COMING,
    )


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    openings_page,
    lists.export_route(OPENINGS.home, READ, _export_openings),
    absences_page,
    lists.export_route(ABSENCES.home, READ, _export_absences),
)
