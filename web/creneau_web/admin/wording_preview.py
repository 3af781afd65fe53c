"""How a message will read: the mail as it will be, and the SMS with its length, for nobody (C-80)."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from creneau.context import acting_for, current_tenant
from creneau.i18n import gettext as _
from creneau.messages.letter import LOGO, Letter
from creneau.messages.schemas import Occasion
from creneau.messages.short import house_texts
from creneau.messages.subject import Subject
from creneau.messages.texts import for_person, sms
from creneau.messages.waiting import Offered, Wait, offered, offered_sms
from creneau.messages.wording.schemas import OwnWording, Wording, WordingKey
from creneau.motives import service as motives
from creneau.motives.schemas import Motive, MotiveDraft
from creneau.organisations import service as organisations
from creneau.organisations.schemas import Organisation
from creneau.people.schemas import Person
from creneau.sms.rules import segments
from creneau.sms.schemas import Segments

from creneau_web.admin.samples import NOBODY, booking_of, place_of, soon
from creneau_web.branding import logo_path

READER = ("Camille", "Martin")


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it will leave."""

    subject: str
    html: str
    sms: str
    length: Segments


async def sample(motive: Motive | None) -> Subject:
    """Make up an appointment for a motive; None: for the first of all, or one that might be."""
    motive = motive or next(iter(await motives.motives()), None)
    organisation = await _organisation(motive)
    motive = motive or _some_motive(organisation.id)
    place = await place_of(organisation)
    starts_at = soon(motive, ZoneInfo(place.time_zone)) + timedelta(weeks=1)
    booking = booking_of(motive, place, starts_at)
    return Subject(
        booking=booking,
        motive=motive,
        place=place,
        person_name=" ".join(READER),
        tenant=current_tenant.get(),
        organisation=organisation,
    )


async def _organisation(motive: Motive | None) -> Organisation:
    if motive is not None:
        return await organisations.organisation(motive.organisation_id)
    every = await organisations.organisations()
    return every[0] if every else _some_organisation()


def _some_organisation() -> Organisation:
    return Organisation(
        id=NOBODY,
        name=current_tenant.get().name,
        phone="",
        email="",
        address="",
        website="",
        opening_hours="",
        time_zone=current_tenant.get().time_zone,
        territory="FR",
    )


def _some_motive(organisation_id: UUID) -> Motive:
    draft = MotiveDraft(
        organisation_id=organisation_id,
        service_id=NOBODY,
        name=_("Votre motif"),
        audience="everyone",
    )
    return Motive(id=NOBODY, **msgspec.structs.asdict(draft))


def house_of(key: WordingKey, subject: Subject) -> Wording:
    """Give the house's texts of a message in its language, as they fit the sample."""
    with acting_for(subject.tenant, key.locale):
        return house_texts(key.message, subject, with_link=True)


def shown(key: WordingKey, wording: Wording, subject: Subject) -> Shown:
    """Write the message to the sample's person with these texts."""
    mine = OwnWording(
        message=key.message,
        locale=key.locale,
        motive_id=None,
        version="",
        **msgspec.structs.asdict(wording),
    )
    subject = msgspec.structs.replace(subject, wordings=[mine])
    with acting_for(subject.tenant, key.locale):
        letter, text = _written(key, subject)
        html = letter.html().replace(LOGO, logo_path(subject.tenant.brand.logo) or LOGO)
        return Shown(subject=letter.subject, html=html, sms=text, length=segments(text))


def _written(key: WordingKey, subject: Subject) -> tuple[Letter, str]:
    link = f"{subject.tenant.public_url}/lien/kGVx3q9vT2mJ7sLw0aYbNc"
    if key.message == "offered":
        link = f"{subject.tenant.public_url}/attente/kGVx3q9vT2mJ7sLw0aYbNc"
        waiting = _waiting(subject)
        return offered(*waiting, link), offered_sms(*waiting, link)
    occasion: Occasion = "cancelled" if key.message == "excused" else key.message
    state = key.message if occasion == "cancelled" else "planned"
    booking = msgspec.structs.replace(subject.booking, state=state)
    subject = msgspec.structs.replace(subject, booking=booking)
    ours = key.message == "cancelled"
    letter = for_person(occasion, subject, " ".join(READER), link, agent_wrote=ours)
    return letter, sms(occasion, subject, link)


def _waiting(subject: Subject) -> tuple[Wait, Offered]:
    wait = Wait(
        person=Person(
            id=NOBODY,
            responsible_id=None,
            first_name=READER[0],
            last_name=READER[1],
            email="",
            email_verified_at=None,
            phone="",
            birth_date=None,
            address="",
            locale="fr",
            notes="",
            extra={},
        ),
        motive=subject.motive,
        place=subject.place,
        before=None,
        tenant=subject.tenant,
        wordings=subject.wordings,
    )
    starts_at = subject.booking.starts_at
    return wait, Offered(
        place=subject.place,
        organisation=subject.organisation,
        starts_at=starts_at,
        held_until=starts_at - timedelta(days=2),
    )
