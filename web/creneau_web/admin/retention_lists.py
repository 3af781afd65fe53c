"""The lists of what will be erased, with its date (T-11, S-14)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.motives import service as motives
from creneau.places import service as places
from creneau.retention import service as retention
from creneau.retention.schemas import (
    FileSort,
    FilesWanted,
    Leaving,
    LeavingBooking,
    OldSort,
    OldWanted,
)
from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect, Template

from creneau_web import lists
from creneau_web.access import permission
from creneau_web.admin import reach

HOME: Final = "/administration/conservation"
FILES: Final = f"{HOME}/fiches"
APPOINTMENTS: Final = f"{HOME}/rendez-vous"
RIGHT: Final = "tenant:update"
FILE_SORTS: Final[Mapping[str, FileSort]] = {
    "nom": "name",
    "effacement": "last_at",
    "activite": "last_at",
    "proches": "relatives",
}
SORTS: Final[Mapping[str, OldSort]] = {
    "debut": "starts_at",
    "effacement": "last_at",
    "usager": "name",
    "motif": "motive",
    "lieu": "place",
}


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


@get(FILES, opt=permission(RIGHT))
async def files_page() -> Template | Redirect:
    """List the files that will be erased."""
    reach.require_everywhere(RIGHT)
    asked = _files_asked()
    wanted = _files_wanted(asked)
    total = await retention.count_files(wanted)
    found = await retention.leaving_files(lists.PAGE_SIZE, asked.skipped(total), wanted)
    listing = lists.shown([_file(one) for one in found], total, _file_columns(), asked)
    return await lists.list_page("admin/retention_files.html", listing, home=HOME)


async def _export_files() -> lists.Export:
    reach.require_everywhere(RIGHT)
    wanted, columns = _files_wanted(_files_asked()), _file_columns()
    return lists.export_of(
        columns,
        name="fiches-a-effacer",
        title=_("Fiches à effacer"),
        total=await retention.count_files(wanted),
        feed=lists.fed_by(retention.each_file, wanted, _file),
    )


def _files_asked() -> lists.Asked:
    return lists.asked_for([lists.words_filter(_("Nom"))], FILE_SORTS)


def _files_wanted(asked: lists.Asked) -> FilesWanted:
    return FilesWanted(
        words=asked.words,
        sort=FILE_SORTS.get(asked.column, "made"),
        descending=asked.descending,
    )


def _file(one: Leaving) -> FileRow:
    zone = ZoneInfo(current_tenant.get().time_zone)
    return FileRow(
        id=one.id,
        name=one.name,
        last_at=one.last_at.astimezone(zone),
        relatives=one.relatives,
        on=one.on,
    )


def _file_columns() -> Sequence[lists.Column[FileRow]]:
    return [
        lists.Column(name="nom", label=_("Fiche"), cell=lambda row: row.name, sortable=True),
        lists.Column(
            name="effacement",
            label=_("Effacée à partir du"),
            cell=lambda row: row.on,
            sortable=True,
        ),
        lists.Column(
            name="activite",
            label=_("Dernière activité"),
            cell=lambda row: row.last_at.date(),
            sortable=True,
        ),
        lists.Column(
            name="proches",
            label=_("Proches"),
            cell=lambda row: row.relatives,
            number=True,
            sortable=True,
        ),
    ]


@get(APPOINTMENTS, opt=permission(RIGHT))
async def appointments_page() -> Template | Redirect:
    """List the appointments that will name nobody any more."""
    reach.require_everywhere(RIGHT)
    asked = await _asked()
    wanted = _wanted(asked)
    total = await retention.count_bookings(wanted)
    found = await retention.leaving_bookings(lists.PAGE_SIZE, asked.skipped(total), wanted)
    listing = lists.shown([_appointment(one) for one in found], total, _columns(), asked)
    return await lists.list_page("admin/retention_appointments.html", listing, home=HOME)


async def _export_appointments() -> lists.Export:
    reach.require_everywhere(RIGHT)
    wanted, columns = _wanted(await _asked()), _columns()
    return lists.export_of(
        columns,
        name="rendez-vous-a-effacer",
        title=_("Rendez-vous à effacer"),
        total=await retention.count_bookings(wanted),
        feed=lists.fed_by(retention.each_booking, wanted, _appointment),
    )


async def _asked() -> lists.Asked:
    kinds = [(str(one.id), one.name) for one in await motives.motives()]
    houses = [(str(one.id), one.name) for one in await places.places()]
    filters = [
        lists.words_filter(_("Usager")),
        lists.Filter(name="motif", label=_("Motif"), options=kinds),
        lists.Filter(name="lieu", label=_("Lieu"), options=houses),
    ]
    return lists.asked_for(filters, SORTS)


def _wanted(asked: lists.Asked) -> OldWanted:
    return OldWanted(
        words=asked.words,
        motive_id=lists.uuid_of(asked.value("motif")),
        place_id=lists.uuid_of(asked.value("lieu")),
        sort=SORTS.get(asked.column, "starts_at"),
        descending=asked.descending,
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


def _columns() -> Sequence[lists.Column[AppointmentRow]]:
    return [
        lists.Column(
            name="debut",
            label=_("Date et heure"),
            cell=lambda row: row.starts_at.replace(tzinfo=None),
            sortable=True,
        ),
        lists.Column(
            name="effacement",
            label=_("Effacé à partir du"),
            cell=lambda row: row.on,
            sortable=True,
        ),
        lists.Column(name="usager", label=_("Usager"), cell=lambda row: row.name, sortable=True),
        lists.Column(name="motif", label=_("Motif"), cell=lambda row: row.motive, sortable=True),
        lists.Column(name="lieu", label=_("Lieu"), cell=lambda row: row.place, sortable=True),
    ]


ROUTES: Final[tuple[HTTPRouteHandler, ...]] = (
    files_page,
    appointments_page,
    lists.export_route(FILES, RIGHT, _export_files),
    lists.export_route(APPOINTMENTS, RIGHT, _export_appointments),
)
