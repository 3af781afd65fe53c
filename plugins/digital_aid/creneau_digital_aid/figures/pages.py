"""The figures of the vertical, for agents (D-12)."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from creneau import clock
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.refusals import NotFound
from creneau_web.ui import page, permission, visit
from litestar import get
from litestar.params import FromQuery
from litestar.response import Template

from creneau_digital_aid.figures import service
from creneau_digital_aid.figures.schemas import Count, Kind

HREF: Final = "/agents/digital-aid/activite"
USUAL: Final = timedelta(days=90)
AHEAD: Final = timedelta(days=30)
LONGEST: Final = timedelta(days=3 * 366)


@get(HREF, opt=permission("prescription:read"))
async def figures_page(du: FromQuery[str] = "", au: FromQuery[str] = "") -> Template:
    """Count bookings by adviser, motive and prescribing structure, in a period of local days."""
    agent = visit().agent
    if agent is None:
        raise NotFound
    zone = ZoneInfo(current_tenant.get().time_zone)
    today = clock.now().astimezone(zone).date()
    last = _day(au) or today + AHEAD
    first = _day(du) or last - AHEAD - USUAL
    wrong = _wrong(first, last, (du, au))
    if wrong:
        first, last = today - USUAL, today + AHEAD
    found = await service.counts(agent.id, _start(first, zone), _start(last + timedelta(1), zone))
    return page(
        "digital_aid/figures.html",
        status=422 if wrong else 200,
        first=first,
        last=last,
        wrong=wrong,
        typed=(du if wrong else first.isoformat(), au if wrong else last.isoformat()),
        tables=_tables(found),
        total=sum(one.total for one in found if one.kind == "motive"),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _wrong(first: date, last: date, typed: tuple[str, str]) -> dict[str, str]:
    unread = {
        name: _("Écrivez une date, comme 24/11/2026.")
        for name, text in zip(("du", "au"), typed, strict=True)
        if text and _day(text) is None
    }
    if unread:
        return unread
    if first > last:
        return {"du": _("La période commence après sa fin.")}
    if last - first > LONGEST:
        return {"du": _("Choisissez une période de trois ans au plus.")}
    return {}


def _start(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def _tables(found: Sequence[Count]) -> list[tuple[str, str, Sequence[Count]]]:
    titles: dict[Kind, tuple[str, str]] = {
        "adviser": (_("Par conseiller"), _("Conseiller")),
        "motive": (_("Par motif"), _("Motif")),
        "structure": (_("Par structure prescriptrice"), _("Structure")),
    }
    return [
        (title, label, [one for one in found if one.kind == kind])
        for kind, (title, label) in titles.items()
    ]


ROUTES: Final = (figures_page,)
