"""Statements about a tenant's own texts."""

from uuid import UUID

from creneau.database import Transaction
from creneau.messages.wording.schemas import OwnWording, Wording, WordingKey

_OWN = """
    SELECT motive_id, message, locale, subject, introduction, ending, sms, xmin::text AS version
    FROM message_wording
    WHERE tenant_id = $1
"""
_THIS = "tenant_id = $1 AND message = $2 AND locale = $3 AND motive_id IS NOT DISTINCT FROM $4"


async def own(tx: Transaction, motive_id: UUID | None) -> list[OwnWording]:
    """Read the tenant's texts for every motive, and those of one."""
    sql = f"{_OWN} AND (motive_id IS NULL OR motive_id = $2)"
    return await tx.all(OwnWording, sql, tx.tenant_id, motive_id)


async def motives_with_own(tx: Transaction) -> set[UUID]:
    """Read which motives have texts of their own."""
    rows = await tx.rows(
        """
        SELECT DISTINCT motive_id FROM message_wording
        WHERE tenant_id = $1 AND motive_id IS NOT NULL
        """,
        tx.tenant_id,
    )
    return {row["motive_id"] for row in rows}


async def insert(tx: Transaction, key: WordingKey, wording: Wording) -> bool:
    """Add texts; False when somebody has added some meanwhile."""
    added = await tx.execute(
        """
        INSERT INTO message_wording
            (tenant_id, message, locale, motive_id, subject, introduction, ending, sms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (tenant_id, motive_id, message, locale) DO NOTHING
        """,
        *_values(tx, key),
        *_texts(wording),
    )
    return bool(added)


async def update(tx: Transaction, key: WordingKey, wording: Wording, version: str) -> bool:
    """Replace texts; False when they are no longer of that version."""
    sql = f"""
        UPDATE message_wording SET subject = $5, introduction = $6, ending = $7, sms = $8
        WHERE {_THIS} AND xmin::text = $9
    """
    return bool(await tx.execute(sql, *_values(tx, key), *_texts(wording), version))


async def delete(tx: Transaction, key: WordingKey, version: str) -> bool:
    """Forget texts; False when they are no longer of that version."""
    sql = f"DELETE FROM message_wording WHERE {_THIS} AND xmin::text = $5"
    return bool(await tx.execute(sql, *_values(tx, key), version))


def _values(tx: Transaction, key: WordingKey) -> tuple[object, ...]:
    return (tx.tenant_id, key.message, key.locale, key.motive_id)


def _texts(wording: Wording) -> tuple[str, ...]:
    return (wording.subject, wording.introduction, wording.ending, wording.sms)
