"""From a draft to an appointment: what is checked, and which of the engine's services takes it."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.appointments import service as appointments
from creneau.appointments.rules import checked_notes
from creneau.appointments.schemas import Booking, ConfirmRequest, HoldRequest, SettingRequest
from creneau.i18n import gettext as _
from creneau.idempotency.schemas import Once
from creneau.motives.schemas import Motive
from creneau.people.rules import checked_identity
from creneau.people.schemas import Identity
from creneau.places.schemas import Place
from creneau.refusals import InvalidInput, NotAllowed, NotFound
from creneau_infra.clock import now

from creneau_web.backoffice import reach
from creneau_web.backoffice.agenda.outside import outside_of
from creneau_web.backoffice.agenda.times import read_date, read_minutes, read_time
from creneau_web.backoffice.setting import contact
from creneau_web.backoffice.setting.choices import agents_among, places_for, takers
from creneau_web.backoffice.setting.draft import Draft
from creneau_web.persons.within import person_within
from creneau_web.planning.clocks import missing

# What the domain calls the parts of somebody new, and what the form does.
FIELDS: Mapping[str, str] = {
    "first_name": "prenom",
    "last_name": "nom",
    "phone": "telephone",
    "email": "email",
    "address": contact.FIELD,
}


TWICE: Final = 600
"""Seconds within which the same form is one form sent twice."""


class When(msgspec.Struct, frozen=True, kw_only=True):
    """Where and when, as chosen; the time is local to the place."""

    place: Place
    starts_at: datetime
    minutes: int
    taker_ids: Sequence[UUID]


async def check_person(draft: Draft, motive: Motive) -> None:
    """Raise `InvalidInput` unless the draft says who comes, how to reach them, and fit notes."""
    wrong: dict[str, str] = {}
    known = draft.personne
    if known and draft.is_newcomer:
        wrong["personne"] = _(
            "Vous avez choisi quelqu’un et rempli une nouvelle fiche : gardez l’un ou l’autre."
        )
    elif known:
        await _check_known(known, wrong)
    elif draft.is_newcomer:
        wrong |= _wrong_newcomer(draft, motive)
    else:
        wrong["q"] = _("Choisissez qui vient, ou créez une fiche avec le prénom et le nom.")
    if not wrong:
        await contact.check(draft, motive, wrong)
    try:
        checked_notes(draft.notes)
    except InvalidInput as refused:
        wrong |= refused.fields
    if wrong:
        raise InvalidInput(wrong)


async def _check_known(typed: str, wrong: dict[str, str]) -> None:
    try:
        await person_within(UUID(typed))
    except (ValueError, NotFound, NotAllowed):
        wrong["q"] = _("Cette personne n’existe plus ici. Cherchez à nouveau.")


def _wrong_newcomer(draft: Draft, motive: Motive) -> dict[str, str]:
    try:
        checked_identity(_identity(draft, motive))
    except InvalidInput as refused:
        fields = FIELDS if draft.telephone else {**FIELDS, "phone": contact.FIELD}
        return {fields.get(name, name): text for name, text in refused.fields.items()}
    return {}


def _identity(draft: Draft, motive: Motive) -> Identity:
    reached = {need: draft.joindre} if (need := contact.need_of(motive)) else {}
    return Identity(
        first_name=draft.prenom,
        last_name=draft.nom,
        email=draft.email,
        phone=draft.telephone or reached.get("phone", ""),
        address=reached.get("address", ""),
    )


async def read_when(draft: Draft, motive: Motive) -> When:
    """Read the last step.

    Raises:
        InvalidInput: A field cannot be used, or the time is outside openings and that was not said.
    """
    wrong: dict[str, str] = {}
    day = read_date(draft.jour, "jour", wrong)
    at = read_time(draft.heure, "heure", wrong)
    minutes = read_minutes(draft.duree, "duree", wrong)
    place = next((one for one in await places_for(motive) if str(one.id) == draft.lieu), None)
    chosen = [UUID(one) for one, _label in await takers(motive) if one in draft.agents]
    if place is None:
        wrong["lieu"] = _("Choisissez un lieu de la liste.")
    if not await agents_among(draft.agents):
        wrong["agents"] = _("Choisissez au moins un agent.")
    if place and day and at is not None and (sentence := missing(day, at, place.time_zone)):
        wrong["heure"] = sentence
    if wrong or place is None or day is None or at is None or minutes is None:
        raise InvalidInput(wrong)
    starts_at = datetime.combine(day, at, ZoneInfo(place.time_zone))
    await _warn(draft, starts_at, starts_at + timedelta(minutes=minutes))
    return When(place=place, starts_at=starts_at, minutes=minutes, taker_ids=chosen)


async def _warn(draft: Draft, starts_at: datetime, ends_at: datetime) -> None:
    if draft.outside == "yes":
        return
    sentence = await outside_of(await agents_among(draft.agents), starts_at, ends_at)
    if sentence:
        raise InvalidInput({"outside": sentence})


async def set_freely(draft: Draft, motive: Motive, when: When) -> Booking:
    """Set the appointment at any time, whatever the openings (C-62); raises as the engine does."""
    wanted = SettingRequest(
        motive_id=motive.id,
        place_id=when.place.id,
        resource_ids=when.taker_ids,
        starts_at=when.starts_at,
        duration_minutes=when.minutes,
        force_reason=draft.reason,
        notes=draft.notes,
        confidential=draft.confidentiel == "yes",
        **_who(draft, motive),
    )
    return await appointments.set_appointment(wanted, reach.actor(), _once(wanted))


async def take_offered(draft: Draft, motive: Motive, place: Place) -> Booking:
    """Take a slot or a seat as the search offered it (C-63); raises as the engine does.

    Raises:
        InvalidInput: What the address names is no slot.
    """
    wrong: dict[str, str] = {}
    day, at = read_date(draft.jour, "jour", wrong), read_time(draft.heure, "heure", wrong)
    if wrong or day is None or at is None:
        raise InvalidInput(wrong)
    agents = await agents_among(draft.agents)
    wanted = HoldRequest(
        motive_id=motive.id,
        starts_at=datetime.combine(day, at, ZoneInfo(place.time_zone)),
        place_id=place.id,
        resource_id=agents[0].id if agents else None,
        appointment_id=_session(draft),
        owner=reach.signed_in_agent().id.bytes,
        source="agent",
    )
    request = ConfirmRequest(
        instructions_accepted=True,
        notes=draft.notes,
        confidential=draft.confidentiel == "yes",
        **_who(draft, motive),
    )
    return await appointments.book(wanted, request, reach.actor(), _once((wanted, request)))


def _session(draft: Draft) -> UUID | None:
    try:
        return UUID(draft.seance) if draft.seance else None
    except ValueError as error:
        raise NotFound from error


def _who(draft: Draft, motive: Motive) -> dict[str, Any]:
    if draft.is_newcomer:
        return {"identity": _identity(draft, motive)}
    return {"person_id": UUID(draft.personne)}


def _once(wanted: object) -> Once:
    """Have an agent who sends the same form twice within minutes set one appointment."""
    digest = hashlib.sha256(msgspec.json.encode(wanted)).digest()
    while_sent = int(now().timestamp() // TWICE)
    return Once(f"office:{reach.signed_in_agent().id}:{while_sent}:{digest.hex()[:32]}", digest)
