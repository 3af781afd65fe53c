"""Who comes to a group session: enrolling, statuses, the sheet to sign (S-13)."""

from collections.abc import Sequence
from typing import Any, Final, cast
from uuid import UUID

import msgspec
from creneau.appointments import service as appointments
from creneau.appointments.errors import NotActive, SlotTaken
from creneau.appointments.rules import version_of
from creneau.appointments.schemas import AgendaEntry, ConfirmRequest, State
from creneau.appointments.sessions import service as sessions
from creneau.appointments.sessions.schemas import Session
from creneau.i18n import gettext as _
from creneau.i18n import ngettext
from creneau.people import service as people
from creneau.people.schemas import Identity
from creneau.phones import readable_phone
from creneau.refusals import ChangedMeanwhile, InvalidInput, Refusal
from creneau_infra.clock import now
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.backoffice import agendas, reach
from creneau_web.backoffice.agenda.words import status_text
from creneau_web.backoffice.papers import attendance
from creneau_web.forms import form
from creneau_web.persons import within as persons
from creneau_web.persons.choosing import told
from creneau_web.rendering import page
from creneau_web.sessions.lists import row
from creneau_web.sessions.within import HOME, may, session_within

ONE: Final = f"{HOME}/{{appointment_id:uuid}}"
SETTABLE: Final[tuple[State, ...]] = ("planned", "waiting", "seen", "excused", "no_show")
NEW: Final = ("first_name", "last_name", "phone", "email")
MOST: Final = 8
AnyRequest = Request[Any, Any, Any]


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who comes, or was to come; `version` is that of what the page shows."""

    entry: AgendaEntry
    version: str
    standing: str
    phone: str


@get(ONE, opt=permission(reach.READ))
async def session_page(appointment_id: FromPath[UUID], q: FromQuery[str] = "") -> Template:
    """Show a session, who comes to it, and who may be enrolled."""
    return await _page(await session_within(appointment_id), q)


async def _page(
    found: Session,
    words: str = "",
    *,
    typed: dict[str, str] | None = None,
    errors: Any = None,
    status: int = 200,
) -> Template:
    entries = await sessions.seats(found.id)
    changeable = await may(found, reach.UPDATE)
    open_to_more = found.state == "scheduled" and (found.left is None or found.left > 0)
    wanted = words.strip() if changeable and open_to_more and persons.may(persons.READ) else ""
    search = await people.search(wanted, persons.within(), MOST) if wanted else None
    coming = [one for one in entries if one.state not in agendas.FREED]
    return page(
        "sessions/session.html",
        status=status,
        home=HOME,
        here=f"{HOME}/{found.id}",
        row=row(found),
        session=found,
        over=found.ends_at <= now(),
        coming=[_seat(one) for one in coming],
        gone=[_seat(one) for one in entries if one.state in agendas.FREED],
        statuses=SETTABLE,
        changeable=changeable,
        open_to_more=open_to_more,
        may_search=persons.may(persons.READ),
        words=words,
        found=[(one, told(one)) for one in search.persons] if search else [],
        searched=search is not None,
        enrolled={one.person_id for one in coming},
        typed={**dict.fromkeys(NEW, ""), **(typed or {})},
        errors=errors or {},
    )


def _seat(entry: AgendaEntry) -> Seat:
    phone = readable_phone(entry.phone) if entry.phone else ""
    return Seat(
        entry=entry, version=version_of(entry), standing=agendas.standing(entry), phone=phone
    )


@post(f"{ONE}/inscription", opt=permission(reach.UPDATE))
async def enrol(request: AnyRequest, appointment_id: FromPath[UUID]) -> Template | Redirect:
    """Enrol somebody who is known, or a new person by their name."""
    found = await session_within(appointment_id, reach.UPDATE)
    typed = await form(request)
    values = {name: typed.text(name) for name in NEW}
    try:
        who = await _who(typed.text("personne"), values)
        await sessions.enrol(found.id, who, reach.actor())
    except InvalidInput as wrong:
        return await _page(found, typed=values, errors=wrong.fields, status=422)
    except SlotTaken:
        flashes.add("danger", _("La séance est complète : personne de plus ne peut être inscrit."))
    except Refusal as refusal:
        flashes.add("danger", str(refusal))
    else:
        flashes.add("success", _("C’est inscrit. La confirmation part à la personne."))
    return Redirect(f"{HOME}/{found.id}", status_code=303)


async def _who(known: str, values: dict[str, str]) -> ConfirmRequest:
    if known:
        person = await persons.person_within(_id(known))
        return ConfirmRequest(person_id=person.id)
    return ConfirmRequest(identity=Identity(**values))  # type: ignore[arg-type] - four texts


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


@post(f"{ONE}/presences", opt=permission(reach.UPDATE), status_code=303)
async def set_statuses(request: AnyRequest, appointment_id: FromPath[UUID]) -> Redirect:
    """Save who came, for all at once; what did not change is left alone."""
    found = await session_within(appointment_id, reach.UPDATE)
    typed = await form(request)
    changed = failed = 0
    meanwhile: list[AgendaEntry] = []
    for one in await sessions.seats(found.id):
        wanted = typed.text(f"statut-{one.id}")
        # What the form showed: the choice of a colleague meanwhile is not taken back by a list as a whole.
        if wanted not in SETTABLE or wanted in {one.state, typed.text(f"avant-{one.id}")}:
            continue
        try:
            shown = typed.text(f"version-{one.id}") or None
            wish = cast("State", wanted)
            await appointments.set_state(one.id, wish, reach.actor(), seen=shown)
            changed += 1
        except ChangedMeanwhile:
            meanwhile.append(one)
        except (NotActive, SlotTaken):
            failed += 1
    flashes.add("success", _saved(changed))
    if meanwhile:
        flashes.add("warning", _changed_meanwhile(meanwhile))
    if failed:
        flashes.add("danger", _not_saved(failed))
    return Redirect(f"{HOME}/{found.id}", status_code=303)


def _saved(number: int) -> str:
    if not number:
        return _("Aucun statut n’a changé.")
    return ngettext(
        "%(number)s statut est enregistré.", "%(number)s statuts sont enregistrés.", number
    )


def _changed_meanwhile(entries: Sequence[AgendaEntry]) -> str:
    names = ", ".join(
        f"{one.first_name} {one.last_name} ({status_text(agendas.standing(one))})"
        for one in entries
    )
    return _(
        "Quelqu’un a changé un statut pendant votre saisie, il reste comme suit : %(names)s. "
        "Vérifiez, puis choisissez à nouveau s’il le faut.",
        names=names,
    )


def _not_saved(number: int) -> str:
    return ngettext(
        "%(number)s statut ne pouvait plus changer.",
        "%(number)s statuts ne pouvaient plus changer.",
        number,
    )


@get(f"{ONE}/emargement.pdf", opt=permission(reach.READ))
async def sheet(appointment_id: FromPath[UUID]) -> Response[bytes]:
    """Print the sheet that those who come sign, also before anybody is enrolled."""
    found = await session_within(appointment_id)
    seated = [one for one in await sessions.seats(found.id) if one.state not in agendas.FREED]
    return await attendance(found, seated)


ROUTES = (session_page, enrol, set_statuses, sheet)
