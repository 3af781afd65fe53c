"""Setting an appointment in three steps: motive, who comes, when and with whom (C-62)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau.appointments.errors import Overlaps
from creneau.appointments.schemas import Booking
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.i18n import moment
from creneau.motives.schemas import Motive
from creneau.people import service as people
from creneau.people.finding.schemas import FoundPage
from creneau.people.schemas import Person
from creneau.refusals import InvalidInput, NotAllowed, NotFound, Refusal
from litestar import Request, get, post
from litestar.response import Redirect, Template
from msgspec.structs import replace

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.backoffice import agendas, reach
from creneau_web.backoffice.agenda.asked import HOME
from creneau_web.backoffice.setting import choices, contact, creating
from creneau_web.backoffice.setting.choices import Group
from creneau_web.backoffice.setting.draft import NEW, STEPS, Draft, from_address, from_form
from creneau_web.forms import form
from creneau_web.persons import facts
from creneau_web.persons.choosing import MOST, told
from creneau_web.persons.within import person_within, within
from creneau_web.planning.clocks import which_of_two
from creneau_web.rendering import page

AnyRequest = Request[Any, Any, Any]
SHOWN: Final[Mapping[str, Sequence[str]]] = {
    "motif": ("motif",),
    "personne": (
        *("personne", "q", "prenom", "nom", "telephone", "email"),
        *("notes", "confidentiel", "joindre"),
    ),
    "details": ("lieu", "jour", "heure", "duree", "agents", "outside", "reason"),
}
"""Which fields each step shows; the others are carried along."""


@get(NEW, opt=permission(reach.UPDATE))
async def begin(request: AnyRequest) -> Template:
    """Show the first step that the address leaves open."""
    asked = request.query_params
    agents = [one for part in asked.getall("agent", []) for one in part.split(",") if one]
    draft = from_address(asked, agents or [str(reach.signed_in_agent().id)])
    found = await choices.groups(sessions=bool(draft.creneau))
    motive = choices.find_motive(found, draft.motif)
    if motive is None:
        return await _page("motif", replace(draft, motif=""), found)
    return await _page("personne", draft, found)


@post(NEW, opt=permission(reach.UPDATE), status_code=200)
async def go_on(request: AnyRequest) -> Template | Redirect:
    """Check the step that was shown and go on, or back to another without losing anything."""
    typed = await form(request)
    draft, wanted = from_form(typed), typed.text("etape")
    shown = typed.text("fait") if typed.text("fait") in STEPS else "motif"
    found = await choices.groups(sessions=bool(draft.creneau))
    motive = choices.find_motive(found, draft.motif)
    if wanted == "chercher" or _only_searched(draft, shown) or _is_back(wanted, shown):
        return await _page(wanted if _is_back(wanted, shown) else shown, draft, found)
    try:
        return await _forward(shown, draft, motive, found)
    except InvalidInput as refused:
        step = "personne" if set(refused.fields) & set(SHOWN["personne"]) else shown
        return await _page(step, draft, found, errors=refused.fields)
    except Refusal as refused:
        return await _refused(draft, found, refused)


def _only_searched(draft: Draft, shown: str) -> bool:
    """Tell whether somebody was looked for and not chosen yet: Enter in the field searches."""
    chosen = draft.personne or draft.is_newcomer
    return shown == "personne" and bool(draft.q) and not chosen


def _is_back(wanted: str, shown: str) -> bool:
    return wanted in STEPS and STEPS.index(wanted) < STEPS.index(shown)


async def _forward(
    shown: str, draft: Draft, motive: Motive | None, found: Sequence[Group]
) -> Template | Redirect:
    if motive is None:
        raise InvalidInput({"motif": _("Choisissez un motif.")})
    if shown == "motif":
        return await _page("personne", draft, found)
    await creating.check_person(draft, motive)
    await contact.keep(draft, motive)
    if shown == "personne" and not draft.creneau:
        return await _page("details", await _with_usual(draft, motive), found)
    if draft.creneau:
        return _done(await _taken(draft, motive))
    when = await creating.read_when(draft, motive)
    return _done(await creating.set_freely(draft, motive, when))


async def _taken(draft: Draft, motive: Motive) -> Booking:
    offered = {str(one.id): one for one in await choices.places_for(motive)}
    if draft.lieu not in offered:
        raise NotFound
    return await creating.take_offered(draft, motive, offered[draft.lieu])


async def _with_usual(draft: Draft, motive: Motive) -> Draft:
    """Fill in what the motive and its places say, where nothing was chosen yet."""
    offered = await choices.places_for(motive)
    return replace(
        draft,
        duree=draft.duree or str(motive.duration_minutes),
        lieu=draft.lieu or await choices.usual_place(draft, offered),
        jour=draft.jour or agendas.today().isoformat(),
    )


async def _refused(draft: Draft, found: Sequence[Group], refused: Refusal) -> Template:
    """Say why the engine turns it down, beside what was typed."""
    step = "personne" if draft.creneau else "details"
    return await _page(
        step,
        draft,
        found,
        refused=str(refused),
        overlaps=isinstance(refused, Overlaps),
        status=refused.status,
    )


def _done(booking: Booking) -> Redirect:
    starts_at = booking.starts_at.astimezone(ZoneInfo(booking.time_zone))
    said = _("Le rendez-vous du %(when)s est posé.", when=moment(starts_at))
    flashes.add("success", " ".join(filter(None, [said, which_of_two(starts_at)])))
    own = [str(one) for one in booking.resource_ids]
    agent = own[0] if own else str(reach.signed_in_agent().id)
    return Redirect(f"{HOME}/{agent}?date={starts_at.date().isoformat()}", status_code=303)


async def _page(  # noqa: PLR0913 - a step, and all that can be said of it
    step: str,
    draft: Draft,
    found: Sequence[Group],
    *,
    errors: Mapping[str, str] | None = None,
    refused: str = "",
    overlaps: bool = False,
    status: int | None = None,
) -> Template:
    motive = choices.find_motive(found, draft.motif)
    return page(
        f"setting/{step}.html",
        status=status or (422 if errors else 200),
        step=step,
        number=STEPS.index(step) + 1,
        steps=2 if draft.creneau else len(STEPS),
        draft=draft,
        carried=draft.carried(SHOWN[step]),
        groups=found,
        may_create=choices.may_create(),
        motive=motive,
        person=await _person(draft),
        when=_when(draft),
        who=", ".join(one.display_name for one in await choices.agents_among(draft.agents)),
        found=await _searched(step, draft),
        told=told,
        need=contact.need_of(motive),
        places=choices.options(await choices.places_for(motive)) if motive else [],
        takers=await choices.takers(motive),
        errors=errors or {},
        refused=refused,
        overlaps=overlaps or bool(draft.reason),
    )


def _when(draft: Draft) -> str:
    """Write the time that is chosen so far; empty where there is none."""
    found = draft.moment(ZoneInfo(current_tenant.get().time_zone))
    return moment(found) if found else ""


async def _person(draft: Draft) -> Person | None:
    """Read who is chosen; None where nobody is, or nobody that may be."""
    try:
        return await person_within(UUID(draft.personne))
    except (ValueError, NotFound, NotAllowed):
        return None


async def _searched(step: str, draft: Draft) -> FoundPage | None:
    if step != "personne" or not draft.q:
        return None
    found = await people.search(draft.q, within(), MOST)
    return replace(found, persons=tuple(await facts.told_apart(found.persons)))


ROUTES = (begin, go_on)
