"""The statements of lines in front of motives."""

from datetime import datetime
from uuid import UUID

from creneau.admission.schemas import Line, Ticket
from creneau.database import Transaction

_COLUMNS = "id, motive_id, opens_at, per_second, last_number, anchor_number, anchor_at"


async def find(tx: Transaction, motive_id: UUID) -> Line | None:
    """Read the line in front of a motive."""
    return await tx.one(
        Line,
        f"SELECT {_COLUMNS} FROM admission_line WHERE tenant_id = $1 AND motive_id = $2",
        tx.tenant_id,
        motive_id,
    )


async def lock(tx: Transaction, motive_id: UUID) -> Line | None:
    """Read the line in front of a motive, and let nobody else change it."""
    return await tx.one(
        Line,
        f"""
        SELECT {_COLUMNS} FROM admission_line WHERE tenant_id = $1 AND motive_id = $2
        FOR NO KEY UPDATE
        """,
        tx.tenant_id,
        motive_id,
    )


async def add(tx: Transaction, motive_id: UUID, opens_at: datetime, per_second: float) -> bool:
    """Put a line in front of a motive; False if there is one."""
    return bool(
        await tx.execute(
            """
            INSERT INTO admission_line (tenant_id, motive_id, opens_at, per_second, anchor_at)
            VALUES ($1, $2, $3, $4, $3)
            ON CONFLICT (tenant_id, motive_id) DO NOTHING
            """,
            tx.tenant_id,
            motive_id,
            opens_at,
            per_second,
        )
    )


async def change(tx: Transaction, line: Line) -> None:
    """Keep a locked line as it is given; its numbers are not touched."""
    await tx.execute(
        """
        UPDATE admission_line
        SET opens_at = $3, per_second = $4, anchor_number = $5, anchor_at = $6
        WHERE tenant_id = $1 AND id = $2
        """,
        tx.tenant_id,
        line.id,
        line.opens_at,
        line.per_second,
        line.anchor_number,
        line.anchor_at,
    )


async def remove(tx: Transaction, motive_id: UUID) -> bool:
    """Take the line away; False if there is none."""
    touched = await tx.execute(
        "DELETE FROM admission_line WHERE tenant_id = $1 AND motive_id = $2",
        tx.tenant_id,
        motive_id,
    )
    return touched == 1


# Where nobody waits any more, the reckoning begins anew: the seconds in which nobody came are no
# credit for those who come later at once.
_IDLE = """
    ($3::timestamptz >= opens_at AND anchor_number + floor(
        per_second * extract(epoch FROM $3::timestamptz - GREATEST(anchor_at, opens_at))
    ) >= last_number)
"""
_TAKE = f"""
    UPDATE admission_line
    SET last_number = last_number + 1,
        anchor_number = CASE WHEN {_IDLE} THEN last_number ELSE anchor_number END,
        anchor_at = CASE WHEN {_IDLE} THEN $3::timestamptz ELSE anchor_at END
    WHERE tenant_id = $1 AND motive_id = $2
    RETURNING id AS line_id, last_number AS number
"""


async def take_place(tx: Transaction, motive_id: UUID, now: datetime) -> Ticket | None:
    """Give the next number of a line, one after the other; None if there is no line."""
    return await tx.one(Ticket, _TAKE, tx.tenant_id, motive_id, now)
