"""Who books: typed once, proven by a code sent by e-mail (C-41, C-42)."""

from uuid import UUID

from creneau.contributions import BookingFields
from creneau.people import service as people
from creneau.phones import readable_phone
from creneau.questions.answering import AskedFields
from creneau.refusals import Refusal
from creneau_tenants.sign_on import service as sign_on
from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from creneau_web.access import public
from creneau_web.auth import codes
from creneau_web.forms import Form, form
from creneau_web.public import for_others, remembered
from creneau_web.public.beneficiaries import (
    SELF,
    household_of,
    keep_beneficiary,
    keep_invited,
    sentences,
)
from creneau_web.public.for_others import ASKED, OTHER, OWN
from creneau_web.public.identities import (
    email_to_prove,
    group_values,
    groups_for,
    is_reachable,
    read_identity,
)
from creneau_web.public.invited import hidden, short_name
from creneau_web.public.journeys import AnyRequest, TypedIdentity
from creneau_web.public.steps import Step, open_step, read_step
from creneau_web.rendering import page


@get("/reservation/{booking_id:uuid}/suite", opt=public())
async def go_on(request: AnyRequest, booking_id: FromPath[UUID]) -> Redirect:
    """Go to the first step that is still to do; what is known is not asked again (C-41)."""
    step = await read_step(request, booking_id)
    if not step.draft.answered and not await _more_is_asked(step):
        await _answer_what_is_known(step)
    return Redirect(step.next_href, status_code=303)


async def _more_is_asked(step: Step) -> bool:
    """Tell whether the motive asks something, or a plugin needs an answer that is not there yet."""
    typed, groups = step.draft.values, await groups_for(step.motive)
    known = {} if step.draft.invitation_id else remembered.known()
    # Who books for others does so again: for whom is never known.
    return for_others.booking_for(groups, known) is not None or any(
        field.name not in typed
        if isinstance(group, AskedFields)
        else field.required and not typed.get(field.name)
        for group in groups
        for field in group.fields
    )


async def _answer_what_is_known(step: Step) -> None:
    session, memory = step.journey.session, step.journey.memory
    identity = None if memory.for_other else memory.identity
    if step.draft.invitation_id is not None and step.draft.person_id is not None:
        if is_reachable(step.motive, await people.contact_of(step.draft.person_id)):
            await step.answer(answered=True, proven_by="")
    elif session.person_id is not None:
        contact = await people.contact_of(session.person_id)
        alone = not await people.relatives(session.person_id)
        if alone and is_reachable(step.motive, contact):
            await step.answer(answered=True, person_id=session.person_id, proven_by="")
    elif identity and _is_whole(identity, session.email) and is_reachable(step.motive, identity):
        await step.answer(answered=True, identity=identity, proven_by=identity.email)


def _is_whole(identity: TypedIdentity, proven_email: str | None) -> bool:
    # A provider may prove an address and tell no name.
    named = bool(identity.first_name and identity.last_name)
    return named and proven_email == identity.email


@get("/reservation/{booking_id:uuid}", opt=public())
async def identify(
    request: AnyRequest, booking_id: FromPath[UUID], pour: FromQuery[str] = ""
) -> Template:
    """Ask who books, or, of somebody who is signed in, for whom."""
    step = await open_step(request, booking_id, "identity")
    groups = await groups_for(step.motive)
    filled = {**remembered.known(), **step.draft.values}
    if step.journey.session.person_id is not None:
        # At home here: they book for their own unless they say so now.
        filled = {**for_others.said(groups, filled, OWN), **step.draft.values}
    filled = for_others.said(groups, filled, pour)
    return await _identity_page(step, _known(step, groups, filled))


def _known(step: Step, groups: list[BookingFields], filled: dict[str, str]) -> dict[str, str]:
    """Fill in what was typed before, in this booking or another (C-41)."""
    session, draft, memory = step.journey.session, step.draft, step.journey.memory
    for_other = for_others.booking_for(groups, filled) is not None
    before = (
        (draft.identity, for_others.booking_for(groups, draft.values) is not None),
        (memory.identity, memory.for_other),
    )
    identity = next((one for one, whose in before if one and whose == for_other), None)
    own = {} if for_other else {"email": session.email or ""}
    if identity is not None:
        own = {
            "first_name": identity.first_name,
            "last_name": identity.last_name,
            "email": identity.email,
            "phone": identity.phone,
            "address": identity.address,
        }
    who = SELF if draft.person_id in {None, session.person_id} else str(draft.person_id)
    return {**own, **filled, "who": who}


@post("/reservation/{booking_id:uuid}", opt=public())
async def identified(request: AnyRequest, booking_id: FromPath[UUID]) -> Template | Redirect:
    """Keep who books, and send the code where the address is not proven yet."""
    step = await open_step(request, booking_id, "identity")
    typed = await form(request)
    try:
        await _keep(step, typed)
        if step.next_href.endswith("/code"):
            await codes.send_code(step.journey.session, step.draft.proven_by)
    except Refusal as refusal:
        groups = await groups_for(step.motive)
        kept = for_others.said(groups, {}, OWN) | typed.values()
        return await _identity_page(step, kept, refusal)
    return Redirect(step.next_href, status_code=303)


@post("/reservation/{booking_id:uuid}/oubli", opt=public())
async def forget(request: AnyRequest, booking_id: FromPath[UUID]) -> Redirect:
    """Forget what this browser kept to fill in the form; it is somebody else's now."""
    step = await open_step(request, booking_id, "identity")
    kept = remembered.known()
    remembered.forget()
    left = {name: value for name, value in step.draft.values.items() if name not in kept}
    await step.answer(values=left)
    return Redirect(step.href, status_code=303)


async def _keep(step: Step, typed: Form) -> None:
    groups = await groups_for(step.motive)
    if step.draft.invitation_id is not None and step.draft.person_id is not None:
        await keep_invited(step, step.draft.person_id, typed, groups)
        return
    values = group_values(typed, groups)
    for_other = for_others.booking_for(groups, values) is not None
    person_id = step.journey.session.person_id
    if person_id is not None and not for_other:
        await keep_beneficiary(step, person_id, typed, groups)
        return
    identity = read_identity(typed, step.motive, groups)
    await step.journey.remember(identity=identity, for_other=for_other)
    await step.answer(
        answered=True,
        person_id=None,
        identity=identity,
        values=values,
        proven_by=email_to_prove(groups, values, identity.email),
    )


async def _identity_page(
    step: Step, typed: dict[str, str], refusal: Refusal | None = None
) -> Template:
    errors = sentences(refusal) if refusal else {}
    if step.draft.invitation_id is not None and step.draft.person_id is not None:
        return await _invited_page(step, step.draft.person_id, typed, errors, refusal)
    groups = await groups_for(step.motive)
    if for_others.is_open(groups, typed):
        return _whom_page(step, groups)
    person_id = step.journey.session.person_id
    household = await household_of(person_id) if person_id else None
    booking_for = for_others.booking_for(groups, typed)
    return page(
        _template(for_other=booking_for is not None, signed_in=person_id is not None),
        status=refusal.status if refusal else 200,
        **step.context(),
        household=household,
        phone=readable_phone(household.person.phone) if household else "",
        address=household.person.address if household else "",
        groups=for_others.without(groups),
        others=booking_for or for_others.asking(groups),
        own_href=f"{step.href}?{ASKED}={OWN}",
        other_href=f"{step.href}?{ASKED}={OTHER}",
        typed=typed,
        errors=errors,
        refusal=str(refusal) if refusal and not errors else "",
        offers=await sign_on.offered("person"),
        filled_in=booking_for is not None and bool(remembered.known()),
    )


def _template(*, for_other: bool, signed_in: bool) -> str:
    if for_other:
        return "public/identity_other.html"
    return "public/beneficiary.html" if signed_in else "public/identity.html"


def _whom_page(step: Step, groups: list[BookingFields]) -> Template:
    """Ask first for whom one books: what is asked next is not the same."""
    return page(
        "public/whom.html",
        **step.context(),
        others=for_others.asking(groups),
        own_href=f"{step.href}?{ASKED}={OWN}",
        other_href=f"{step.href}?{ASKED}={OTHER}",
    )


async def _invited_page(
    step: Step,
    person_id: UUID,
    typed: dict[str, str],
    errors: dict[str, str],
    refusal: Refusal | None,
) -> Template:
    """Ask what is missing, and show nothing of what is known of whom the invitation is for."""
    contact = await people.contact_of(person_id)
    return page(
        "public/invited_details.html",
        status=refusal.status if refusal else 200,
        **step.context(),
        name=short_name(await people.person(person_id)),
        known=is_reachable(step.motive, contact),
        contact=hidden(contact),
        groups=for_others.without(await groups_for(step.motive)),
        typed={} if refusal is None else typed,
        errors=errors,
        refusal=str(refusal) if refusal and not errors else "",
    )


@get("/reservation/{booking_id:uuid}/code", opt=public())
async def ask_code(request: AnyRequest, booking_id: FromPath[UUID]) -> Template:
    """Ask for the code that was sent."""
    return _code_page(await open_step(request, booking_id, "code"))


@post("/reservation/{booking_id:uuid}/code", opt=public())
async def check_code(request: AnyRequest, booking_id: FromPath[UUID]) -> Template | Redirect:
    """Check the code; the session gets a new id with the proven address."""
    step = await open_step(request, booking_id, "code")
    typed = (await form(request)).text("code")
    try:
        step.journey.session = await codes.check_code(
            step.journey.session, step.draft.proven_by, digits(typed)
        )
    except Refusal as refusal:
        return _code_page(step, refusal)
    return Redirect(step.next_href, status_code=303)


def digits(typed: str) -> str:
    """Keep the digits of a code, however it was typed or pasted."""
    return "".join(character for character in typed if character.isdecimal())


@post("/reservation/{booking_id:uuid}/code/envoi", opt=public())
async def send_again(request: AnyRequest, booking_id: FromPath[UUID]) -> Template | Redirect:
    """Send another code; the earlier one ends."""
    step = await open_step(request, booking_id, "code")
    try:
        await codes.send_code(step.journey.session, step.draft.proven_by)
    except Refusal as refusal:
        return _code_page(step, refusal)
    return Redirect(f"{step.href}/code?renvoi=1", status_code=303)


def _code_page(step: Step, refusal: Refusal | None = None) -> Template:
    return page(
        "public/code.html",
        status=refusal.status if refusal else 200,
        **step.context(),
        email=step.draft.proven_by,
        action=f"{step.href}/code",
        again=f"{step.href}/code/envoi",
        other=step.href,
        sent_again="renvoi" in step.journey.request.query_params,
        error=str(refusal) if refusal else "",
    )
