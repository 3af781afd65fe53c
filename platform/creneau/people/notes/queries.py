"""Statements about notes; every version stays, but for notes that are deleted."""

from uuid import UUID

import msgspec

from creneau.database import Transaction
from creneau.people.notes.schemas import Version


class VersionRow(Version, frozen=True, kw_only=True):
    """A version with the note that it is of."""

    id: UUID
    note_id: UUID


async def of_person(tx: Transaction, person_id: UUID) -> list[VersionRow]:
    """Read all versions of a person's notes: the latest note first, of each the current one first."""
    return await tx.all(
        VersionRow,
        """
        SELECT n.id, n.note_id, n.text, n.agent_id AS author_id, n.written_at,
            a.first_name || ' ' || a.last_name AS author
        FROM person_note n
        LEFT JOIN agent a ON a.tenant_id = n.tenant_id AND a.id = n.agent_id
        WHERE n.tenant_id = $1 AND n.person_id = $2
        ORDER BY n.note_id DESC, n.current DESC, n.id DESC
        """,
        tx.tenant_id,
        person_id,
    )


async def insert(
    tx: Transaction, person_id: UUID, note_id: UUID | None, text: str, agent_id: UUID | None
) -> UUID:
    """Add a note, or the current version of one, and give its id."""
    return await tx.value(
        """
        INSERT INTO person_note (tenant_id, id, note_id, person_id, agent_id, text)
        SELECT $1::uuid, made.id, COALESCE($3::uuid, made.id), $2::uuid, $5::uuid, $4::text
        FROM (SELECT uuidv7() AS id) made
        RETURNING note_id
        """,
        tx.tenant_id,
        person_id,
        note_id,
        text,
        agent_id,
    )


async def outdate(tx: Transaction, person_id: UUID, note_id: UUID, version: UUID) -> bool:
    """Have a version count no more; False when it is not the current one."""
    touched = await tx.execute(
        """
        UPDATE person_note SET current = false
        WHERE tenant_id = $1 AND person_id = $2 AND note_id = $3 AND id = $4 AND current
        """,
        tx.tenant_id,
        person_id,
        note_id,
        version,
    )
    return touched == 1


async def delete(tx: Transaction, person_id: UUID, note_id: UUID) -> bool:
    """Delete a note with all its versions; False where there is none."""
    touched = await tx.execute(
        "DELETE FROM person_note WHERE tenant_id = $1 AND person_id = $2 AND note_id = $3",
        tx.tenant_id,
        person_id,
        note_id,
    )
    return touched > 0


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """Who wrote a note first, and its current version."""

    version: UUID
    author_id: UUID | None


async def kept(tx: Transaction, person_id: UUID, note_id: UUID) -> Kept | None:
    """Read who wrote a note first, and its current version; None where there is none."""
    return await tx.one(
        Kept,
        """
        SELECT (array_agg(id) FILTER (WHERE current))[1] AS version,
            (array_agg(agent_id ORDER BY id))[1] AS author_id
        FROM person_note WHERE tenant_id = $1 AND person_id = $2 AND note_id = $3
        HAVING count(*) > 0
        """,
        tx.tenant_id,
        person_id,
        note_id,
    )
