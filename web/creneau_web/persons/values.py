"""The form of a person's file: what is typed, what stands there, what its fields are called."""

import re
from collections.abc import Collection
from datetime import date
from typing import Final

from creneau.i18n import gettext as _
from creneau.people.rules import draft_of
from creneau.people.schemas import Person, PersonDraft
from creneau.phones import readable_phone
from creneau.refusals import InvalidInput
from msgspec.structs import replace

from creneau_web.forms import Form

TEXTS: Final = (
    "first_name", "last_name", "birth_name", "email", "phone", "second_phone", "address", "locale",
)  # fmt: skip
FIELDS: Final = (*TEXTS, "birth_date")
WRITTEN: Final = re.compile(r"(\d{1,2})\s?[/.\- ]\s?(\d{1,2})\s?[/.\- ]\s?(\d{4})")


def labels() -> dict[str, str]:
    """Name the fields in the current language."""
    return {
        "first_name": _("Prénom"),
        "last_name": _("Nom de famille"),
        "birth_name": _("Nom de naissance"),
        "birth_date": _("Date de naissance"),
        "email": _("E-mail"),
        "phone": _("Téléphone"),
        "second_phone": _("Autre téléphone"),
        "address": _("Adresse"),
        "locale": _("Langue des messages"),
    }


def typed_values(typed: Form) -> dict[str, str]:
    """Give what was typed, as it was."""
    return {name: typed.text(name) for name in FIELDS}


def values_of(person: Person) -> dict[str, str]:
    """Give what a file says as the form shows it."""
    return shown(draft_of(person))


def shown(draft: PersonDraft) -> dict[str, str]:
    """Give what a draft says as the form and the side by side show it."""
    values = {name: str(getattr(draft, name)) for name in TEXTS}
    numbers = {
        name: readable_phone(values[name]) if values[name] else ""
        for name in ("phone", "second_phone")
    }
    born = f"{draft.birth_date:%d/%m/%Y}" if draft.birth_date else ""
    return {**values, **numbers, "birth_date": born}


def draft_from(typed: Form, hidden: Collection[str] = ()) -> PersonDraft:
    """Read the form, but for what is kept from the agent.

    Raises:
        InvalidInput: The birth date is none.
    """
    values = {name: "" if name in hidden else typed.text(name) for name in TEXTS}
    return PersonDraft(
        **{**values, "locale": values["locale"] or "fr"},  # type: ignore[arg-type] - checked with the draft
        birth_date=None if "birth_date" in hidden else _date(typed.text("birth_date")),
    )


def keeping(draft: PersonDraft, person: Person, names: Collection[str]) -> PersonDraft:
    """Leave some facts of a file as they are: whoever does not see them changes none."""
    return replace(draft, **{name: getattr(person, name) for name in names})


def lenient(typed: Form) -> PersonDraft:
    """Read the form for a likeness alone: a birth date that is none counts as not given."""
    try:
        return draft_from(typed)
    except InvalidInput:
        values = {name: typed.text(name) for name in TEXTS}
        return PersonDraft(**{**values, "locale": "fr"})  # type: ignore[arg-type] - checked with the draft


def _date(text: str) -> date | None:
    if not text:
        return None
    found = WRITTEN.fullmatch(text)
    try:
        if found:
            day, month, year = (int(part) for part in found.groups())
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError as error:
        wrong = {"birth_date": _("Écrivez une date de naissance passée, comme 24/11/1984.")}
        raise InvalidInput(wrong) from error
