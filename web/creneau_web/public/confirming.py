"""Instructions, summary, confirmation, and the page after it (C-41, C-30)."""

from uuid import UUID

import msgspec
from creneau.appointments import service as appointments
from creneau.appointments.errors import HoldExpired
from creneau.appointments.schemas import Booking, ConfirmRequest
from creneau.i18n import current_locale
from creneau.i18n import gettext as _
from creneau.people import service as people
from creneau.people.schemas import Contact, Identity
from creneau.phones import readable_phone
from creneau.plugins import active
from creneau.questions import service as questions
from creneau.questions.rules import given_answers, in_words
from creneau.refusals import NotFound, Refusal
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from creneau_web.access import public
from creneau_web.auth import sessions
from creneau_web.auth.errors import TooManyForOthers, TooManyRequests
from creneau_web.forms import form
from creneau_web.fragments.service import fragments_of
from creneau_web.public import for_others, remembered
from creneau_web.public.beneficiaries import full_name
from creneau_web.public.files import calendar_file
from creneau_web.public.identities import email_to_prove, typed_lines
from creneau_web.public.invited import hidden, short_name
from creneau_web.public.journeys import AnyRequest, Journey
from creneau_web.public.steps import Step, hold_over, open_step
from creneau_web.public.visible import visible_booking
from creneau_web.rendering import page
from creneau_web.throttling import limit


@get("/reservation/{booking_id:uuid}/instructions", opt=public())
async def instructions(request: AnyRequest, booking_id: FromPath[UUID]) -> Template:
    """Show what must be accepted before confirming."""
    return await _instructions_page(await open_step(request, booking_id, "instructions"))


async def _instructions_page(step: Step, error: str = "") -> Template:
    """Show them, with the tick of whoever comes, or of who answers for what somebody else knows."""
    others = for_others.booking_for(active().booking_fields(), step.draft.values)
    return page(
        "public/instructions.html",
        status=422 if error else 200,
        **step.context(),
        others=others and others.for_others,
        error=error,
    )


@post("/reservation/{booking_id:uuid}/instructions", opt=public())
async def accepted(request: AnyRequest, booking_id: FromPath[UUID]) -> Template | Redirect:
    """Keep that the instructions were accepted; without the tick, ask again."""
    step = await open_step(request, booking_id, "instructions")
    if not (await form(request)).text("accepted"):
        return await _instructions_page(step, _not_accepted(step))
    await step.answer(accepted=True)
    return Redirect(step.next_href, status_code=303)


def _not_accepted(step: Step) -> str:
    if for_others.booking_for(active().booking_fields(), step.draft.values):
        return _("Cochez la case une fois que la personne connaît ces consignes et les accepte.")
    return _("Cochez la case pour dire que vous avez lu et que vous acceptez.")


@get("/reservation/{booking_id:uuid}/confirmation", opt=public())
async def summary(request: AnyRequest, booking_id: FromPath[UUID]) -> Template:
    """Show all that was chosen and typed, each with a way to change it."""
    return await _summary_page(await open_step(request, booking_id, "confirmation"))


async def _summary_page(step: Step, refusal: Refusal | None = None) -> Template:
    who = await _who(step)
    return page(
        "public/confirmation.html",
        status=refusal.status if refusal else 200,
        **step.context(),
        who=who,
        phone=who.phone if step.draft.invitation_id else readable_phone(who.phone),
        contact=Contact()
        if step.draft.invitation_id
        else Contact(phone=who.phone, address=who.address),
        answers=await _answers(step),
        refusal=str(refusal) if refusal else "",
    )


async def _answers(step: Step) -> list[tuple[str, str]]:
    asked = await questions.asked(step.motive.id)
    given = given_answers(asked, step.draft.values)
    answers = [(answer.label, in_words(answer)) for answer in given]
    return [*answers, *typed_lines(active().booking_fields(), step.draft.values)]


async def _who(step: Step) -> Identity:
    """Name the person that the booking is for, as the summary shows them."""
    typed = step.draft.identity
    if step.draft.person_id is not None:
        person = await people.person(step.draft.person_id)
        if step.draft.invitation_id is not None:
            shown = hidden(await people.contact_of(person.id))
            return Identity(
                first_name=person.first_name,
                last_name=person.last_name[:1] + ".",
                phone=shown.phone,
            )
        return Identity(
            first_name=person.first_name,
            last_name=person.last_name,
            email=person.email or step.journey.session.email or "",
            **msgspec.structs.asdict(await people.contact_of(person.id)),
        )
    if typed is None:
        raise NotFound
    return Identity(
        first_name=typed.first_name,
        last_name=typed.last_name,
        email=typed.email,
        phone=typed.phone,
        address=typed.address,
        locale=current_locale.get(),
    )


@post("/reservation/{booking_id:uuid}/confirmation", opt=public())
async def confirm(request: AnyRequest, booking_id: FromPath[UUID]) -> Template | Redirect:
    """Confirm; sent twice, it makes one appointment and leads to the same page (C-30)."""
    step = await open_step(request, booking_id, "confirmation")
    try:
        await _limit_for_others(step)
        booking = await appointments.confirm(
            booking_id, step.journey.owner, await _request(step), step.journey.actor
        )
    except HoldExpired as error:
        raise hold_over(step.draft) from error
    except Refusal as refusal:
        return await _summary_page(step, refusal)
    await _finish(step, booking)
    return Redirect(f"{step.href}/termine", status_code=303)


async def _limit_for_others(step: Step) -> None:
    """Refuse whoever books for ever more others; raises `TooManyForOthers`."""
    address = email_to_prove(active().booking_fields(), step.draft.values, "")
    if not address:
        return
    try:
        await limit("booking_for_others", address)
    except TooManyRequests as refused:
        raise TooManyForOthers(**refused.details) from refused


async def _request(step: Step) -> ConfirmRequest:
    draft = step.draft
    who = None if draft.person_id else await _who(step)
    return ConfirmRequest(
        person_id=draft.person_id,
        identity=who,
        email_proven=who is not None and who.email == step.journey.session.email,
        instructions_accepted=draft.accepted,
        values=draft.values,
        invitation_id=draft.invitation_id,
    )


async def _finish(step: Step, booking: Booking) -> None:
    journey, draft = step.journey, step.draft
    remembered.keep(active().booking_fields(), draft.values)
    own = draft.person_id is None and _proved_their_own(step)
    done = {
        **journey.memory.drafts,
        str(booking.id): msgspec.structs.replace(draft, confirmed=True),
    }
    # Somebody who books for others types another name the next time.
    identity = draft.identity if own or draft.person_id else None
    used = draft.invitation_id is not None
    came_with = None if used else journey.memory.invitation_id
    identity = journey.memory.identity if used else identity
    await journey.remember(drafts=done, identity=identity, invitation_id=came_with)
    if own and journey.session.person_id is None and booking.person_id is not None:
        await sessions.sign_in_person(journey.request, booking.person_id)


def _proved_their_own(step: Step) -> bool:
    identity = step.draft.identity
    return identity is not None and identity.email == step.journey.session.email


@get("/reservation/{booking_id:uuid}/termine", opt=public())
async def done(request: AnyRequest, booking_id: FromPath[UUID]) -> Template:
    """Say when, where, with whom, what to bring and how to cancel (C-41)."""
    journey, booking = await confirmed(request, booking_id)
    person = await people.person(booking.person_id) if booking.person_id else None
    by_invitation = came_by_invitation(journey, booking.id)
    name = short_name if by_invitation else full_name
    return page(
        "public/done.html",
        **await visible_booking(booking, discreet=by_invitation),
        who=name(person) if person else "",
        by_invitation=by_invitation,
        email="" if by_invitation else (person and person.email) or journey.session.email,
        signed_in=journey.session.person_id is not None,
        fragments=await fragments_of("public.confirmation", booking.id),
    )


@get("/reservation/{booking_id:uuid}/rendez-vous.ics", opt=public())
async def done_file(request: AnyRequest, booking_id: FromPath[UUID]) -> Response[bytes]:
    """Give the appointment for one's own calendar."""
    journey, booking = await confirmed(request, booking_id)
    if booking.confidential:
        raise NotFound  # a calendar that others read would tell (S-08)
    return await calendar_file(booking, discreet=came_by_invitation(journey, booking.id))


def came_by_invitation(journey: Journey, booking_id: UUID) -> bool:
    """Tell whether a booking was made with an invitation: little is shown of whom it is for (S-11)."""
    draft = journey.draft(booking_id)
    return draft is not None and draft.invitation_id is not None


async def confirmed(request: AnyRequest, booking_id: UUID) -> tuple[Journey, Booking]:
    """Read a booking that this visitor confirmed.

    Raises:
        NotFound: This visitor did not, or their session is over.
    """
    journey = await Journey.current(request)
    draft = journey.draft(booking_id) if journey else None
    if journey is None or draft is None or not draft.confirmed:
        raise NotFound
    return journey, await appointments.get(booking_id)
