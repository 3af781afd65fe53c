"""Inviting a person, sending it again, withdrawing it (S-11)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from creneau.i18n import gettext as _
from creneau.invitations import service as invitations
from creneau.invitations.schemas import InvitationChannel, InvitationDraft
from creneau.messages.receipts import service as receipts
from creneau.messages.resending.service import resend
from creneau.messages.service import answering_for
from creneau.people import service as people
from creneau.people.schemas import Person
from creneau.phones import readable_phone
from creneau.refusals import InvalidInput, NotFound, Refusal
from creneau.sms import service as sms
from creneau_infra import clock
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web import flashes
from creneau_web.access import permission
from creneau_web.backoffice import agendas, reach
from creneau_web.forms import Form, form
from creneau_web.invitations.within import HERE, ONE, What, invited_within, offered
from creneau_web.persons.within import READ, href_of, person_within
from creneau_web.rendering import page

NEW: Final = f"{HERE}/nouvelle"
CHANNELS: Final[tuple[InvitationChannel, ...]] = ("email", "sms", "letter")
NAMED: Final[Mapping[str, InvitationChannel]] = {one: one for one in CHANNELS}
LONGEST: Final = 2000
AnyRequest = Request[Any, Any, Any]


@get(NEW, opt=permission(reach.UPDATE))
async def form_page(person_id: FromPath[UUID]) -> Template:
    """Ask to what, until when and by which way."""
    person = await person_within(person_id, READ)
    rule = await invitations.rule()
    until = clock.now().astimezone(agendas.zone()).date() + timedelta(days=rule.valid_days)
    ways = await _ways(person)
    start = {"last_day": until.isoformat(), "channel": ways[0][0]}
    return await _form(person, start)


@post(NEW, opt=permission(reach.UPDATE))
async def invite(request: AnyRequest, person_id: FromPath[UUID]) -> Template | Redirect:
    """Invite the person; a letter is printed next."""
    person, typed = await person_within(person_id, READ), await form(request)
    try:
        draft = _read(typed, person, await offered())
        made = await invitations.invite(draft, reach.actor())
    except InvalidInput as wrong:
        return await _form(person, typed.values(), errors=wrong.fields)
    here = href_of(person_id)
    if draft.channel == "letter":
        return Redirect(f"{here}/invitations/{made}/lettre", status_code=303)
    flashes.add("success", _("L’invitation part dans un instant."))
    return Redirect(f"{here}#invitations", status_code=303)


@post(f"{ONE}/retrait", opt=permission(reach.UPDATE), status_code=303)
async def revoke(person_id: FromPath[UUID], invitation_id: FromPath[UUID]) -> Redirect:
    """Withdraw an invitation."""
    await invited_within(person_id, invitation_id)
    try:
        await invitations.revoke(invitation_id, reach.actor())
        flashes.add("success", _("L’invitation est annulée : son lien ne sert plus."))
    except Refusal as settled:
        flashes.add("warning", str(settled))
    return Redirect(f"{href_of(person_id)}#invitations", status_code=303)


@post(f"{ONE}/envoi", opt=permission(reach.UPDATE), status_code=303)
async def send_again(
    request: AnyRequest, person_id: FromPath[UUID], invitation_id: FromPath[UUID]
) -> Redirect:
    """Send an invitation once more, to where its reader is now."""
    await invited_within(person_id, invitation_id)
    last = (await receipts.last_about([invitation_id])).get(invitation_id)
    seen = (await form(request)).text("seen")
    if last is None:
        raise NotFound
    try:
        await resend(last.id, reach.actor(), seen=int(seen) if seen.isdecimal() else last.again)
        flashes.add("success", _("L’invitation repart dans un instant."))
    except Refusal as settled:
        flashes.add("warning", str(settled))
    return Redirect(f"{href_of(person_id)}#invitations", status_code=303)


def _read(typed: Form, person: Person, found: Sequence[What]) -> InvitationDraft:
    wrong: dict[str, str] = {}
    what = next((one for one in found if one.value == typed.text("what")), None)
    channel, last_day = NAMED.get(typed.text("channel")), _day(typed.text("last_day"))
    if what is None:
        wrong["what"] = _("Choisissez un motif ou une catégorie de la liste.")
    if channel is None:
        wrong["channel"] = _("Choisissez comment inviter la personne.")
    if last_day is None:
        wrong["last_day"] = _("Choisissez une date.")
    if what is None or channel is None or last_day is None:
        raise InvalidInput(wrong)
    return InvitationDraft(
        person_id=person.id,
        organisation_id=what.organisation_id,
        motive_id=what.motive_id,
        category=what.category,
        channel=channel,
        last_day=last_day,
        referents_only=bool(typed.text("referents_only")),
        message=typed.text("message"),
    )


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


async def _form(
    person: Person, values: Mapping[str, str], *, errors: Mapping[str, str] | None = None
) -> Template:
    found = await offered()
    names = dict.fromkeys(one.group for one in found if one.group)
    groups = [
        (name, [(one.value, one.label) for one in found if one.group == name]) for name in names
    ]
    categories = [(one.value, one.label) for one in found if one.category]
    if categories:
        groups.insert(0, (_("Une catégorie : la personne choisit le motif"), categories))
    responsible = await people.person(person.responsible_id) if person.responsible_id else None
    follows = [
        one
        for each in (person.id, person.responsible_id)
        if each is not None
        for one in await people.referents_of(each)
    ]
    return page(
        "invitations/form.html",
        status=422 if errors else 200,
        person=person,
        responsible=responsible,
        groups=groups,
        ways=await _ways(person),
        referents=", ".join(dict.fromkeys(one.name for one in follows)),
        values=values,
        errors=errors or {},
        longest=LONGEST,
        rule=await invitations.rule(),
    )


async def _ways(person: Person) -> list[tuple[str, str, str]]:
    """List the ways that reach whoever reads for the person; paper always does."""
    reader = await answering_for(person.id)
    texts = reader.phone and await sms.why_not(reader.phone) is None
    return [
        *([("email", _("Par e-mail"), reader.email)] if reader.email else []),
        *([("sms", _("Par SMS"), readable_phone(reader.phone))] if texts else []),
        ("letter", _("Par lettre"), _("Vous imprimez une page avec un code à scanner ou à taper.")),
    ]


ROUTES = (form_page, invite, revoke, send_again)
