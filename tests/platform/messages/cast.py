"""Alice's appointment at the town hall, as letters and calendars tell it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from creneau.appointments.schemas import Booking
from creneau.context import Tenant
from creneau.messages.subject import Subject
from creneau.motives.schemas import Motive
from creneau.places.schemas import Place
from msgspec.structs import replace

IDS = [UUID(int=number) for number in range(1, 9)]
STARTS_AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)

TENANT = Tenant(
    id=IDS[0],
    slug="ville",
    name="Ville de Saint-Aubin",
    locale="fr",
    time_zone="Europe/Paris",
    public_url="https://ville.example.org",
)
PLACE = Place(
    id=IDS[1],
    organisation_id=IDS[2],
    name="Mairie principale",
    address="1 place de la Mairie\n35000 Saint-Aubin",
    phone="02 99 00 00 00",
    access_information="Entrée par la cour, rampe à gauche.",
    time_zone="Europe/Paris",
)
MOTIVE = Motive(
    id=IDS[3],
    organisation_id=IDS[2],
    service_id=IDS[4],
    name="Carte d’identité",
    description="",
    category="",
    colour="#0B6E69",
    position=0,
    location_type="on_site",
    audience="everyone",
    duration_minutes=30,
    step_minutes=None,
    buffer_before_minutes=0,
    buffer_after_minutes=0,
    minimum_notice_minutes=0,
    maximum_notice_minutes=129600,
    capacity=1,
    secretariat=False,
    notify_persons=True,
    notify_agents=True,
    person_channels="one",
    instructions_before="",
    instructions_after="Apportez une photo.\nApportez un justificatif de domicile.",
    cancellation_warning="",
    cancel_notice_minutes=240,
    move_notice_minutes=240,
    maximum_active_per_person=None,
    maximum_per_person_per_day=None,
    maximum_per_person_per_week=None,
    extra={},
)
BOOKING = Booking(
    id=IDS[5],
    appointment_id=IDS[6],
    motive_id=MOTIVE.id,
    motive_name=MOTIVE.name,
    colour=MOTIVE.colour,
    place_id=PLACE.id,
    place_name=PLACE.name,
    person_id=IDS[7],
    state="planned",
    starts_at=STARTS_AT,
    ends_at=STARTS_AT + timedelta(minutes=30),
    time_zone="Europe/Paris",
    resource_ids=(),
    resource_labels=("Nadia Benali",),
    seat=1,
    group_session=False,
    title="",
    held_until=None,
    held_by=None,
    source="public",
    accepted_instructions=None,
    sequence=0,
    created_at=STARTS_AT - timedelta(days=9),
    confirmed_at=STARTS_AT - timedelta(days=9),
    extra={},
    appointment_state="scheduled",
)
SUBJECT = Subject(
    booking=BOOKING, motive=MOTIVE, place=PLACE, person_name="Alice Martin", tenant=TENANT
)


def about(
    *, booking: dict[str, Any] | None = None, motive: dict[str, Any] | None = None
) -> Subject:
    """Change some facts of the booking or of its motive."""
    return replace(
        SUBJECT,
        booking=replace(BOOKING, **(booking or {})),
        motive=replace(MOTIVE, **(motive or {})),
    )
