"""Statements about the chain of the history; it is only added to, like the history itself."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from creneau.database import Transaction
from creneau.history.sealing.schemas import Head, Link, Row

_COLUMNS = "h.id, h.at, h.actor_kind, h.actor_id, h.subject_kind, h.subject_id, h.action, h.details"

_UNSEALED = f"""
    SELECT {_COLUMNS} FROM history h
    WHERE h.tenant_id = $1 AND h.id >= $2 AND NOT EXISTS (
        SELECT FROM history_seal s WHERE s.tenant_id = h.tenant_id AND s.history_id = h.id
    )
    ORDER BY h.id LIMIT $3
"""

_LINKS = f"""
    SELECT s.position, s.history_id, s.digest, {_COLUMNS}
    FROM history_seal s
    LEFT JOIN history h ON h.tenant_id = s.tenant_id AND h.id = s.history_id
    WHERE s.tenant_id = $1 AND s.position > $2
    ORDER BY s.position LIMIT $3
"""

_WAITING = """
    SELECT count(*) FILTER (WHERE h.at < $2) AS late, count(*) AS waiting FROM history h
    WHERE h.tenant_id = $1 AND NOT EXISTS (
        SELECT FROM history_seal s WHERE s.tenant_id = h.tenant_id AND s.history_id = h.id
    )
"""


async def lock(tx: Transaction) -> bool:
    """Let nobody else seal until the transaction ends; False: somebody does."""
    return await tx.value(
        "SELECT pg_try_advisory_xact_lock(hashtextextended('history seal ' || $1::text, 0))",
        str(tx.tenant_id),
    )


async def head(tx: Transaction) -> Head | None:
    """Read where the chain ends."""
    return await tx.one(
        Head,
        """
        SELECT position, digest, history_id FROM history_seal
        WHERE tenant_id = $1 ORDER BY position DESC LIMIT 1
        """,
        tx.tenant_id,
    )


async def unsealed(tx: Transaction, first: UUID, most: int) -> list[Row]:
    """Read entries without a seal whose id is not below `first`, the oldest first."""
    return [_row(record) for record in await tx.rows(_UNSEALED, tx.tenant_id, first, most)]


async def add(tx: Transaction, links: Sequence[Link]) -> None:
    """Add to the chain."""
    await tx.execute(
        """
        INSERT INTO history_seal (tenant_id, position, history_id, digest)
        SELECT $1, * FROM unnest($2::bigint[], $3::uuid[], $4::bytea[])
        """,
        tx.tenant_id,
        [link.position for link in links],
        [link.history_id for link in links],
        [link.digest for link in links],
    )


async def links(tx: Transaction, after: int, most: int) -> list[Link]:
    """Read the chain on, with the entries that it seals."""
    return [
        Link(
            record["position"],
            record["history_id"],
            record["digest"],
            None if record["id"] is None else _row(record),
        )
        for record in await tx.rows(_LINKS, tx.tenant_id, after, most)
    ]


async def waiting(tx: Transaction, late: datetime) -> tuple[int, int]:
    """Count entries without a seal: those from before `late`, and all."""
    (found,) = await tx.rows(_WAITING, tx.tenant_id, late)
    return found["late"], found["waiting"]


def _row(record: object) -> Row:
    # A million of them are read in a row: without the checks of a conversion.
    return Row(*(record[name] for name in Row.__struct_fields__))  # type: ignore[index] - asyncpg's record
