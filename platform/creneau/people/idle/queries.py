"""Statements that find files without activity: of a person and all their relatives."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from creneau.database import Transaction
from creneau.people.idle.schemas import Idle, IdleSort, IdleWanted

# Whoever waits for a slot or has an appointment to come is not idle, whatever the dates say.
_ACTIVE = """
    EXISTS (
        SELECT FROM person m
        WHERE m.tenant_id = $1 AND (m.id = p.id OR m.responsible_id = p.id)
            AND m.erased_at IS NULL AND (
                m.created_at >= $2
                OR EXISTS (
                    SELECT FROM booking b
                    JOIN appointment a ON a.tenant_id = b.tenant_id AND a.id = b.appointment_id
                    WHERE b.tenant_id = $1 AND b.person_id = m.id
                        AND GREATEST(a.ends_at, b.created_at, b.ended_at) >= $2
                )
                OR EXISTS (
                    SELECT FROM waiting_entry e WHERE e.tenant_id = $1 AND e.person_id = m.id
                        AND (e.state IN ('waiting', 'offered') OR e.requested_at >= $2)
                )
                OR EXISTS (
                    SELECT FROM invitation i WHERE i.tenant_id = $1 AND i.person_id = m.id
                        AND GREATEST(i.made_at, i.opened_at, i.ends_at) >= $2
                )
                OR EXISTS (
                    SELECT FROM person_note n WHERE n.tenant_id = $1 AND n.person_id = m.id
                        AND n.written_at >= $2
                )
                OR EXISTS (
                    SELECT FROM session s WHERE s.tenant_id = $1 AND s.person_id = m.id
                        AND s.seen_at >= $2
                )
            )
    )
"""
_IDLE = f"""
    FROM person p
    WHERE p.tenant_id = $1 AND p.erased_at IS NULL AND p.responsible_id IS NULL
        AND p.created_at < $2 AND NOT {_ACTIVE}
"""


_LINE = f"""
    SELECT p.id, p.first_name, p.last_name, (
            SELECT max(GREATEST(m.created_at, (
                SELECT max(GREATEST(a.ends_at, b.created_at, b.ended_at)) FROM booking b
                JOIN appointment a ON a.tenant_id = b.tenant_id AND a.id = b.appointment_id
                WHERE b.tenant_id = $1 AND b.person_id = m.id
            ), (
                SELECT max(n.written_at) FROM person_note n
                WHERE n.tenant_id = $1 AND n.person_id = m.id
            ), (
                SELECT max(e.requested_at) FROM waiting_entry e
                WHERE e.tenant_id = $1 AND e.person_id = m.id
            ), (
                SELECT max(GREATEST(i.made_at, i.opened_at, i.ends_at)) FROM invitation i
                WHERE i.tenant_id = $1 AND i.person_id = m.id
            ), (
                SELECT max(s.seen_at) FROM session s
                WHERE s.tenant_id = $1 AND s.person_id = m.id
            ))) FROM person m
            WHERE m.tenant_id = $1 AND m.erased_at IS NULL
                AND (m.id = p.id OR m.responsible_id = p.id)
        ) AS last_at, (
            SELECT count(*) FROM person m
            WHERE m.tenant_id = $1 AND m.responsible_id = p.id AND m.erased_at IS NULL
        ) AS relatives
    {_IDLE}
"""
# All words, each somewhere in the name, however it is written.
_NAMED = """
    NOT EXISTS (
        SELECT FROM unnest($3::text[]) w
        WHERE strpos(unaccent(lower(p.first_name || ' ' || p.last_name)), w) = 0)
"""
_ORDERS: Final[dict[IdleSort, str]] = {
    "made": "one.id",
    "name": "unaccent(lower(one.first_name || ' ' || one.last_name))",
    "last_at": "one.last_at",
    "relatives": "one.relatives",
}


async def idle(tx: Transaction, before: datetime, after: UUID | None, limit: int) -> list[Idle]:
    """Read files without activity since a moment, by id, from one on."""
    return await tx.all(
        Idle,
        f"{_LINE} AND ($3::uuid IS NULL OR p.id > $3) ORDER BY p.id LIMIT $4",
        tx.tenant_id,
        before,
        after,
        limit,
    )


async def page(tx: Transaction, wanted: IdleWanted, limit: int, skipped: int) -> list[Idle]:
    """Read a page of the files that are asked for."""
    sql = f"{_listed(wanted)} LIMIT $4 OFFSET $5"
    return await tx.all(Idle, sql, tx.tenant_id, wanted.before, list(wanted.words), limit, skipped)


async def each(
    tx: Transaction,
    wanted: IdleWanted,
    sink: Callable[[Sequence[Idle]], Awaitable[None]],
    at_once: int,
) -> None:
    """Hand every file that is asked for to a sink, so many at a time."""
    values = (tx.tenant_id, wanted.before, list(wanted.words))
    await tx.each(Idle, _listed(wanted), *values, sink=sink, at_once=at_once)


def _listed(wanted: IdleWanted) -> str:
    way = "DESC" if wanted.descending else "ASC"
    order = f"{_ORDERS[wanted.sort]} {way}, one.id {way}"
    return f"SELECT one.* FROM ({_LINE} AND {_NAMED}) one ORDER BY {order}"


async def count(tx: Transaction, wanted: IdleWanted) -> int:
    """Count the files that are asked for."""
    sql = f"SELECT count(*) {_IDLE} AND {_NAMED}"
    return await tx.value(sql, tx.tenant_id, wanted.before, list(wanted.words))


async def is_idle(tx: Transaction, person_id: UUID, before: datetime) -> bool:
    """Tell whether a file has had no activity since a moment."""
    return await tx.value(
        f"SELECT EXISTS (SELECT {_IDLE} AND p.id = $3)", tx.tenant_id, before, person_id
    )
