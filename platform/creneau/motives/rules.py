"""What a motive may be (C-05)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, Literal, get_args
from uuid import UUID

import msgspec

from creneau.i18n import gettext as _
from creneau.motives.schemas import (
    Audience,
    LocationType,
    Motive,
    MotiveDraft,
    MotiveListed,
    PersonChannels,
)
from creneau.plugins import active
from creneau.validation import Checked

Touch = Literal["kind", "duration", "buffers"]
DAY: Final = 24 * 60
TWO_YEARS: Final = 730 * DAY
BOUNDS: Final = (
    ("duration_minutes", 1, DAY),
    ("step_minutes", 1, DAY),
    ("buffer_before_minutes", 0, 480),
    ("buffer_after_minutes", 0, 480),
    ("minimum_notice_minutes", 0, TWO_YEARS),
    ("maximum_notice_minutes", 1, TWO_YEARS),
    ("capacity", 1, 10_000),
    ("cancel_notice_minutes", 0, TWO_YEARS),
    ("move_notice_minutes", 0, TWO_YEARS),
    ("maximum_active_per_person", 1, 1_000),
    ("maximum_per_person_per_day", 1, 1_000),
    ("maximum_per_person_per_week", 1, 1_000),
)
MOST_AT_ONCE: Final = range(1, 11)
MOST_REMINDERS: Final = 5
REMINDED: Final = (15, 90 * DAY)
TEXTS: Final = ("description", "instructions_before", "instructions_after", "cancellation_warning")


def checked_motive(draft: MotiveDraft) -> MotiveDraft:
    """Clean a motive's draft (C-05).

    Raises:
        InvalidInput: With a sentence for each field that cannot be used.
    """
    check = Checked()
    clean = msgspec.structs.replace(
        draft,
        name=check.line("name", draft.name, needed=_("Donnez un nom au motif."), longest=120),
        category=check.line("category", draft.category, longest=80),
        colour=check.colour("colour", draft.colour),
        **{field: check.paragraphs(field, getattr(draft, field)) for field in TEXTS},
    )
    for field, lowest, highest in BOUNDS:
        check.between(field, getattr(draft, field), lowest, highest)
    check.choice("location_type", draft.location_type, get_args(LocationType))
    check.choice("audience", draft.audience, get_args(Audience))
    check.choice("person_channels", draft.person_channels, get_args(PersonChannels))
    _check_together(check, draft)
    _check_requires(check, draft)
    _check_reminders(check, draft)
    for group in active().motive_fields():
        for name, sentence in group.check(group.values_in(draft.extra), clean).items():
            check.refuse(name, sentence)
    check.refuse_if_wrong()
    return clean


def touches(before: Motive, after: MotiveDraft) -> frozenset[Touch]:
    """Tell in which ways a change concerns appointments that are booked already (C-14).

    A session keeps the seats that it was made with, and an appointment its length: what counts is
    that they are no longer like those to come.
    """
    alone = (before.capacity == 1, after.capacity == 1)
    found: dict[Touch, bool] = {
        "kind": alone[0] != alone[1]
        or before.location_type != after.location_type
        or before.requires != after.requires,
        "duration": before.duration_minutes != after.duration_minutes,
        "buffers": after.buffer_before_minutes > before.buffer_before_minutes
        or after.buffer_after_minutes > before.buffer_after_minutes,
    }
    return frozenset(touch for touch, does in found.items() if does)


def told_apart(listed: Sequence[MotiveListed]) -> Mapping[UUID, str]:
    """Name motives; where several have one name, with their organisation."""
    often = Counter(one.name for one in listed)
    return {
        one.id: f"{one.name} ({one.organisation_name})" if often[one.name] > 1 else one.name
        for one in listed
    }


def _check_requires(check: Checked, draft: MotiveDraft) -> None:
    known = {kind.code for kind in active().resource_kinds()}
    if not draft.requires.keys() <= known:
        check.refuse("requires", _("Choisissez des ressources de la liste."))
    if any(number not in MOST_AT_ONCE for number in draft.requires.values()):
        check.refuse("requires", _("Choisissez entre 1 et 10 ressources de chaque sorte."))


def _check_reminders(check: Checked, draft: MotiveDraft) -> None:
    found, (soonest, earliest) = draft.reminders, REMINDED
    if len(found) > MOST_REMINDERS:
        sentence = _("Gardez %(most)s rappels au plus.", most=MOST_REMINDERS)
    elif any(not soonest <= one.minutes <= earliest for one in found):
        sentence = _("Un rappel part entre 15 minutes et 90 jours avant le rendez-vous.")
    elif any(one.at is not None and one.minutes % DAY for one in found):
        sentence = _("Pour un rappel à une heure précise, comptez en jours entiers.")
    elif len(set(found)) < len(found):
        sentence = _("Deux rappels partent au même moment : gardez-en un.")
    else:
        return
    check.refuse("reminders", sentence)


def _check_together(check: Checked, draft: MotiveDraft) -> None:
    if draft.maximum_notice_minutes <= draft.minimum_notice_minutes:
        check.refuse(
            "maximum_notice_minutes",
            _("Le délai maximum doit être plus long que le délai minimum."),
        )
    if draft.confidential and draft.audience != "agents":
        check.refuse(
            "confidential",
            _(
                "Un motif confidentiel est réservé aux agents : en ligne, un code partirait par e-mail. "
                "Choisissez « Les agents seulement », ou décochez."
            ),
        )
    if draft.secretariat and draft.location_type == "home":
        check.refuse(
            "secretariat",
            _("Un rendez-vous à domicile ne peut pas être confié au secrétariat."),
        )
