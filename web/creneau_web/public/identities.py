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
    other = _proven_by_other(groups, group_values(form, groups))
    needed = _needed(for_other=other is not None)
    identity = TypedIdentity(
        first_name=checked.line(
            "first_name",
            form.text("first_name"),
            needed=needed["first_name"],
            longest=LONGEST_NAME,
        ),
        last_name=checked.line(
            "last_name",
            form.text("last_name"),
            needed=needed["last_name"],
            longest=LONGEST_NAME,
        ),
        email=checked.email("email", form.text("email"), needed=needed["email"]),
        phone=checked.phone("phone", form.text("phone")),
        address=checked.paragraphs("address", form.text("address"), longest=LONGEST_ADDRESS),
    )
    _refuse_address_of_other(checked, identity.email, other)
    refuse_missing_contact(checked, form, motive, for_other=other is not None)
    check_groups(checked, form, groups)
    checked.refuse_if_wrong()
    return identity


def _needed(*, for_other: bool) -> Mapping[str, str]:
    """Ask for the person's own address unless somebody else proves theirs (D-07)."""
    if for_other:
        return {
            "first_name": _("Indiquez le prénom de la personne qui viendra."),
            "last_name": _("Indiquez le nom de la personne qui viendra."),
            "email": "",
        }
    return {
        "first_name": _("Indiquez votre prénom."),
        "last_name": _("Indiquez votre nom."),
        "email": _("Indiquez votre adresse e-mail."),
    }


def _refuse_address_of_other(checked: Checked, email: str, other: str | None) -> None:
    """Keep whoever books for others out of their appointments: an address opens them (D-07)."""
    if email and email == other:
        checked.refuse(
            "email",
            _(
                "C’est votre adresse, pas celle de la personne qui viendra."
                " Laissez ce champ vide si elle n’en a pas."
            ),
        )


def refuse_missing_contact(
    checked: Checked, form: Form, motive: Motive, *, for_other: bool = False
) -> None:
    """Ask for the number where the appointment is by phone, and for the address at home (S-06)."""
    if motive.location_type == "phone" and not form.text("phone"):
        number = _("Indiquez le numéro auquel vous appeler.")
        checked.refuse("phone", _("Indiquez le numéro auquel l’appeler.") if for_other else number)
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
    other = _proven_by_other(groups, values)
    return own if other is None else other


def _proven_by_other(groups: Sequence[BookingFields], values: Mapping[str, str]) -> str | None:
    """Give the address of somebody else who proves theirs, empty while untyped; None: nobody does."""
    proven = (group.proven_email(values) for group in groups)
    return next((address for address in proven if address is not None), None)


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
