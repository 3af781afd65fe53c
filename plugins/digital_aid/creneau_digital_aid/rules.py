"""What is asked of somebody who books for another person; nothing here touches the database."""

from collections.abc import Mapping
from typing import Final

from creneau.contributions import Field, ForOthers
from creneau.i18n import current_locale
from creneau.i18n import gettext as _
from creneau.validation import Checked, one_line

from creneau_digital_aid.schemas import Prescriber

PRESCRIBING: Final = "digital_aid_prescribing"
NAME: Final = "digital_aid_name"
STRUCTURE: Final = "digital_aid_structure"
EMAIL: Final = "digital_aid_email"
PHONE: Final = "digital_aid_phone"

REMEMBERED: Final = (PRESCRIBING, NAME, STRUCTURE, EMAIL, PHONE)

FIELDS: Final = (
    Field(
        name=PRESCRIBING,
        label="Je réserve pour une personne que j’accompagne",
        kind="checkbox",
    ),
    Field(
        name=NAME,
        label="Votre prénom et votre nom",
        needed_with=PRESCRIBING,
        autocomplete="section-prescriber name",
        maximum_length=120,
    ),
    Field(
        name=STRUCTURE,
        label="Votre structure",
        needed_with=PRESCRIBING,
        hint="Par exemple : mission locale, CCAS, association.",
        autocomplete="section-prescriber organization",
        maximum_length=160,
    ),
    Field(
        name=EMAIL,
        label="Votre adresse e-mail",
        needed_with=PRESCRIBING,
        kind="email",
        hint="Nous y envoyons un code de vérification, puis la confirmation.",
        autocomplete="section-prescriber email",
        maximum_length=254,
    ),
    Field(
        name=PHONE,
        label="Votre numéro de téléphone",
        needed_with=PRESCRIBING,
        kind="tel",
        autocomplete="section-prescriber tel",
        maximum_length=30,
    ),
)
FOR_A_LEARNER: Final = ForOthers(
    field=PRESCRIBING,
    label="Pour une personne que j’accompagne",
    hint="Vous êtes son prescripteur : mission locale, CCAS, association… Cette personne n’a pas"
    " besoin d’adresse e-mail.",
    acceptance="La personne que j’accompagne connaît ces consignes et les accepte",
)
LONGEST: Final = {field.name: field.maximum_length for field in FIELDS}


def typed_by(prescriber: Prescriber) -> dict[str, str]:
    """Give what a prescriber types."""
    return {
        PRESCRIBING: "on",
        NAME: prescriber.name,
        STRUCTURE: prescriber.structure,
        EMAIL: prescriber.email,
        PHONE: prescriber.phone,
    }


def is_prescribing(values: Mapping[str, str]) -> bool:
    """Tell whether the visitor books for another person."""
    return bool(values.get(PRESCRIBING))


def address(values: Mapping[str, str]) -> str:
    """Give the prescriber's e-mail address as it is compared and kept, checked or not."""
    return one_line(values.get(EMAIL, "")).lower()


def prescriber(values: Mapping[str, str]) -> Prescriber | None:
    """Read the prescriber out of what was typed; None when the visitor books for themselves.

    Raises:
        InvalidInput: With a sentence for each field that cannot be used (D-07).
    """
    if not is_prescribing(values):
        return None
    check = Checked()
    found = Prescriber(
        name=_line(check, values, NAME, _("Écrivez votre prénom et votre nom.")),
        structure=_line(check, values, STRUCTURE, _("Écrivez le nom de votre structure.")),
        email=check.email(EMAIL, values.get(EMAIL, ""), needed=_("Écrivez votre adresse e-mail.")),
        phone=_phone(check, values),
        locale=current_locale.get(),
    )
    check.refuse_if_wrong()
    return found


def _line(check: Checked, values: Mapping[str, str], name: str, needed: str) -> str:
    return check.line(name, values.get(name, ""), needed=needed, longest=LONGEST[name])


def _phone(check: Checked, values: Mapping[str, str]) -> str:
    number = check.phone(PHONE, values.get(PHONE, ""))
    if not number:
        check.refuse(PHONE, _("Écrivez votre numéro de téléphone."))
    return number
