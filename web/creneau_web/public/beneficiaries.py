"""For whom somebody who is signed in books: oneself, a relative, or a relative named now (C-42)."""

from uuid import UUID

import msgspec
from creneau.context import Actor
from creneau.contributions import BookingFields
from creneau.i18n import gettext as _
from creneau.motives.schemas import Motive
from creneau.people import service as people
from creneau.people.schemas import Person, PersonDetails, RelativeDraft
from creneau.phones import normalised_phone
from creneau.refusals import InvalidInput
from creneau.validation import Checked

from creneau_web.forms import Form
from creneau_web.public.identities import (
    check_contact,
    check_groups,
    email_to_prove,
    group_values,
    is_reachable,
)
from creneau_web.public.steps import Step

SELF, NEW = "self", "new"


class Household(msgspec.Struct, frozen=True):
    """Who is signed in, and their relatives."""

    person: Person
    relatives: list[Person]

    def choices(self) -> list[tuple[str, str]]:
        """List for whom one may book, as the values and labels of a choice."""
        own = _("Pour moi : %(name)s", name=full_name(self.person))
        return [
            (SELF, own),
            *((str(relative.id), full_name(relative)) for relative in self.relatives),
            (NEW, _("Pour un autre proche")),
        ]


def full_name(person: Person) -> str:
    """First name and last name."""
    return f"{person.first_name} {person.last_name}"


async def household_of(person_id: UUID) -> Household:
    """Read who is signed in and their relatives."""
    return Household(await people.person(person_id), await people.relatives(person_id))


async def keep_beneficiary(
    step: Step, person_id: UUID, typed: Form, groups: list[BookingFields]
) -> None:
    """Keep for whom the booking is.

    Raises:
        InvalidInput: With a sentence for each wrong field.
    """
    household = await household_of(person_id)
    _check(step, household, typed, groups)
    await keep_contact(step.motive, household.person, typed, step.journey.actor)
    values = group_values(typed, groups)
    await step.answer(
        answered=True,
        person_id=await _chosen(step, household, typed),
        identity=None,
        values=values,
        proven_by=email_to_prove(groups, values, ""),
    )


def _check(step: Step, household: Household, typed: Form, groups: list[BookingFields]) -> None:
    checked = Checked()
    known = {value for value, _label in household.choices()}
    if typed.text("who") not in known:
        checked.refuse("who", _("Choisissez pour qui est ce rendez-vous."))
    check_contact(checked, typed, step.motive)
    check_groups(checked, typed, groups)
    checked.refuse_if_wrong()


async def keep_invited(
    step: Step, person_id: UUID, typed: Form, groups: list[BookingFields]
) -> None:
    """Keep what an invited person answered; a number or an address that is known stays as it is (S-11).

    Raises:
        InvalidInput: With a sentence for each wrong field.
    """
    checked = Checked()
    known = is_reachable(step.motive, await people.contact_of(person_id))
    if not known:
        check_contact(checked, typed, step.motive)
    check_groups(checked, typed, groups)
    checked.refuse_if_wrong()
    if not known:
        person = await people.person(person_id)
        answers_for = person.responsible_id or person.id
        who = Actor("person", answers_for)
        await keep_contact(step.motive, await people.person(answers_for), typed, who)
    values = group_values(typed, groups)
    await step.answer(answered=True, values=values, proven_by=email_to_prove(groups, values, ""))


async def _chosen(step: Step, household: Household, typed: Form) -> UUID:
    chosen = typed.text("who")
    if chosen == SELF:
        return household.person.id
    if chosen != NEW:
        return UUID(chosen)
    name = RelativeDraft(first_name=typed.text("first_name"), last_name=typed.text("last_name"))
    return await people.add_relative(household.person.id, name, step.journey.actor)


async def keep_contact(motive: Motive, person: Person, typed: Form, actor: Actor) -> None:
    """Keep the number to call or the address to come to with who answers for the household."""
    phone, address = person.phone, person.address
    if motive.location_type == "phone":
        phone = normalised_phone(typed.text("phone")) or phone
    if motive.location_type == "home":
        address = typed.text("address").strip() or address
    if (phone, address) == (person.phone, person.address):
        return
    details = PersonDetails(
        first_name=person.first_name,
        last_name=person.last_name,
        phone=phone,
        birth_date=person.birth_date,
        address=address,
        locale=person.locale,
    )
    await people.update_details(person.id, details, actor)


def sentences(refusal: Exception) -> dict[str, str]:
    """Give the sentence beside each field of a refused form; nothing for other refusals."""
    return dict(refusal.fields) if isinstance(refusal, InvalidInput) else {}
