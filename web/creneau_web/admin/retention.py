"""What is kept for how long, and the list of what will be erased, with its date (T-11, S-14)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, TypeVar, cast
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.refusals import ChangedMeanwhile, InvalidInput
from creneau.retention import service as retention
from creneau.retention.rules import NOTICE
from creneau.retention.schemas import Leaving, LeavingBooking, RetentionRule
from litestar import Request, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect, Template

from creneau_web import flashes, lists
from creneau_web.access import permission
from creneau_web.admin import reach, saving
from creneau_web.forms import form
from creneau_web.rendering import page

HOME: Final = "/administration/conservation"
FILES: Final = f"{HOME}/fiches"
APPOINTMENTS: Final = f"{HOME}/rendez-vous"
RIGHT: Final = "tenant:update"
LONGEST_NUMBER: Final = 4
Row = TypeVar("Row")
AnyRequest = Request[Any, Any, Any]


class FileRow(msgspec.Struct, frozen=True, kw_only=True):
    """A file in the list; the time is local to the tenant."""

    id: UUID
    name: str
    last_at: datetime
    relatives: int
    on: date


class AppointmentRow(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment in the list; its time is local to its place."""

    starts_at: datetime
    name: str
    motive: str
    place: str
    on: date


@get(HOME, opt=permission(RIGHT))
async def home() -> Template:
    """Show how long what has no activity is kept, and how much goes next."""
    reach.require_everywhere(RIGHT)
    months = (await retention.rule()).months
    return await _page(str(months), str(months))


@post(HOME, opt=permission(RIGHT), status_code=200)
async def save(request: AnyRequest) -> Template | Redirect:
    """Set how long; whoever saves second is shown what stands."""
    reach.require_everywhere(RIGHT)
    typed = await form(request)
    months, version = typed.text("months"), typed.text("version")
    try:
        await retention.set_months(_number(months), reach.actor(), seen=_number(version))
    except InvalidInput as wrong:
        return await _page(months, version, errors=wrong.fields)
    except ChangedMeanwhile as conflict:
        saved = str(cast("RetentionRule", conflict.saved).months)
        others = [saving.Difference(label=_("Durée de conservation, en mois"), saved=saved)]
        return await _page(months, saved, conflict=others)
    flashes.add("success", _("La durée de conservation est enregistrée."))
    return Redirect(HOME, status_code=303)


def _number(typed: str) -> int:
    fits = typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_NUMBER
    return int(typed) if fits else 0


async def _page(
    months: str,
    version: str,
    *,
    errors: Mapping[str, str] | None = None,
    conflict: Sequence[saving.Difference] | None = None,
) -> Template:
    return page(
        "admin/retention.html",
        status=422 if errors else 409 if conflict is not None else 200,
        months=months,
        version=version,
        errors=errors or {},
        conflict=conflict,
        counts=await retention.counts(),
        files_href=FILES,
        appointments_href=APPOINTMENTS,
        notice_days=NOTICE.days,
    )


@get(FILES, opt=permission(RIGHT))
async def files_page() -> Template | Redirect:
    """List the files that will be erased."""
    reach.require_everywhere(RIGHT)
    asked, total = lists.asked_for([], ()), (await retention.counts()).files
    rows = [_file(one) for one in await retention.leaving_files(lists.PAGE_SIZE, _skipped(asked))]
    listing = lists.shown(rows, total, _file_columns(), asked)
    return await lists.list_page("admin/retention_files.html", listing, home=HOME)


@get(APPOINTMENTS, opt=permission(RIGHT))
async def appointments_page() -> Template | Redirect:
    """List the appointments that will name nobody any more."""
    reach.require_everywhere(RIGHT)
    asked, total = lists.asked_for([], ()), (await retention.counts()).appointments
    found = await retention.leaving_bookings(lists.PAGE_SIZE, _skipped(asked))
    listing = lists.shown([_appointment(one) for one in found], total, _columns(), asked)
    return await lists.list_page("admin/retention_appointments.html", listing, home=HOME)


def _skipped(asked: lists.Asked) -> int:
    return (asked.page - 1) * lists.PAGE_SIZE


def _file(one: Leaving) -> FileRow:
    zone = ZoneInfo(current_tenant.get().time_zone)
    return FileRow(
        id=one.id,
        name=one.name,
        last_at=one.last_at.astimezone(zone),
        relatives=one.relatives,
        on=one.on,
    )


def _appointment(one: LeavingBooking) -> AppointmentRow:
    found = one.booking
    return AppointmentRow(
        starts_at=found.starts_at.astimezone(ZoneInfo(found.time_zone)),
        name=f"{found.first_name} {found.last_name}",
        motive=found.motive_name,
        place=found.place_name,
        on=one.on,
    )


def _file_columns() -> Sequence[lists.Column[FileRow]]:
    return [
        lists.Column(name="nom", label=_("Fiche"), cell=lambda row: row.name),
        lists.Column(name="effacement", label=_("Effacée à partir du"), cell=lambda row: row.on),
        lists.Column(
            name="activite", label=_("Dernière activité"), cell=lambda row: row.last_at.date()
        ),
        lists.Column(
            name="proches", label=_("Proches"), cell=lambda row: row.relatives, number=True
        ),
    ]


def _columns() -> Sequence[lists.Column[AppointmentRow]]:
    return [
        lists.Column(
            name="debut",
            label=_("Date et heure"),
            cell=lambda row: row.starts_at.replace(tzinfo=None),
        ),
        lists.Column(name="effacement", label=_("Effacé à partir du"), cell=lambda row: row.on),
        lists.Column(name="usager", label=_("Usager"), cell=lambda row: row.name),
        lists.Column(name="motif", label=_("Motif"), cell=lambda row: row.motive),
        lists.Column(name="lieu", label=_("Lieu"), cell=lambda row: row.place),
    ]


async def _export_files() -> lists.Export:
    reach.require_everywhere(RIGHT)

    async def some(written: Sequence[FileRow], _number: int) -> Sequence[FileRow]:
        after = written[-1].id if written else None
        return [_file(one) for one in await retention.leaving_files(lists.BATCH, after=after)]

    total = (await retention.counts()).files
    return _exported("fiches-a-effacer", _("Fiches à effacer"), _file_columns(), total, some)


async def _export_appointments() -> lists.Export:
    reach.require_everywhere(RIGHT)

    async def some(_written: Sequence[AppointmentRow], number: int) -> Sequence[AppointmentRow]:
        found = await retention.leaving_bookings(lists.BATCH, number)
        return [_appointment(one) for one in found]

    total = (await retention.counts()).appointments
    title = _("Rendez-vous à effacer")
    return _exported("rendez-vous-a-effacer", title, _columns(), total, some)


def _exported(
    name: str,
    title: str,
    columns: Sequence[lists.Column[Row]],
    total: int,
    some: Callable[[Sequence[Row], int], Awaitable[Sequence[Row]]],
) -> lists.Export:
    """Have a list written into a file; `some` reads what follows the rows written last, and how many."""

    async def feed(sink: lists.Sink) -> None:
        rows, number = await some((), 0), 0
        while rows:
            await sink(rows)
            number += len(rows)
            rows = await some(rows, number)

    return lists.Export(
        name=name,
        title=title,
        heads=lists.heads_of(columns),
        row_of=lists.rows_of(columns),
        total=total,
        feed=feed,
    )


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    home,
    save,
    files_page,
    appointments_page,
    lists.export_route(FILES, RIGHT, _export_files),
    lists.export_route(APPOINTMENTS, RIGHT, _export_appointments),
)
