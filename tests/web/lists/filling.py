"""How the lists of the agents are filled: two pages of rows, of which a filter finds one."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from uuid import UUID

import msgspec
from creneau.appointments.schemas import Booking, SessionDraft
from creneau.appointments.sessions import service as sessions
from creneau.context import SYSTEM
from creneau.database import tenant_transaction
from creneau.people import service as people
from creneau.people.files import service as files
from creneau.people.schemas import Identity, PersonDraft
from creneau.planning import service as planning
from creneau.planning.drafts import AbsenceDraft, OpeningDraft
from creneau_web.lists import PAGE_SIZE

from tests.days import today
from tests.platform.cast import new_motive
from tests.web.backoffice.cast import Office, at, book

MORE = PAGE_SIZE + 2
BORN = date(1980, 5, 17)
Parameters = Mapping[str, str]


class Filled(msgspec.Struct, frozen=True):
    """What a list is asked so that one of its rows is left; `path` has the ids of an address."""

    asked: Parameters
    path: str = ""


async def run(sql: str, *values: object) -> None:
    """Write rows as no use case would: fast, and so many."""
    async with tenant_transaction() as tx:
        await tx.execute(sql, tx.tenant_id, *values)


async def value(sql: str, *values: object) -> UUID:
    async with tenant_transaction() as tx:
        return await tx.value(sql, tx.tenant_id, *values)


def names() -> list[str]:
    """Give so many names that a list has two pages, in their order."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return [f"{letters[n // 26]}{letters[n % 26]}ron".capitalize() for n in range(MORE)]


async def appointments(office: Office) -> Filled:
    booked: list[Booking] = []
    for number, name in enumerate(names()):
        starts = at(today() + timedelta(days=1 + number // 40), 3 + number % 40 // 2)
        who = Identity(first_name="Zoé", last_name=name)
        booked.append(await book(office, starts + timedelta(minutes=30 * (number % 2)), who))
    return Filled({"personne": str(booked[-1].person_id)})


async def persons(office: Office) -> Filled:
    made: list[UUID] = []
    for name in names():
        draft = PersonDraft(first_name="Zoé", last_name=name, birth_date=BORN)
        made.append(await files.create(draft, [office.organisation], SYSTEM))
    await people.add_referent(made[7], office.bea, SYSTEM)
    return Filled({"suivi": "moi"})


async def group_sessions(office: Office) -> Filled:
    async with tenant_transaction() as tx:
        service = await tx.value(
            "SELECT service_id FROM motive WHERE tenant_id = $1 AND id = $2",
            tx.tenant_id,
            office.motive,
        )
    group, other = [
        await new_motive(office.organisation, service, name=name, capacity=5)
        for name in ("Atelier", "Réunion")
    ]
    for number, name in enumerate(names()):
        starts = at(today() + timedelta(days=10 + number), 9)
        draft = SessionDraft(
            motive_id=other if number == 1 else group,
            place_id=office.place,
            resource_ids=[office.bea],
            starts_at=starts,
            ends_at=starts + timedelta(hours=1),
            title=name,
            capacity=5,
        )
        await sessions.create(draft, SYSTEM)
    return Filled({"motif": str(other)})


async def openings(office: Office) -> Filled:
    for number, name in enumerate(names()):
        draft = OpeningDraft(
            resource_id=office.bea,
            place_id=office.place,
            motive_ids=(office.motive,),
            title=name,
            first_day=today() + timedelta(days=20 + number),
            start_time=time(9),
            end_time=time(10),
            recurrence=None,
        )
        await planning.create_opening(draft, SYSTEM)
    return Filled({"filtre": names()[5]})


async def absences(office: Office) -> Filled:
    for number, name in enumerate(names()):
        day = today() + timedelta(days=20 + number)
        draft = AbsenceDraft(
            resource_id=office.bea,
            first_day=day,
            start_time=time(9),
            last_day=day,
            end_time=time(10),
            time_zone="Europe/Paris",
            title=name,
        )
        await planning.create_absence(draft, SYSTEM)
    return Filled({"filtre": names()[5]})


KNOWN = """
    WITH made AS (
        INSERT INTO person (tenant_id, first_name, last_name, birth_date)
        SELECT $1, 'Zoé', name, '1980-05-17' FROM unnest($2::text[]) AS name
        RETURNING id, last_name
    ), known AS (
        INSERT INTO person_organisation (tenant_id, person_id, organisation_id)
        SELECT $1, id, $3 FROM made
    )
"""


async def silent(office: Office) -> Filled:
    await run(
        f"""
        {KNOWN} INSERT INTO referent (tenant_id, person_id, agent_id, since)
        SELECT $1, id, CASE WHEN last_name = $4 THEN $5::uuid ELSE $6::uuid END,
            now() - interval '2 years' FROM made
        """,
        names(),
        office.organisation,
        names()[5],
        office.alice,
        office.bea,
    )
    return Filled({"referent": str(office.alice)})


async def invitations(office: Office) -> Filled:
    await run(
        f"""
        {KNOWN} INSERT INTO invitation
            (tenant_id, person_id, organisation_id, motive_id, channel, last_day, ends_at, made_by,
                made_at, opened_at)
        SELECT $1, id, $3, $4, 'letter', current_date + 9, now() + interval '9 days', $5, now(),
            CASE WHEN last_name = $6 THEN now() END
        FROM made
        """,
        names(),
        office.organisation,
        office.motive,
        office.alice,
        names()[5],
    )
    return Filled({"etat": "opened"})


async def prescribed(office: Office) -> Filled:
    await appointments(office)
    await run(
        """
        INSERT INTO digital_aid.prescription
            (tenant_id, booking_id, name, structure, email, phone, locale)
        SELECT $1, b.id, p.last_name, 'Mission locale', 'p@example.org', '+33123456789', 'fr'
        FROM booking b JOIN person p ON p.tenant_id = $1 AND p.id = b.person_id
        WHERE b.tenant_id = $1
        """
    )
    return Filled({"filtre": names()[5]})


async def readings(office: Office) -> Filled:
    draft = PersonDraft(first_name="Zoé", last_name="Petit")
    zoe = await files.create(draft, [office.organisation], SYSTEM)
    await run(
        """
        INSERT INTO social.reading (tenant_id, person_id, agent_id, fields, at)
        SELECT $1, $2, CASE WHEN n = 5 THEN $3::uuid ELSE $4::uuid END, '{birth_date}',
            now() - make_interval(mins => n)
        FROM generate_series(1, $5::integer) AS n
        """,
        zoe,
        office.bea,
        office.alice,
        MORE,
    )
    return Filled({"qui": str(office.bea)}, f"/agents/social/usagers/{zoe}/lectures")
