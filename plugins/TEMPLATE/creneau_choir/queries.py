"""The statements of voices; each names `tenant_id` itself."""

from uuid import UUID

import msgspec
from creneau.database import Transaction


class Counted(msgspec.Struct, frozen=True):
    """How many come with a voice."""

    name: str
    people: int


async def keep(tx: Transaction, booking_id: UUID, name: str) -> None:
    """Keep a voice; said again for the same booking, the last word counts."""
    await tx.execute(
        """
        INSERT INTO choir.voice (tenant_id, booking_id, name) VALUES ($1, $2, $3)
        ON CONFLICT (tenant_id, booking_id) DO UPDATE SET name = excluded.name
        """,
        tx.tenant_id,
        booking_id,
        name,
    )


async def of_booking(tx: Transaction, booking_id: UUID) -> str | None:
    """Read the voice of a booking; None where nobody said."""
    return await tx.value(
        "SELECT name FROM choir.voice WHERE tenant_id = $1 AND booking_id = $2",
        tx.tenant_id,
        booking_id,
    )


async def of_person(tx: Transaction, person_id: UUID) -> list[str]:
    """Read what a person said, oldest first."""
    rows = await tx.rows(
        """
        SELECT v.name FROM choir.voice v
        JOIN booking b ON b.tenant_id = v.tenant_id AND b.id = v.booking_id
        WHERE v.tenant_id = $1 AND b.person_id = $2
        ORDER BY v.id
        """,
        tx.tenant_id,
        person_id,
    )
    return [row["name"] for row in rows]


async def forget(tx: Transaction, person_id: UUID) -> None:
    """Delete what a person said."""
    await tx.execute(
        """
        DELETE FROM choir.voice v USING booking b
        WHERE v.tenant_id = $1 AND b.tenant_id = $1 AND b.id = v.booking_id AND b.person_id = $2
        """,
        tx.tenant_id,
        person_id,
    )


async def counted(tx: Transaction) -> list[Counted]:
    """Count the voices."""
    return await tx.all(
        Counted,
        """
        SELECT name, count(*) AS people FROM choir.voice
        WHERE tenant_id = $1 GROUP BY name ORDER BY name
        """,
        tx.tenant_id,
    )
