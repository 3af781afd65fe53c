"""A line in front of a motive that many want at the moment when it opens, set by who administers it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, cast
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.admission import service as admission
from creneau.admission.rules import version_of
from creneau.admission.schemas import Line
from creneau.i18n import gettext as _
from creneau.i18n import thousands
from creneau.motives import service as motives
from creneau.motives.schemas import Motive
from creneau.organisations import service as organisations
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.admin import reach, saving
from creneau_web.admin.line_words import A_MINUTE, each_minute, in_words
from creneau_web.admin.motive_form import LIST, UPDATE
from creneau_web.admin.waiting_words import has_line
from creneau_web.backoffice.agenda.times import read_date, read_time
from creneau_web.forms import Form, form
from creneau_web.rendering import page

ONE: Final = f"{LIST}/{{motive_id:uuid}}/file"
USUAL: Final = 60
"""People a minute, proposed to whoever puts up a line."""
MOST: Final = 60_000
AnyRequest = Request[Any, Any, Any]


class Wanted(msgspec.Struct, frozen=True):
    """When a line opens (UTC), and how many come in each minute."""

    opens_at: datetime
    each_minute: int


@get(ONE, opt=permission(UPDATE))
async def line_page(motive_id: FromPath[UUID]) -> Template:
    """Show whether a line stands in front of a motive, when it opens, and how fast it goes."""
    motive, zone = await _motive(motive_id)
    return await _form(motive, zone, _values_of(await admission.line_now(motive.id), zone))


@post(ONE, opt=permission(UPDATE))
async def save(request: AnyRequest, motive_id: FromPath[UUID]) -> Template | Redirect:
    """Put up a line, change it or take it away; whoever saves second is shown what stands."""
    (motive, zone), typed = await _motive(motive_id), await form(request)
    try:
        said = await _save(motive, zone, typed)
    except InvalidInput as wrong:
        back = saving.SentBack(errors=wrong.fields, opened=typed.text("version"))
        return await _form(motive, zone, typed.values(), back)
    except ChangedMeanwhile as conflict:
        saved = cast("Line | None", conflict.saved)
        others = [saving.Difference(label=_("File d’attente"), saved=in_words(saved, zone))]
        return await _form(motive, zone, typed.values(), saving.SentBack(conflict=others))
    flashes.add("success", said)
    return Redirect(f"{LIST}/{motive.id}#line", status_code=303)


async def _save(motive: Motive, zone: ZoneInfo, typed: Form) -> str:
    seen = typed.text("version")
    if not typed.text("up"):
        if seen:
            await admission.switch_off(motive.id, reach.actor(), seen=seen)
            return _("La file d’attente est retirée : chacun réserve sans attendre.")
        return _("Rien n’a changé.")
    wanted = _read(typed, zone)
    pace = wanted.each_minute / A_MINUTE
    await admission.switch_on(motive.id, wanted.opens_at, pace, reach.actor(), seen=seen)
    return _("La file d’attente est en place.")


async def _motive(motive_id: UUID) -> tuple[Motive, ZoneInfo]:
    """Find a motive that may be changed, with its local time; nobody queues for what agents book.

    Raises:
        NotFound: There is none such here, or the public does not book it.
    """
    found = await motives.motive(motive_id)
    await reach.require_in(UPDATE, found.organisation_id)
    if not has_line(found):
        raise NotFound
    organisation = await organisations.organisation(found.organisation_id)
    return found, ZoneInfo(organisation.time_zone)


def _values_of(line: Line | None, zone: ZoneInfo) -> dict[str, str]:
    if line is None:
        return {"each_minute": str(USUAL)}
    opens = line.opens_at.astimezone(zone)
    return {
        "up": "yes",
        "day": f"{opens:%Y-%m-%d}",
        "time": f"{opens:%H:%M}",
        "each_minute": str(each_minute(line)),
    }


def _read(typed: Form, zone: ZoneInfo) -> Wanted:
    wrong: dict[str, str] = {}
    day = read_date(typed.text("day"), "day", wrong)
    time = read_time(typed.text("time"), "time", wrong)
    number = typed.text("each_minute")
    if not (number.isdecimal() and len(number) <= len(str(MOST)) and 0 < int(number) <= MOST):
        wrong["each_minute"] = _(
            "Écrivez un nombre de personnes, de 1 à %(most)s.", most=thousands(MOST)
        )
    if day is None or time is None or wrong:
        raise InvalidInput(wrong)
    return Wanted(datetime.combine(day, time, zone).astimezone(UTC), int(number))


async def _form(
    motive: Motive,
    zone: ZoneInfo,
    values: Mapping[str, Any],
    back: saving.SentBack = saving.AS_IT_STANDS,
) -> Template:
    line = await admission.line_now(motive.id)
    return page(
        "admin/motive_line.html",
        status=back.status,
        motive=motive,
        values=values,
        errors=back.errors,
        conflict=back.conflict,
        standing=in_words(line, zone),
        version=back.version(version_of(line)),
    )


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (line_page, save)
