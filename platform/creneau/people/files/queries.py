"""Statements about persons' files."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from creneau.context import Actor
from creneau.database import Transaction
from creneau.people.files.schemas import Agendas, FileBooking, RelativeLine, Standing
from creneau.people.schemas import PersonDraft

STANDING = """
    CASE
        WHEN b.state IN ('planned', 'waiting') AND a.ends_at >= {now} THEN 'upcoming'
        WHEN b.state IN ('planned', 'waiting') THEN 'to_fill'
        ELSE b.state
    END
"""
# What somebody only holds is none yet. Of an appointment out of reach nothing is said, not even that
# there is one (C-04).
_SEEN = """
    FROM booking b
    JOIN appointment a ON a.tenant_id = b.tenant_id AND a.id = b.appointment_id
    JOIN motive m ON m.tenant_id = a.tenant_id AND m.id = a.motive_id
    JOIN place p ON p.tenant_id = a.tenant_id AND p.id = a.place_id
    JOIN organisation o ON o.tenant_id = p.tenant_id AND o.id = p.organisation_id
    WHERE b.tenant_id = $1 AND b.person_id = $2 AND b.state NOT IN ('held', 'expired')
        AND (p.organisation_id = ANY($4) OR EXISTS (
            SELECT FROM allocation l
            WHERE l.tenant_id = a.tenant_id AND l.appointment_id = a.id
                AND l.resource_id = ANY($3)
        ))
"""


async def insert(
    tx: Transaction,
    draft: PersonDraft,
    responsible_id: UUID | None,
    organisation_ids: Sequence[UUID],
    actor: Actor,
) -> UUID:
    """Add a checked person known to some organisations, and to those of who answers for them."""
    return await tx.value(
        """
        WITH made AS (
            INSERT INTO person (tenant_id, first_name, last_name, birth_name, birth_date, email,
                phone, second_phone, address, locale, responsible_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::uuid)
            RETURNING id
        ), known AS (
            INSERT INTO person_organisation (tenant_id, person_id, organisation_id)
            SELECT $1, made.id, k.id FROM made, (
                SELECT unnest($12::uuid[]) AS id
                UNION
                SELECT organisation_id FROM person_organisation
                WHERE tenant_id = $1 AND person_id = $11::uuid
            ) k
        ), told AS (
            INSERT INTO history (tenant_id, actor_kind, actor_id, action, subject_kind, subject_id)
            SELECT $1, $13::text, $14::uuid, 'person.created', 'person', id FROM made
        )
        SELECT id FROM made
        """,
        tx.tenant_id,
        draft.first_name,
        draft.last_name,
        draft.birth_name,
        draft.birth_date,
        draft.email,
        draft.phone,
        draft.second_phone,
        draft.address,
        draft.locale,
        responsible_id,
        list(organisation_ids),
        actor.kind,
        actor.id,
    )


async def update(tx: Transaction, person_id: UUID, draft: PersonDraft) -> None:
    """Write a checked draft; an address that is another one is proven by nobody."""
    await tx.execute(
        """
        UPDATE person SET first_name = $3, last_name = $4, birth_name = $5, birth_date = $6,
            email = $7, phone = $8, second_phone = $9, address = $10, locale = $11,
            email_verified_at = CASE WHEN email = $7 THEN email_verified_at END
        WHERE tenant_id = $1 AND id = $2
        """,
        tx.tenant_id,
        person_id,
        draft.first_name,
        draft.last_name,
        draft.birth_name,
        draft.birth_date,
        draft.email,
        draft.phone,
        draft.second_phone,
        draft.address,
        draft.locale,
    )


async def counts(
    tx: Transaction, person_id: UUID, within: Agendas, now: datetime
) -> dict[Standing, int]:
    """Count the appointments of a person within reach by what became of them."""
    rows = await tx.rows(
        f"SELECT {STANDING.format(now='$5')} AS standing, count(*) AS number {_SEEN} GROUP BY 1",
        tx.tenant_id,
        person_id,
        list(within.resource_ids),
        list(within.organisation_ids),
        now,
    )
    return {row["standing"]: row["number"] for row in rows}


_BOOKING = f"""
    SELECT b.id, m.name AS motive_name, m.colour, p.name AS place_name, a.starts_at, a.ends_at,
        o.time_zone, b.state, {STANDING.format(now="$5")} AS standing,
        ARRAY(
            SELECT DISTINCT r.label FROM allocation l
            JOIN resource r ON r.tenant_id = l.tenant_id AND r.id = l.resource_id
            WHERE l.tenant_id = a.tenant_id AND l.appointment_id = a.id
                AND (l.active OR a.state <> 'scheduled')
            ORDER BY 1
        ) AS resource_labels
    {_SEEN}
"""


async def upcoming(
    tx: Transaction, person_id: UUID, within: Agendas, now: datetime, most: int
) -> list[FileBooking]:
    """Read the next appointments of a person within reach, the nearest first."""
    sql = f"{_BOOKING} AND a.ends_at >= $5 ORDER BY a.starts_at, b.id LIMIT $6"
    return await tx.all(FileBooking, sql, *_asked(tx, person_id, within, now), most)


async def past(
    tx: Transaction, person_id: UUID, within: Agendas, now: datetime, most: int
) -> list[FileBooking]:
    """Read the last appointments of a person within reach, the latest first."""
    sql = f"{_BOOKING} AND a.ends_at < $5 ORDER BY a.starts_at DESC, b.id LIMIT $6"
    return await tx.all(FileBooking, sql, *_asked(tx, person_id, within, now), most)


async def page(  # noqa: PLR0913, PLR0917 - whose, which, and how many
    tx: Transaction,
    person_id: UUID,
    within: Agendas,
    now: datetime,
    standing: Standing | None,
    limit: int,
    skipped: int,
) -> list[FileBooking]:
    """Read appointments of a person within reach, of one standing or all, the latest first."""
    sql = f"""
        SELECT * FROM ({_BOOKING}) found WHERE $6::text IS NULL OR standing = $6
        ORDER BY starts_at DESC, id LIMIT $7 OFFSET $8
    """
    asked = _asked(tx, person_id, within, now)
    return await tx.all(FileBooking, sql, *asked, standing, limit, skipped)


def _asked(tx: Transaction, person_id: UUID, within: Agendas, now: datetime) -> tuple[object, ...]:
    return (tx.tenant_id, person_id, list(within.resource_ids), list(within.organisation_ids), now)


async def relatives(
    tx: Transaction, person_id: UUID, within: Agendas, now: datetime, today: date
) -> list[RelativeLine]:
    """Read the relatives of a person with their next appointment within reach, the eldest first."""
    return await tx.all(
        RelativeLine,
        """
        SELECT c.id, c.first_name, c.last_name,
            EXTRACT(year FROM age($5::date, c.birth_date))::integer AS age, (
                SELECT min(a.starts_at) FROM booking b
                JOIN appointment a ON a.tenant_id = b.tenant_id AND a.id = b.appointment_id
                JOIN place p ON p.tenant_id = a.tenant_id AND p.id = a.place_id
                WHERE b.tenant_id = $1 AND b.person_id = c.id AND a.ends_at >= $6
                    AND b.state IN ('planned', 'waiting')
                    AND (p.organisation_id = ANY($4) OR EXISTS (
                        SELECT FROM allocation l
                        WHERE l.tenant_id = a.tenant_id AND l.appointment_id = a.id
                            AND l.resource_id = ANY($3)
                    ))
            ) AS next_at
        FROM person c
        WHERE c.tenant_id = $1 AND c.responsible_id = $2 AND c.erased_at IS NULL
        ORDER BY c.birth_date NULLS LAST, unaccent(lower(c.first_name)), c.id
        """,
        tx.tenant_id,
        person_id,
        list(within.resource_ids),
        list(within.organisation_ids),
        today,
        now,
    )


async def candidates(tx: Transaction, person_id: UUID) -> list[tuple[UUID, str]]:
    """Read the agents who can follow a person: of an organisation that knows them, by last name."""
    rows = await tx.rows(
        """
        SELECT a.id, a.first_name || ' ' || a.last_name AS name FROM agent a
        WHERE a.tenant_id = $1 AND a.state <> 'removed'
            AND NOT EXISTS (
                SELECT FROM referent f
                WHERE f.tenant_id = $1 AND f.person_id = $2 AND f.agent_id = a.id
            )
            AND EXISTS (
                SELECT FROM membership m
                JOIN person_organisation k ON k.tenant_id = $1 AND k.person_id = $2
                    AND (k.organisation_id IS NULL OR k.organisation_id = m.organisation_id)
                WHERE m.tenant_id = $1 AND m.agent_id = a.id
            )
        ORDER BY unaccent(lower(a.last_name)), unaccent(lower(a.first_name)), a.id
        """,
        tx.tenant_id,
        person_id,
    )
    return [(row["id"], row["name"]) for row in rows]
