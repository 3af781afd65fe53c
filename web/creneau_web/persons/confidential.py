"""For which motives nothing is sent to a person, on their file (S-08).

The person's own pages say nothing of it: whoever looks over their shoulder would read it there.
"""

from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau.confidentiality import service as confidentiality
from creneau.confidentiality.schemas import Confidential
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.motives import service as motives
from creneau.motives.rules import told_apart
from creneau.people.schemas import Person
from litestar import Request, post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec.structs import replace

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.backoffice.reach import actor
from creneau_web.forms import form
from creneau_web.persons.within import LIST, UPDATE, href_of, person_within

HERE: Final = LIST + "/{person_id:uuid}/confidentialite"


async def part_of(
    person: Person, responsible: Person | None, *, may_change: bool
) -> dict[str, Any]:
    """Read what the file shows: what is confidential, by whom, and what else could be."""
    own = await _local(person.id)
    return {
        "confidential": own,
        "confidential_by": await _local(responsible.id) if responsible else [],
        "may_be_confidential": await _others(own) if may_change else [],
    }


async def _local(person_id: UUID) -> list[Confidential]:
    zone = ZoneInfo(current_tenant.get().time_zone)
    found = await confidentiality.of_person(person_id)
    return [replace(one, since=one.since.astimezone(zone)) for one in found]


async def _others(own: list[Confidential]) -> list[tuple[str, str]]:
    """List the motives that messages leave for, told apart where two have one name."""
    kept = {one.motive_id for one in own}
    listed = await motives.listed()
    names = told_apart(listed)
    silent = {one.id for one in await motives.motives() if one.confidential}
    return [
        (str(one.id), names[one.id])
        for one in listed
        if one.archived_at is None and one.id not in kept and one.id not in silent
    ]


@post(HERE, opt=permission(UPDATE))
async def begin(request: Request[Any, Any, Any], person_id: FromPath[UUID]) -> Redirect:
    """Have nothing sent to the person for a motive any more."""
    await person_within(person_id, UPDATE)
    chosen = (await form(request)).text("motive")
    offered = dict(await _others(await _local(person_id)))
    if chosen not in offered:
        flashes.add("warning", _("Choisissez un motif de la liste."))
    elif await confidentiality.begin(person_id, UUID(chosen), actor()):
        said = _(
            "« %(motive)s » est confidentiel pour cette personne : plus rien n’est envoyé.",
            motive=offered[chosen],
        )
        flashes.add("success", said)
    return Redirect(f"{href_of(person_id)}#confidential", status_code=303)


@post(f"{HERE}/{{motive_id:uuid}}/fin", opt=permission(UPDATE))
async def end(person_id: FromPath[UUID], motive_id: FromPath[UUID]) -> Redirect:
    """Let messages for a motive leave again."""
    await person_within(person_id, UPDATE)
    motive = await motives.motive(motive_id)
    if await confidentiality.end(person_id, motive_id, actor()):
        said = _(
            "Les messages pour « %(motive)s » partent de nouveau à cette personne, et ses rendez-vous"
            " se voient sur sa page.",
            motive=motive.name,
        )
        flashes.add("success", said)
    return Redirect(f"{href_of(person_id)}#confidential", status_code=303)


ROUTES = (begin, end)
