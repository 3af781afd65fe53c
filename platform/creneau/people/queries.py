"""Statements about persons."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from creneau.context import Actor
from creneau.database import Transaction
from creneau.i18n import Locale
from creneau.people.schemas import (
    Contact,
    Identity,
    NewPerson,
    Person,
    PersonDetails,
    RelativeDraft,
)

_PERSON = """
    SELECT id, responsible_id, first_name, last_name, birth_name, email, email_verified_at, phone,
           second_phone, birth_date, address, locale, notes, extra
    FROM person
    WHERE tenant_id = $1 AND erased_at IS NULL
"""


class PersonBooking(msgspec.Struct, frozen=True, kw_only=True):
    """One booking as a person's own copy of the data shows it; times are UTC."""

    id: UUID
    motive: str
    place: str
    starts_at: datetime
    ends_at: datetime
    state: str
    source: str
    accepted_instructions: str | None
    accepted_at: datetime | None
    created_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None
    notes: str
    extra: dict[str, Any]


class PersonEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the history about a person or by a person; UTC."""

    at: datetime
    action: str
    subject_kind: str
    actor_kind: str


async def lock_email(tx: Transaction, email: str) -> None:
    """Let only one transaction at a time decide who the owner of an address is."""
    await tx.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1::text || ':' || $2, 0))",
        str(tx.tenant_id),
        email,
    )


async def proven(tx: Transaction, email: str) -> list[Person]:
    """Read those whose own, proven address this is, the oldest record first."""
    sql = f"{_PERSON} AND email = $2 AND email_verified_at IS NOT NULL ORDER BY id"
    return await tx.all(Person, sql, tx.tenant_id, email)


async def insert_person(
    tx: Transaction, identity: Identity, email_verified_at: datetime | None, actor: Actor
) -> UUID:
    """Add a checked person, and tell of it in the same statement: bookings wait for this one."""
    return await tx.value(
        """
        WITH made AS (
            INSERT INTO person
                (tenant_id, first_name, last_name, email, email_verified_at, phone, locale, address)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $10)
            RETURNING id
        ), told AS (
            INSERT INTO history (tenant_id, actor_kind, actor_id, action, subject_kind, subject_id)
            SELECT $1, $8::text, $9::uuid, 'person.created', 'person', id FROM made
        )
        SELECT id FROM made
        """,
        tx.tenant_id,
        identity.first_name,
        identity.last_name,
        identity.email,
        email_verified_at,
        identity.phone,
        identity.locale,
        actor.kind,
        actor.id,
        identity.address,
    )


async def insert_persons(tx: Transaction, persons: Sequence[NewPerson], actor: Actor) -> None:
    """Add checked persons, many at once, and tell of each."""
    await tx.many(
        """
        WITH made AS (
            INSERT INTO person
                (tenant_id, first_name, last_name, email, phone, locale, birth_date, address)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            RETURNING id
        ), known AS (
            -- By all: nobody said by whom.
            INSERT INTO person_organisation (tenant_id, person_id) SELECT $1, id FROM made
        )
        INSERT INTO history (tenant_id, actor_kind, actor_id, action, subject_kind, subject_id)
        SELECT $1, $9::text, $10::uuid, 'person.created', 'person', id FROM made
        """,
        [
            (
                tx.tenant_id,
                new.first_name,
                new.last_name,
                new.email,
                new.phone,
                new.locale,
                new.birth_date,
                new.address,
                actor.kind,
                actor.id,
            )
            for new in persons
        ],
    )


async def distinguished(tx: Transaction) -> list[tuple[str, str, str, str, date | None]]:
    """Read what tells persons apart: first name, last name, e-mail, phone, birth date."""
    rows = await tx.rows(
        """
        SELECT first_name, last_name, email, phone, birth_date FROM person
        WHERE tenant_id = $1 AND erased_at IS NULL
        """,
        tx.tenant_id,
    )
    return [
        (row["first_name"], row["last_name"], row["email"], row["phone"], row["birth_date"])
        for row in rows
    ]


async def refresh_person(  # noqa: PLR0913 - what is kept, and who said it
    tx: Transaction,
    person_id: UUID,
    *,
    phone: str,
    address: str,
    locale: Locale,
    proven_at: datetime,
    actor: Actor,
) -> None:
    """Keep what a known person said this time, and tell which fields that changed.

    An empty phone or address changes nothing; one statement, as bookings wait for it.
    """
    await tx.execute(
        """
        WITH kept AS (
            UPDATE person
            SET phone = COALESCE(NULLIF($3, ''), phone), locale = $4, email_verified_at = $5,
                address = COALESCE(NULLIF($8, ''), address)
            -- Whoever was merged at this very moment keeps nothing any more.
            WHERE tenant_id = $1 AND id = $2 AND erased_at IS NULL
            RETURNING id, array_remove(ARRAY[
                CASE WHEN old.phone <> new.phone THEN 'phone' END,
                CASE WHEN old.address <> new.address THEN 'address' END,
                CASE WHEN old.locale <> new.locale THEN 'locale' END
            ], NULL) AS changed
        )
        INSERT INTO history
            (tenant_id, actor_kind, actor_id, action, subject_kind, subject_id, details)
        SELECT $1, $6::text, $7::uuid, 'person.updated', 'person', id,
               jsonb_build_object('changed', changed)
        FROM kept WHERE changed <> '{}'
        """,
        tx.tenant_id,
        person_id,
        phone,
        locale,
        proven_at,
        actor.kind,
        actor.id,
        address,
    )


async def find(tx: Transaction, person_id: UUID) -> Person | None:
    """Read one who has not been erased."""
    return await tx.one(Person, _PERSON + " AND id = $2", tx.tenant_id, person_id)


async def contact(tx: Transaction, person_id: UUID) -> Contact | None:
    """Read where somebody is called or visited: what is missing is the responsible person's."""
    return await tx.one(
        Contact,
        """
        SELECT COALESCE(NULLIF(p.phone, ''), r.phone, '') AS phone,
            COALESCE(NULLIF(p.address, ''), r.address, '') AS address
        FROM person p
        LEFT JOIN person r ON r.tenant_id = p.tenant_id AND r.id = p.responsible_id
        WHERE p.tenant_id = $1 AND p.id = $2 AND p.erased_at IS NULL
        """,
        tx.tenant_id,
        person_id,
    )


async def hold(tx: Transaction, person_id: UUID) -> Person | None:
    """Read one who has not been erased, and keep them from being erased or merged meanwhile."""
    sql = _PERSON + " AND id = $2 FOR NO KEY UPDATE"
    return await tx.one(Person, sql, tx.tenant_id, person_id)


async def merged_into(tx: Transaction, person_id: UUID) -> UUID | None:
    """Read of which file another has become a part; None: of none."""
    return await tx.value(
        "SELECT merged_into FROM person WHERE tenant_id = $1 AND id = $2", tx.tenant_id, person_id
    )


async def relatives(tx: Transaction, person_id: UUID) -> list[Person]:
    """Read the relatives of a responsible person, by first name."""
    sql = _PERSON + " AND responsible_id = $2 ORDER BY unaccent(lower(first_name)), id"
    return await tx.all(Person, sql, tx.tenant_id, person_id)


async def insert_relative(tx: Transaction, responsible: Person, draft: RelativeDraft) -> UUID:
    """Add a relative, who speaks the responsible person's language and is known where they are."""
    return await tx.value(
        """
        WITH made AS (
            INSERT INTO person
                (tenant_id, responsible_id, first_name, last_name, birth_date, phone, locale)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            RETURNING id
        ), known AS (
            INSERT INTO person_organisation (tenant_id, person_id, organisation_id)
            SELECT $1, made.id, k.organisation_id FROM made, person_organisation k
            WHERE k.tenant_id = $1 AND k.person_id = $2
        )
        SELECT id FROM made
        """,
        tx.tenant_id,
        responsible.id,
        draft.first_name,
        draft.last_name,
        draft.birth_date,
        draft.phone,
        responsible.locale,
    )


async def update_details(tx: Transaction, person_id: UUID, details: PersonDetails) -> bool:
    """Write checked details; False when there is no such person."""
    touched = await tx.execute(
        """
        UPDATE person
        SET first_name = $3, last_name = $4, phone = $5, birth_date = $6, address = $7, locale = $8
        WHERE tenant_id = $1 AND id = $2 AND erased_at IS NULL
        """,
        tx.tenant_id,
        person_id,
        details.first_name,
        details.last_name,
        details.phone,
        details.birth_date,
        details.address,
        details.locale,
    )
    return touched == 1


async def bookings(tx: Transaction, person_id: UUID) -> list[PersonBooking]:
    """Read every booking of a person, oldest first."""
    return await tx.all(
        PersonBooking,
        """
        SELECT b.id, m.name AS motive, p.name AS place, a.starts_at, a.ends_at, b.state, b.source,
               b.accepted_instructions, b.accepted_at, b.created_at, b.confirmed_at, b.ended_at,
               CASE WHEN a.group_session THEN '' ELSE a.notes END AS notes, b.extra
        FROM booking b
        JOIN appointment a ON a.tenant_id = b.tenant_id AND a.id = b.appointment_id
        JOIN motive m ON m.tenant_id = a.tenant_id AND m.id = a.motive_id
        JOIN place p ON p.tenant_id = a.tenant_id AND p.id = a.place_id
        WHERE b.tenant_id = $1 AND b.person_id = $2
        ORDER BY a.starts_at, b.id
        """,
        tx.tenant_id,
        person_id,
    )


async def events(
    tx: Transaction, person_id: UUID, *, hidden: Collection[UUID], untold: Collection[str]
) -> list[PersonEvent]:
    """Read the history about a person, their bookings, and by them, oldest first.

    Nothing is told of the bookings that are `hidden`, nor of the actions that are `untold`.
    """
    return await tx.all(
        PersonEvent,
        """
        SELECT h.at, h.action, h.subject_kind, h.actor_kind
        FROM history h
        WHERE h.tenant_id = $1 AND (
            (h.subject_kind = 'person' AND h.subject_id = $2)
            OR (h.actor_kind = 'person' AND h.actor_id = $2)
            OR (h.subject_kind = 'booking' AND h.subject_id IN (
                SELECT b.id FROM booking b WHERE b.tenant_id = $1 AND b.person_id = $2
            ))
        ) AND h.subject_id <> ALL ($3::uuid[]) AND h.action <> ALL ($4::text[])
        ORDER BY h.id
        """,
        tx.tenant_id,
        person_id,
        list(hidden),
        list(untold),
    )


async def has_upcoming(tx: Transaction, person_ids: Sequence[UUID], now: datetime) -> bool:
    """Tell whether one of these persons has an appointment that is not over."""
    return await tx.value(
        """
        SELECT EXISTS (
            SELECT FROM booking b
            JOIN appointment a ON a.tenant_id = b.tenant_id AND a.id = b.appointment_id
            WHERE b.tenant_id = $1 AND b.person_id = ANY($2) AND a.ends_at > $3
                AND b.state IN ('held', 'planned', 'waiting', 'to_reschedule')
        )
        """,
        tx.tenant_id,
        list(person_ids),
        now,
    )


async def blank_person(tx: Transaction, person_id: UUID) -> None:
    """Blank all that the core keeps about a person; the bookings stay, as figures."""
    for statement in _BLANKING:
        await tx.execute(statement, tx.tenant_id, person_id)


# In this order: the addresses are read from the record that the last statement blanks.
_BLANKING = (
    """
    DELETE FROM email_code c USING person p
    WHERE p.tenant_id = $1 AND p.id = $2 AND p.email <> ''
        AND c.tenant_id = p.tenant_id AND c.email = p.email
    """,
    """
    DELETE FROM session s USING person p
    WHERE p.tenant_id = $1 AND p.id = $2 AND s.tenant_id = p.tenant_id AND s.agent_id IS NULL
        AND (s.person_id = p.id OR (p.email <> '' AND s.email = p.email))
    """,
    """
    DELETE FROM booking_link l USING booking b
    WHERE b.tenant_id = $1 AND b.person_id = $2
        AND l.tenant_id = b.tenant_id AND l.booking_id = b.id
    """,
    """
    UPDATE appointment a SET notes = '', title = '' FROM booking b
    WHERE b.tenant_id = $1 AND b.person_id = $2 AND NOT a.group_session
        AND a.tenant_id = b.tenant_id AND a.id = b.appointment_id
    """,
    "DELETE FROM person_note WHERE tenant_id = $1 AND person_id = $2",
    "DELETE FROM referent WHERE tenant_id = $1 AND person_id = $2",
    "DELETE FROM person_organisation WHERE tenant_id = $1 AND person_id = $2",
    "DELETE FROM person_apart WHERE tenant_id = $1 AND (first_id = $2 OR second_id = $2)",
    "UPDATE booking SET extra = '{}', held_by = NULL WHERE tenant_id = $1 AND person_id = $2",
    """
    UPDATE person
    SET first_name = '—', last_name = '—', email = '', email_verified_at = NULL, phone = '',
        birth_date = NULL, address = '', notes = '', birth_name = '', second_phone = '', extra = '{}', erased_at = now()
    WHERE tenant_id = $1 AND id = $2
    """,
)
