"""What a form would do if it were saved: the next dates, and what they overlap (C-10, C-13)."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import islice
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.planning import service as planning
from creneau.planning.drafts import AbsenceDraft, OpeningDraft, Window
from creneau.planning.listed import ahead
from creneau.planning.schemas import Overlap
from creneau_infra.clock import now

from creneau_web.planning import clocks
from creneau_web.planning.absence_form import A_DAY, MIDNIGHT, whole_days
from creneau_web.planning.owners import Owner, href
from creneau_web.planning.subjects import OPENINGS
from creneau_web.planning.words import hours_in_words, rule_in_words, time_in_words

MOST: Final = 6


class Clash(msgspec.Struct, frozen=True, kw_only=True):
    """Another opening at the same time; `first` is local."""

    href: str
    title: str
    first: datetime
    times: int


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """The rule in words and the next dates, first and last day; `more`: others follow them.

    `clocks` says on which days hours count otherwise, since clocks go forward or back.
    """

    rule: str
    hours: str
    days: Sequence[tuple[date, date]]
    more: bool
    clashes: Sequence[Clash] = ()
    clocks: Sequence[str] = ()


def today() -> date:
    """Give the day that it is for the tenant."""
    return now().astimezone(ZoneInfo(current_tenant.get().time_zone)).date()


def of_opening(draft: OpeningDraft, clashes: Sequence[Clash], zone: str) -> Preview:
    """Say when an opening takes place, by the clocks of its place."""
    hours = hours_in_words(draft.start_time, draft.end_time)
    return _preview(draft, hours, clashes, zone)


def of_absence(draft: AbsenceDraft) -> Preview:
    """Say when an absence takes place."""
    return _preview(draft, hours_of(draft.window), (), draft.time_zone)


def _preview(
    draft: OpeningDraft | AbsenceDraft, hours: str, clashes: Sequence[Clash], zone: str
) -> Preview:
    found = list(islice(ahead(draft, today()), MOST + 1))
    return Preview(
        rule=rule_in_words(draft.recurrence, draft.first_day) if draft.recurrence else "",
        hours=hours,
        days=[(one.first_day, last_day_of(one)) for one in found[:MOST]],
        more=len(found) > MOST,
        clashes=clashes,
        clocks=clocks.notices(ahead(draft, today()), today(), zone),
    )


def hours_of(window: Window) -> str:
    """Write the hours of one date; whole days have none."""
    if whole_days(window.start_time, window.end_time):
        return ""
    start, end = time_in_words(window.start_time), time_in_words(window.end_time)
    if _ends_at_midnight(window):
        return _("à partir de %(start)s", start=start)
    if window.last_day > window.first_day:
        return _("de %(start)s le premier jour à %(end)s le dernier", start=start, end=end)
    return hours_in_words(window.start_time, window.end_time)


def last_day_of(window: Window) -> date:
    """Give the last day of which something takes a part."""
    return window.last_day - A_DAY if _ends_at_midnight(window) else window.last_day


def _ends_at_midnight(window: Window) -> bool:
    return window.end_time == MIDNIGHT and window.last_day > window.first_day


async def clashes_of(draft: OpeningDraft, owner: Owner, besides: UUID | None = None) -> list[Clash]:
    """Find the other openings of an owner at the same time (C-13); `besides` is the one replaced."""
    found = await planning.overlaps_of(draft, besides)
    zone = ZoneInfo(current_tenant.get().time_zone)
    return [_clash(one, owner, zone) for one in found]


def _clash(one: Overlap, owner: Owner, zone: ZoneInfo) -> Clash:
    return Clash(
        href=href(OPENINGS.href(one.opening_id), owner),
        title=one.title or _("Plage d’ouverture"),
        first=one.starts_at.astimezone(zone),
        times=one.times,
    )
