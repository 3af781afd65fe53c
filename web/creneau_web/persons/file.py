"""A person's file: who it is, who follows, what is coming and what was (C-67)."""

from datetime import datetime
from typing import Any, Final, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.agents import service as agents
from creneau.context import current_tenant
from creneau.i18n import gettext as _
from creneau.messages.preferences import service as preferences
from creneau.messages.receipts import service as receipts
from creneau.people import service as people
from creneau.people.files import service as files
from creneau.people.files.schemas import Bookings, FileBooking, RelativeLine, Standing
from creneau.people.notes import service as notes
from creneau.people.notes.schemas import Note, Version
from creneau.people.schemas import Person
from creneau.refusals import NotAllowed
from creneau.sms import service as sms
from litestar import Request, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from creneau_web import flashes, rendering
from creneau_web.access import permission
from creneau_web.backoffice import messages, reach
from creneau_web.backoffice.history import Event
from creneau_web.forms import form
from creneau_web.history import telling
from creneau_web.invitations.showing import invitations_shown
from creneau_web.persons import confidential, facts, parts
from creneau_web.persons.listing import href, number_of
from creneau_web.persons.within import (
    ERASE,
    LIST,
    READ,
    UPDATE,
    agendas,
    href_of,
    may,
    person_or_way,
    person_within,
    readable,
    within,
)

ONE: Final = LIST + "/{person_id:uuid}"
STANDINGS: Final[tuple[Standing, ...]] = get_args(Standing)
NAMED: Final[dict[str, Standing]] = {one: one for one in STANDINGS}
ORDER: Final[tuple[Standing, ...]] = (
    "to_fill", "upcoming", "seen", "excused", "no_show", "cancelled", "to_reschedule",
)  # fmt: skip
ALWAYS: Final = frozenset({"to_fill", "upcoming", "seen", "excused", "no_show"})
PAGE: Final = 30
MOST_EVENTS: Final = 20


class BookingLine(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment on the file; its time is local to its place."""

    href: str
    starts_at: datetime
    motive: str
    colour: str
    place: str
    agents: str
    standing: str


class VersionLine(msgspec.Struct, frozen=True, kw_only=True):
    """A note as it was once; `at` is local."""

    text: str
    author: str
    at: datetime


class NoteLine(msgspec.Struct, frozen=True, kw_only=True):
    """A note with what it said before, and what the agent who asks may do with it."""

    id: UUID
    now: VersionLine
    before: list[VersionLine]
    removable: bool


class RelativeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A relative; the time is local to the tenant."""

    href: str
    name: str
    age: int | None
    next_at: datetime | None


@get(ONE, opt=permission(READ))
async def file_page(person_id: FromPath[UUID]) -> Template | Redirect:
    """Show a person's file."""
    found = await person_or_way(person_id)
    if isinstance(found, Redirect):
        return found
    may_change = await people.is_known(person_id, within(UPDATE)) and _holds(UPDATE)
    (shown,), hidden = await facts.read([found])
    added = await parts.added_to(person_id)
    responsible = await people.person(found.responsible_id) if found.responsible_id else None
    return rendering.page(
        "persons/file.html",
        person=readable(shown),
        hidden=hidden,
        responsible=readable(responsible) if responsible else None,
        may_change=may_change,
        may_book=may(reach.UPDATE),
        may_erase=_holds(ERASE) and await people.is_known(person_id, within(ERASE)),
        failure=await messages.failure_of(responsible or found),
        **await _bookings(found),
        **await _people(found, may_change=may_change),
        **await confidential.part_of(found, responsible, may_change=may_change),
        notes=_notes(await notes.notes_of(person_id)),
        **await _messages(responsible or found),
        history=await _history(person_id),
        added=added,
        **await invitations_shown(found, may_invite=may(reach.UPDATE)),
    )


@get(f"{ONE}/rendez-vous", opt=permission(READ))
async def bookings_page(
    person_id: FromPath[UUID], statut: FromQuery[str] = "", page: FromQuery[str] = ""
) -> Template | Redirect:
    """List all appointments of a person, or those of one status (C-67)."""
    found = await person_or_way(person_id)
    if isinstance(found, Redirect):
        return found
    standing = NAMED.get(statut)
    number, reached = number_of(page), await agendas()
    rows = await files.all_bookings_of(person_id, reached, standing, PAGE + 1, (number - 1) * PAGE)
    path, query = f"{href_of(person_id)}/rendez-vous", {"statut": standing} if standing else {}
    counted = await files.bookings_of(person_id, reached, 1)
    return rendering.page(
        "persons/bookings.html",
        person=found,
        rows=[_line(one) for one in rows[:PAGE]],
        standing=standing,
        counts=_counts(counted, f"{path}?"),
        total=counted.total,
        path=path,
        previous_href=href(path, query, number - 1) if number > 1 else None,
        next_href=href(path, query, number + 1) if len(rows) > PAGE else None,
    )


@post(f"{ONE}/referents", opt=permission(UPDATE))
async def add_referent(request: Request[Any, Any, Any], person_id: FromPath[UUID]) -> Redirect:
    """Have an agent follow the person (S-01)."""
    await person_within(person_id, UPDATE)
    chosen = (await form(request)).text("agent")
    offered = {str(agent_id): name for agent_id, name in await files.who_can_follow(person_id)}
    if chosen not in offered:
        flashes.add("warning", _("Choisissez un agent de la liste."))
    elif await people.add_referent(person_id, UUID(chosen), reach.actor()):
        flashes.add("success", _("%(name)s suit désormais cette personne.", name=offered[chosen]))
    return Redirect(f"{href_of(person_id)}#referents", status_code=303)


@post(f"{ONE}/referents/{{agent_id:uuid}}/retrait", opt=permission(UPDATE))
async def remove_referent(person_id: FromPath[UUID], agent_id: FromPath[UUID]) -> Redirect:
    """Have an agent follow the person no more."""
    await person_within(person_id, UPDATE)
    await agents.agent(agent_id)
    follows = await people.referents_of(person_id)
    name = next((one.name for one in follows if one.agent_id == agent_id), "")
    if await people.remove_referent(person_id, agent_id, reach.actor()) and name:
        flashes.add("success", _("%(name)s ne suit plus cette personne.", name=name))
    return Redirect(f"{href_of(person_id)}#referents", status_code=303)


def _holds(code: str) -> bool:
    return within(code).organisation_ids != frozenset()


async def _bookings(found: Person) -> dict[str, Any]:
    counted = await files.bookings_of(found.id, await agendas())
    path = f"{href_of(found.id)}/rendez-vous?"
    if reach.may_anywhere(reach.READ):
        # The list of all appointments, which sorts, filters and leaves as a file.
        path = f"/rendez-vous?personne={found.id}&"
    return {
        "counts": _counts(counted, path),
        "total": counted.total,
        "upcoming": [_line(one) for one in counted.upcoming],
        "past": [_line(one) for one in counted.past],
        "bookings_href": path.rstrip("?&"),
    }


def _counts(counted: Bookings, path: str) -> list[dict[str, Any]]:
    return [
        {
            "standing": one,
            "count": counted.counts.get(one, 0),
            "href": f"{path}statut={one}",
        }
        for one in ORDER
        if one in ALWAYS or counted.counts.get(one)
    ]


def _line(one: FileBooking) -> BookingLine:
    return BookingLine(
        href=f"/agents/rendez-vous/{one.id}",
        starts_at=one.starts_at.astimezone(ZoneInfo(one.time_zone)),
        motive=one.motive_name,
        colour=one.colour,
        place=one.place_name,
        agents=", ".join(one.resource_labels),
        standing="waiting"
        if one.state == "waiting" and one.standing == "upcoming"
        else one.standing,
    )


async def _people(found: Person, *, may_change: bool) -> dict[str, Any]:
    referents = await people.referents_of(found.id)
    zone = ZoneInfo(current_tenant.get().time_zone)
    return {
        "referents": [
            {"id": one.agent_id, "name": one.name, "since": one.since.astimezone(zone)}
            for one in referents
        ],
        "candidates": [
            (str(agent_id), name)
            for agent_id, name in (await files.who_can_follow(found.id) if may_change else [])
        ],
        "relatives": [
            _relative(one, zone) for one in await files.relatives_of(found.id, await agendas())
        ],
    }


def _relative(one: RelativeLine, zone: ZoneInfo) -> RelativeRow:
    return RelativeRow(
        href=href_of(one.id),
        name=f"{one.first_name} {one.last_name}",
        age=one.age,
        next_at=one.next_at.astimezone(zone) if one.next_at else None,
    )


async def _messages(reader: Person) -> dict[str, Any]:
    """Say how the person is written to; who reaches no appointment of theirs sees no message."""
    try:
        await receipts.of_person(reader, await messages.within())
    except NotAllowed:
        way = ""
    else:
        way = f"{messages.PERSONS}/{reader.id}/messages"
    return {
        "messages_href": way,
        "wish": await preferences.of_person(reader.id),
        "sms_ready": await sms.ready(),
    }


def _notes(found: list[Note]) -> list[NoteLine]:
    zone, own = ZoneInfo(current_tenant.get().time_zone), reach.signed_in_agent().id
    return [
        NoteLine(
            id=one.id,
            now=_version(one.now, zone),
            before=[_version(before, zone) for before in one.before],
            removable=one.first.author_id == own or _holds(ERASE),
        )
        for one in found
    ]


def _version(one: Version, zone: ZoneInfo) -> VersionLine:
    return VersionLine(
        text=one.text, author=one.author or _("Un agent"), at=one.written_at.astimezone(zone)
    )


async def _history(person_id: UUID) -> list[Event]:
    zone = ZoneInfo(current_tenant.get().time_zone)
    return [
        Event(at=one.at.astimezone(zone), text=_told(one.action, telling.who(one)))
        for one in reversed((await files.history_of(person_id))[-MOST_EVENTS:])
    ]


def _told(action: str, who: str) -> str:
    """Tell shortly what happened to the file that stands beside it."""
    told = {
        "person.created": _("%(who)s a créé la fiche.", who=who),
        "person.updated": _("%(who)s a modifié la fiche.", who=who),
        "person.referent_added": _("%(who)s a ajouté un référent.", who=who),
        "person.referent_removed": _("%(who)s a retiré un référent.", who=who),
        "person.referent_left": _("%(who)s a retiré un agent qui était référent.", who=who),
        "person.note_added": _("%(who)s a ajouté une note.", who=who),
        "person.note_changed": _("%(who)s a modifié une note.", who=who),
        "person.note_removed": _("%(who)s a supprimé une note.", who=who),
        "person.merged": _("%(who)s a fusionné une autre fiche avec celle-ci.", who=who),
        "person.merged_into": _("%(who)s a versé une autre fiche dans celle-ci.", who=who),
        "person.told_apart": _("%(who)s a distingué cette fiche d’une autre.", who=who),
        "person.confidential_set": _("%(who)s a rendu un motif confidentiel.", who=who),
        "person.confidential_ended": _(
            "%(who)s a mis fin à la confidentialité d’un motif.", who=who
        ),
        "person.preferences_changed": _("%(who)s a modifié les messages à recevoir.", who=who),
        "invitation.made": _("%(who)s a invité la personne à prendre rendez-vous.", who=who),
        "invitation.printed": _("%(who)s a imprimé la lettre d’invitation.", who=who),
        "invitation.opened": _("L’invitation a été ouverte."),
        "invitation.reminded": _("%(who)s a relancé la personne.", who=who),
        "invitation.revoked": _("%(who)s a annulé une invitation.", who=who),
        "invitation.told_again": _("%(who)s a renvoyé une invitation.", who=who),
    }
    return told.get(action) or telling.sentence(action, who, None)


ROUTES = (file_page, bookings_page, add_referent, remove_referent)
