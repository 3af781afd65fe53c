"""The lists of somebody’s openings and absences: the next ones first (C-10, C-12)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.planning import service as planning
from creneau.planning.drafts import Window
from creneau.planning.listed import Away, Opened
from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery
from litestar.response import Template

from creneau_web.access import permission
from creneau_web.admin import listing
from creneau_web.planning import owners
from creneau_web.planning.ahead import hours_of, last_day_of, today
from creneau_web.planning.owners import READ, UPDATE, Owner
from creneau_web.planning.series import in_zone
from creneau_web.planning.subjects import ABSENCES, OPENINGS, Subject
from creneau_web.planning.words import hours_in_words, rule_in_words
from creneau_web.rendering import page

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
async def openings_page(agent: FromQuery[str] = "") -> Template:
    """List the openings of an agent or a room, one's own unless asked otherwise."""
    asked = await _asked(agent)
    rows = [_opening(one) for one in await planning.openings_of([asked.owner.id])]
    columns = [
        listing.Column[Row](name="nom", label=_("Plage d’ouverture"), key=lambda row: row.title),
        listing.Column[Row](name="motifs", label=_("Motifs")),
        listing.Column[Row](name="lieu", label=_("Lieu"), key=lambda row: row.place),
        listing.Column[Row](name="quand", label=_("Quand"), key=lambda row: row.first),
        listing.Column[Row](name="suivante", label=_("Prochaine date"), key=_next),
    ]
    return await _page(OPENINGS, asked, rows, columns)


@get(ABSENCES.home, opt=permission(READ))
async def absences_page(agent: FromQuery[str] = "") -> Template:
    """List the absences of an agent or a room, one's own unless asked otherwise."""
    asked = await _asked(agent)
    own = owners.is_own(asked.owner)
    rows = [_absence(one, own=own) for one in await planning.absences_of([asked.owner.id])]
    columns = [
        listing.Column[Row](name="nom", label=_("Absence"), key=lambda row: row.title),
        listing.Column[Row](name="quand", label=_("Quand"), key=lambda row: row.first),
        listing.Column[Row](name="suivante", label=_("Prochaine date"), key=_next),
    ]
    return await _page(ABSENCES, asked, rows, columns)


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
        over=one.next_at is None and one.first_day < today(),
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
        over=one.next_at is None and one.first_day < today(),
        imported=one.imported,
    )


async def _page(
    subject: Subject, asked: Asked, rows: list[Row], columns: Sequence[listing.Column[Row]]
) -> Template:
    owner = asked.owner
    changeable = owner.id in {one.id for one in await owners.owners(UPDATE)}
    shown = listing.arranged(
        rows,
        columns,
        text_of=lambda row: " ".join([row.title, row.place, row.rule, *row.motives]),
        choices=[_when()],
    )
    context: dict[str, Any] = {
        "listing": shown,
        "owner": owner,
        "own": owners.is_own(owner),
        "owners": [(str(one.id), one.label) for one in asked.known],
        "changeable": changeable,
        "home": subject.home,
        "home_href": owners.href(subject.home, owner),
        "new_href": owners.href(f"{subject.home}/nouvelle", owner),
        "any": bool(rows),
    }
    return page(f"planning/{subject.kind}s.html", **context)


def _when() -> listing.Choice[Row]:
    return listing.Choice(
        name="quand",
        label=_("Quand"),
        options=((COMING, _("En cours et à venir")), (GONE, _("Passées")), (ALL, _("Toutes"))),
        value_of=lambda row: (ALL, GONE if row.over else COMING),
        default=COMING,
    )


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (openings_page, absences_page)
