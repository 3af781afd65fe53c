"""What is asked at the identification step: the core's own fields and those of plugins."""

from collections.abc import Mapping, Sequence

from creneau.contributions import BookingFields
from creneau.i18n import gettext as _
from creneau.motives.schemas import Motive
from creneau.people.rules import LONGEST_ADDRESS
from creneau.people.schemas import Contact
from creneau.plugins import active
from creneau.questions import service as questions
from creneau.questions.answering import fields_of
from creneau.validation import Checked

from creneau_web.forms import Form
from creneau_web.public.journeys import TypedIdentity

LONGEST_NAME = 100


async def groups_for(motive: Motive) -> list[BookingFields]:
    """List what is asked besides who books: the motive's own questions, then the plugins' fields."""
    return [*fields_of(await questions.asked(motive.id)), *active().booking_fields()]


def read_identity(form: Form, motive: Motive, groups: Sequence[BookingFields]) -> TypedIdentity:
    """Read who books; a phone or an address is needed where they are called or visited (S-06).

    Raises:
        InvalidInput: With a sentence for each wrong field, those of plugins included.
    """
    checked = Checked()
    identity = TypedIdentity(
        first_name=checked.line(
            "first_name",
            form.text("first_name"),
            needed=_("Indiquez votre prénom."),
            longest=LONGEST_NAME,
        ),
        last_name=checked.line(
            "last_name",
            form.text("last_name"),
            needed=_("Indiquez votre nom."),
            longest=LONGEST_NAME,
        ),
        email=checked.email("email", form.text("email"), needed=_email_needed(form, groups)),
        phone=checked.phone("phone", form.text("phone")),
        address=checked.paragraphs("address", form.text("address"), longest=LONGEST_ADDRESS),
    )
    _refuse_address_of_other(checked, identity.email, form, groups)
    refuse_missing_contact(checked, form, motive)
    check_groups(checked, form, groups)
    checked.refuse_if_wrong()
    return identity


def _email_needed(form: Form, groups: Sequence[BookingFields]) -> str:
    """Ask for the person's own address unless somebody else proves theirs (D-07)."""
    other = email_to_prove(groups, group_values(form, groups), "")
    return "" if other else _("Indiquez votre adresse e-mail.")


def _refuse_address_of_other(
    checked: Checked, email: str, form: Form, groups: Sequence[BookingFields]
) -> None:
    """Keep whoever books for others out of their appointments: an address opens them (D-07)."""
    if email and email == email_to_prove(groups, group_values(form, groups), ""):
        checked.refuse(
            "email",
            _(
                "C’est votre adresse, pas celle de la personne qui viendra."
                " Laissez ce champ vide si elle n’en a pas."
            ),
        )


def refuse_missing_contact(checked: Checked, form: Form, motive: Motive) -> None:
    """Ask for the number where the appointment is by phone, and for the address at home (S-06)."""
    if motive.location_type == "phone" and not form.text("phone"):
        checked.refuse("phone", _("Indiquez le numéro auquel vous appeler."))
    if motive.location_type == "home" and not form.text("address").strip():
        checked.refuse("address", _("Indiquez l’adresse à laquelle venir."))


def check_contact(checked: Checked, form: Form, motive: Motive) -> None:
    """Check the number and the address of somebody who is known already."""
    checked.phone("phone", form.text("phone"))
    checked.paragraphs("address", form.text("address"), longest=LONGEST_ADDRESS)
    refuse_missing_contact(checked, form, motive)


def is_reachable(motive: Motive, contact: Contact | TypedIdentity) -> bool:
    """Tell whether it is known where to call or to visit somebody, as the motive needs (S-06)."""
    needed = {"phone": contact.phone, "home": contact.address}
    return bool(needed.get(motive.location_type, "nothing"))


def check_groups(checked: Checked, form: Form, groups: Sequence[BookingFields]) -> None:
    """Check the fields of plugins, each by its own rules and by what it declares."""
    for group in groups:
        values = group_values(form, [group])
        for name, sentence in group.check(values).items():
            checked.refuse(name, sentence)
        for field in group.fields:
            if field.required and not values[field.name]:
                checked.refuse(field.name, _("Cette réponse est nécessaire."))
            checked.line(field.name, values[field.name], longest=field.maximum_length)


def group_values(form: Form, groups: Sequence[BookingFields]) -> dict[str, str]:
    """Read the values of plugins' fields, empty ones included."""
    return {field.name: form.text(field.name) for group in groups for field in group.fields}


def email_to_prove(groups: Sequence[BookingFields], values: Mapping[str, str], own: str) -> str:
    """Say whose address the code must prove: what a plugin says, or the person's own (C-42)."""
    for group in groups:
        proven = group.proven_email(values)
        if proven is not None:
            return proven
    return own


def typed_lines(
    groups: Sequence[BookingFields], values: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Give the lines typed into plugins' fields, with their labels; none that a tick left out."""
    return [
        (_(field.label), values[field.name])
        for group in groups
        for field in group.fields
        if field.kind != "checkbox"
        and values.get(field.name)
        and (not field.needed_with or values.get(field.needed_with))
    ]
