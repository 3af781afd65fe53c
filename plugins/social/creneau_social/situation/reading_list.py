"""The list of who has read what of a person, and when (S-09)."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.people import service as people
from creneau.people.finding.schemas import Within
from creneau.people.schemas import Person
from creneau.refusals import NotAllowed
from creneau_web.ui import lists, permission, visit
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_social.situation import service
from creneau_social.situation.contributions import READERS, labels, local
from creneau_social.situation.schemas import Reading, ReadingsWanted

READINGS: Final = "/agents/social/usagers/{person_id:uuid}/lectures"
WHEN, WHO = "quand", "qui"


@get(READINGS, opt=permission(READERS))
async def readings_page(person_id: FromPath[UUID]) -> Template | Redirect:
    """List who has read what of a person, and when."""
    found = await _known(person_id)
    asked = await _asked(person_id)
    wanted = _wanted(person_id, asked)
    total = await service.count_readings(wanted)
    rows = await service.readings(wanted, lists.PAGE_SIZE, asked.skipped(total))
    listing = lists.shown(local(rows), total, _columns(), asked)
    return await lists.list_page("social/readings_page.html", listing, person=found, said=_said)


@post(f"{READINGS}/export", opt=permission(READERS), status_code=200)
async def export_readings(
    request: Request[Any, Any, Any], person_id: FromPath[UUID]
) -> lists.Exporting:
    """Write who has read what of a person into a file."""
    await _known(person_id)
    wanted, columns = _wanted(person_id, await _asked(person_id)), _columns()
    export = lists.export_of(
        columns,
        name="lectures",
        title=_("Lectures"),
        total=await service.count_readings(wanted),
        feed=lists.fed_by(service.each_reading, wanted, lambda one: local([one])[0]),
    )
    return await lists.sent(request, export)


async def _known(person_id: UUID) -> Person:
    found = await people.person(person_id)
    if not await people.is_known(person_id, _within()):
        raise NotAllowed
    return found


async def _asked(person_id: UUID) -> lists.Asked:
    readers = [(str(one), name) for one, name in await service.readers(person_id)]
    filters = [lists.Filter(name=WHO, label=_("Qui"), options=readers), *lists.period_filters()]
    return lists.turned_round(lists.asked_for(filters, {WHEN, WHO}, default_sort=f"-{WHEN}"))


def _wanted(person_id: UUID, asked: lists.Asked) -> ReadingsWanted:
    since, to = lists.period_of(asked, ZoneInfo(current_tenant.get().time_zone))
    return ReadingsWanted(
        person_id=person_id,
        agent_id=lists.uuid_of(asked.value(WHO)),
        since=since,
        to=to,
        by_name=asked.column == WHO,
        descending=asked.descending,
    )


def _columns() -> Sequence[lists.Column[Reading]]:
    return [
        lists.Column(name=WHO, label=_("Qui"), cell=lambda one: one.name, sortable=True),
        lists.Column(
            name=WHEN,
            label=_("Quand"),
            cell=lambda one: one.at.replace(tzinfo=None),
            sortable=True,
        ),
        lists.Column(name="quoi", label=_("Quoi"), cell=_said),
    ]


def _said(one: Reading) -> str:
    named = labels()
    return ", ".join(named.get(field, field).lower() for field in one.fields)


def _within() -> Within:
    rights = visit().rights
    if rights is None:
        return Within(organisation_ids=frozenset())
    if rights.everywhere(READERS):
        return Within(organisation_ids=None)
    return Within(organisation_ids=rights.organisations(READERS))


ROUTES: Final = (readings_page, export_readings)
