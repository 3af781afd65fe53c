"""A motive as its form holds it, and a form read as a motive (C-05).

A field of the form is named like the motive's; a length of time has a second field for its unit.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from creneau.i18n import gettext as _
from creneau.motives.rules import checked_motive
from creneau.motives.schemas import Motive, MotiveDraft
from creneau.plugins import active
from creneau.refusals import InvalidInput
from creneau.validation import Checked

from creneau_web.admin import motive_reminders
from creneau_web.admin.spans import MINUTES_IN, Span, span_of
from creneau_web.forms import Form

TEXTS: Final = (
    "name",
    "description",
    "category",
    "colour",
    "instructions_before",
    "instructions_after",
    "cancellation_warning",
)
CHOICES: Final = ("location_type", "audience")
WAYS: Final = "person_channels"
SWITCHES: Final = ("secretariat", "notify_persons", "notify_agents", "confidential")
NUMBERS: Final = ("position", "duration_minutes", "buffer_before_minutes", "buffer_after_minutes")
MAYBE_NUMBERS: Final = (
    "step_minutes",
    "maximum_active_per_person",
    "maximum_per_person_per_day",
    "maximum_per_person_per_week",
)
SPANS: Final = ("minimum_notice_minutes", "maximum_notice_minutes")
# A notice that binds whoever changes their mind, and the box without which they may not at all.
ALLOWED: Final = {"cancel_notice_minutes": "may_cancel", "move_notice_minutes": "may_move"}
EVERY: Final = (
    *("organisation_id", "service_id", "seats", "capacity"),
    *(*TEXTS, *CHOICES, WAYS, *NUMBERS, *MAYBE_NUMBERS, *SPANS, *ALLOWED),
)
NOBODY: Final = UUID(int=0)
LONGEST_NUMBER: Final = 7
Values = dict[str, Any]


def values_of(motive: Motive | MotiveDraft) -> Values:
    """Fill the form with a motive, or with what a new one begins with."""
    values: Values = {name: getattr(motive, name) for name in (*TEXTS, *CHOICES, WAYS, *SWITCHES)}
    values |= {name: str(getattr(motive, name)) for name in ("organisation_id", "service_id")}
    for name in (*NUMBERS, *MAYBE_NUMBERS):
        number = getattr(motive, name)
        values[name] = "" if number is None else str(number)
    for name in SPANS:
        values |= _span(name, getattr(motive, name))
    for name, box in ALLOWED.items():
        notice = getattr(motive, name)
        values |= {box: notice is not None, **_span(name, notice or 0)}
    values |= _seats(motive.capacity)
    values |= motive_reminders.values_of(motive.reminders)
    values |= {_needed(code): str(number) for code, number in motive.requires.items()}
    for group in active().motive_fields():
        values |= group.values_in(motive.extra)
    return values


def _span(name: str, minutes: int) -> Values:
    span = span_of(minutes)
    return {name: str(span.amount), f"{name}_unit": span.unit}


def _seats(capacity: int | None) -> Values:
    if capacity is None:
        return {"seats": "unlimited", "capacity": ""}
    return {
        "seats": "one" if capacity == 1 else "several",
        "capacity": "" if capacity == 1 else str(capacity),
    }


def _needed(code: str) -> str:
    return f"requires-{code}"


def typed_values(typed: Form) -> Values:
    """Keep what was typed, as the form shows it again."""
    # A form that did not come from our page may lack any field.
    values: Values = {**dict.fromkeys(EVERY, ""), **typed.values()}
    for name in (*SWITCHES, *ALLOWED.values()):
        values[name] = bool(typed.text(name))
    return values


def read(typed: Form, *, organisation_id: UUID | None, extra: Mapping[str, Any]) -> MotiveDraft:
    """Read a motive's form; `organisation_id` None: it is chosen in the form.

    Raises:
        InvalidInput: With a sentence for each field that cannot be used.
    """
    reading = _Reading(typed)
    values: Values = {name: typed.text(name) for name in (*TEXTS, *CHOICES)}
    values[WAYS] = typed.text(WAYS) or "one"
    values |= {name: bool(typed.text(name)) for name in SWITCHES}
    values |= {name: reading.number(name) for name in NUMBERS}
    values |= {name: reading.number(name) if typed.text(name) else None for name in MAYBE_NUMBERS}
    values |= {name: reading.span(name) for name in SPANS}
    values |= {
        name: reading.span(name) if typed.text(box) else None for name, box in ALLOWED.items()
    }
    draft = MotiveDraft(
        organisation_id=organisation_id or reading.id("organisation_id"),
        service_id=reading.id("service_id"),
        capacity=reading.capacity(),
        requires=reading.requires(),
        reminders=motive_reminders.read(typed, reading.check),
        extra=reading.of_plugins(extra),
        **values,
    )
    wrong = {**_against_the_rules(draft), **reading.check.wrong}
    if wrong:
        raise InvalidInput(wrong)
    return draft


def _against_the_rules(draft: MotiveDraft) -> Mapping[str, str]:
    try:
        checked_motive(draft)
    except InvalidInput as refused:
        return refused.fields
    return {}


class _Reading:
    """Reads one form, and collects what is no number or no choice."""

    def __init__(self, typed: Form) -> None:
        self.typed = typed
        self.check = Checked()

    def id(self, name: str) -> UUID:
        try:
            return UUID(self.typed.text(name))
        except ValueError:
            self.check.refuse(name, _("Choisissez dans la liste."))
            return NOBODY

    def number(self, name: str) -> int:
        text = self.typed.text(name)
        if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
            self.check.refuse(name, _("Écrivez un nombre entier, comme 30."))
            return 1
        return int(text)

    def span(self, name: str) -> int:
        unit = self.typed.text(f"{name}_unit")
        if unit not in MINUTES_IN:
            self.check.refuse(name, _("Choisissez des minutes, des heures, des jours…"))
            return 1
        return Span(self.number(name), unit).minutes

    def capacity(self) -> int | None:
        seats = self.typed.text("seats")
        if seats == "several":
            number = self.number("capacity")
            if number == 1:
                self.check.refuse("capacity", _("Une séance à plusieurs a au moins 2 places."))
            return number
        if seats not in {"one", "unlimited"}:
            self.check.refuse("seats", _("Choisissez une des valeurs proposées."))
        return None if seats == "unlimited" else 1

    def requires(self) -> dict[str, int]:
        wanted = {
            kind.code: self.number(_needed(kind.code))
            for kind in active().resource_kinds()
            if self.typed.text(_needed(kind.code))
        }
        return {code: number for code, number in wanted.items() if number}

    def of_plugins(self, kept: Mapping[str, Any]) -> dict[str, Any]:
        extra = dict(kept)
        for group in active().motive_fields():
            values = {field.name: self.typed.text(field.name) for field in group.fields}
            extra = group.kept_in(extra, values)
            for field in group.fields:
                self.check.line(field.name, values[field.name], longest=field.maximum_length)
                if field.required and not values[field.name]:
                    self.check.refuse(field.name, _("Cette réponse est nécessaire."))
                if values[field.name] and not _is_offered(values[field.name], field.options):
                    self.check.refuse(field.name, _("Choisissez une des valeurs proposées."))
        return extra


def _is_offered(value: str, options: Iterable[tuple[str, str]]) -> bool:
    offered = {option for option, _label in options}
    return not offered or value in offered
