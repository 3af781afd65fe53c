"""Statements about what is confidential: a motive for everybody, or for somebody (S-08)."""

from uuid import UUID

from creneau.confidentiality.schemas import Confidential
from creneau.database import Transaction


def confidential(person: str) -> str:
    """Write the condition that the motive `m` is confidential for a person, or who answers for them.

    `person` is the expression of the person's id; where it is NULL, the motive alone counts.
    """
    return f"""(m.confidential OR EXISTS (
        SELECT FROM person q
        JOIN person_confidential c ON c.tenant_id = q.tenant_id
            AND c.person_id IN (q.id, q.responsible_id) AND c.motive_id = m.id
        WHERE q.tenant_id = m.tenant_id AND q.id = {person}
    ))"""


async def is_confidential(tx: Transaction, person_id: UUID | None, motive_id: UUID) -> bool:
    """Tell whether a motive is confidential for a person; for nobody known: for everybody."""
    sql = f"SELECT {confidential('$3::uuid')} FROM motive m WHERE m.tenant_id = $1 AND m.id = $2"
    return bool(await tx.value(sql, tx.tenant_id, motive_id, person_id))


async def hidden_from(tx: Transaction, person_id: UUID) -> set[UUID]:
    """Name what no page of a person may show: their confidential motives, and their bookings for them."""
    rows = await tx.rows(
        f"""
        WITH own AS (
            SELECT b.id, a.motive_id FROM booking b
            JOIN appointment a ON a.tenant_id = b.tenant_id AND a.id = b.appointment_id
            WHERE b.tenant_id = $1 AND b.person_id = $2
        ), met AS (
            SELECT motive_id FROM own
            UNION
            SELECT motive_id FROM invitation WHERE tenant_id = $1 AND person_id = $2
            UNION
            SELECT motive_id FROM person_confidential WHERE tenant_id = $1 AND person_id = $2
        ), hidden AS (
            SELECT m.id FROM motive m
            WHERE m.tenant_id = $1 AND m.id IN (SELECT motive_id FROM met)
                AND {confidential("$2::uuid")}
        )
        SELECT id FROM hidden
        UNION ALL
        SELECT own.id FROM own JOIN hidden ON hidden.id = own.motive_id
        """,
        tx.tenant_id,
        person_id,
    )
    return {row["id"] for row in rows}


async def of_person(tx: Transaction, person_id: UUID) -> list[Confidential]:
    """Read what is confidential for a person alone, by name."""
    return await tx.all(
        Confidential,
        """
        SELECT m.id AS motive_id, m.name AS motive_name, o.name AS organisation_name, c.since
        FROM person_confidential c
        JOIN motive m ON m.tenant_id = c.tenant_id AND m.id = c.motive_id
        JOIN organisation o ON o.tenant_id = m.tenant_id AND o.id = m.organisation_id
        WHERE c.tenant_id = $1 AND c.person_id = $2
        ORDER BY unaccent(lower(m.name)), m.id
        """,
        tx.tenant_id,
        person_id,
    )


async def add(tx: Transaction, person_id: UUID, motive_id: UUID) -> bool:
    """Keep that a motive is confidential for a person; False where it was."""
    return bool(
        await tx.execute(
            """
            INSERT INTO person_confidential (tenant_id, person_id, motive_id) VALUES ($1, $2, $3)
            ON CONFLICT (tenant_id, person_id, motive_id) DO NOTHING
            """,
            tx.tenant_id,
            person_id,
            motive_id,
        )
    )


async def remove(tx: Transaction, person_id: UUID, motive_id: UUID) -> bool:
    """Let messages about a motive leave again; False where they do."""
    return bool(
        await tx.execute(
            """
            DELETE FROM person_confidential
            WHERE tenant_id = $1 AND person_id = $2 AND motive_id = $3
            """,
            tx.tenant_id,
            person_id,
            motive_id,
        )
    )


async def forget_person(tx: Transaction, person_id: UUID) -> None:
    """Forget what was confidential for a person."""
    await tx.execute(
        "DELETE FROM person_confidential WHERE tenant_id = $1 AND person_id = $2",
        tx.tenant_id,
        person_id,
    )


async def move(tx: Transaction, kept_id: UUID, gone_id: UUID) -> None:
    """Keep for one file what was confidential for another; what is so for both is so once."""
    await tx.execute(
        """
        INSERT INTO person_confidential (tenant_id, person_id, motive_id, since)
        SELECT tenant_id, $2, motive_id, since FROM person_confidential
        WHERE tenant_id = $1 AND person_id = $3
        ON CONFLICT (tenant_id, person_id, motive_id) DO NOTHING
        """,
        tx.tenant_id,
        kept_id,
        gone_id,
    )
