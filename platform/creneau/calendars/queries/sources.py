"""Statements about calendars elsewhere."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from creneau.calendars.schemas import BusySource, BusyTime
from creneau.database import Transaction

_COLUMNS = "id, agent_id, name, host, good_at, failing_since, failure, events, due_at"


class NewSource(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar elsewhere to keep; the address is sealed."""

    agent_id: UUID
    name: str
    address: bytes
    host: str


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar elsewhere that is to be read, with what was kept of its last answer."""

    id: UUID
    agent_id: UUID
    email: str
    name: str
    address: bytes
    etag: str
    last_modified: str
    read_on: date | None


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a good answer: its marks, and how many busy times it has."""

    etag: str
    last_modified: str
    events: int


async def add(tx: Transaction, new: NewSource, now: datetime) -> UUID:
    """Keep a calendar elsewhere; it is to be read at once."""
    return await tx.value(
        """
        INSERT INTO busy_source (tenant_id, agent_id, name, address, host, due_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        RETURNING id
        """,
        tx.tenant_id,
        new.agent_id,
        new.name,
        new.address,
        new.host,
        now,
    )


async def of_agent(tx: Transaction, agent_id: UUID) -> list[BusySource]:
    """Read an agent's calendars elsewhere, the oldest first."""
    return await tx.all(
        BusySource,
        f"""
        SELECT {_COLUMNS} FROM busy_source WHERE tenant_id = $1 AND agent_id = $2
        ORDER BY created_at, id
        """,
        tx.tenant_id,
        agent_id,
    )


async def delete(tx: Transaction, source_id: UUID) -> None:
    """Forget a calendar elsewhere, whose absences are gone."""
    await tx.execute(
        "DELETE FROM busy_source WHERE tenant_id = $1 AND id = $2", tx.tenant_id, source_id
    )


async def take_due(tx: Transaction, now: datetime, until: datetime) -> Due | None:
    """Take the calendar that is longest due, for whoever reads it; it is due again at `until`."""
    return await tx.one(
        Due,
        """
        UPDATE busy_source s SET due_at = $3
        FROM agent a
        WHERE a.tenant_id = $1 AND a.id = s.agent_id AND s.tenant_id = $1 AND s.id = (
            SELECT d.id FROM busy_source d
            JOIN agent g ON g.tenant_id = $1 AND g.id = d.agent_id AND g.state = 'active'
            WHERE d.tenant_id = $1 AND d.due_at <= $2
            ORDER BY d.due_at, d.id
            LIMIT 1
            FOR UPDATE OF d SKIP LOCKED)
        RETURNING s.id, s.agent_id, a.email, s.name, s.address, s.etag, s.last_modified, s.read_on
        """,
        tx.tenant_id,
        now,
        until,
    )


async def next_due(tx: Transaction) -> datetime | None:
    """Tell when the next calendar is to be read; None: there is none."""
    return await tx.value(
        """
        SELECT min(s.due_at) FROM busy_source s
        JOIN agent a ON a.tenant_id = s.tenant_id AND a.id = s.agent_id AND a.state = 'active'
        WHERE s.tenant_id = $1
        """,
        tx.tenant_id,
    )


async def stands(tx: Transaction, source_id: UUID) -> bool:
    """Tell whether a calendar is still there, and keep it there until the transaction is over."""
    rows = await tx.rows(
        "SELECT id FROM busy_source WHERE tenant_id = $1 AND id = $2 FOR UPDATE",
        tx.tenant_id,
        source_id,
    )
    return bool(rows)


async def read_well(
    tx: Transaction, source_id: UUID, answer: Answered, day: date, now: datetime
) -> None:
    """Note that all of a calendar was read."""
    await tx.execute(
        """
        UPDATE busy_source SET etag = $3, last_modified = $4, events = $5, read_on = $6,
            good_at = $7, failing_since = NULL, failure = '', told_at = NULL
        WHERE tenant_id = $1 AND id = $2
        """,
        tx.tenant_id,
        source_id,
        answer.etag,
        answer.last_modified,
        answer.events,
        day,
        now,
    )


async def nothing_new(tx: Transaction, source_id: UUID, now: datetime) -> None:
    """Note that a calendar says what it said."""
    await tx.execute(
        """
        UPDATE busy_source SET good_at = $3, failing_since = NULL, failure = '', told_at = NULL
        WHERE tenant_id = $1 AND id = $2
        """,
        tx.tenant_id,
        source_id,
        now,
    )


async def failed(tx: Transaction, source_id: UUID, code: str, now: datetime) -> None:
    """Note what goes wrong; since when stays."""
    await tx.execute(
        """
        UPDATE busy_source SET failure = $3, failing_since = COALESCE(failing_since, $4)
        WHERE tenant_id = $1 AND id = $2
        """,
        tx.tenant_id,
        source_id,
        code,
        now,
    )


async def put_off(tx: Transaction, source_id: UUID, until: datetime) -> bool:
    """Let a calendar be read again at a moment; False when it is gone."""
    return bool(
        await tx.execute(
            "UPDATE busy_source SET due_at = $3 WHERE tenant_id = $1 AND id = $2",
            tx.tenant_id,
            source_id,
            until,
        )
    )


async def tell_once(tx: Transaction, source_id: UUID, before: datetime, now: datetime) -> bool:
    """Mark a calendar that fails since before a moment as told of; False when it was, or works."""
    return bool(
        await tx.execute(
            """
            UPDATE busy_source SET told_at = $4
            WHERE tenant_id = $1 AND id = $2 AND failing_since < $3 AND told_at IS NULL
            """,
            tx.tenant_id,
            source_id,
            before,
            now,
        )
    )


async def find(tx: Transaction, source_id: UUID) -> BusySource | None:
    """Read one."""
    return await tx.one(
        BusySource,
        f"SELECT {_COLUMNS} FROM busy_source WHERE tenant_id = $1 AND id = $2",
        tx.tenant_id,
        source_id,
    )


async def busy_times(
    tx: Transaction, agent_id: UUID, starts_from: datetime, starts_before: datetime
) -> list[BusyTime]:
    """Read the busy times of an agent that touch a period, by start."""
    return await tx.all(
        BusyTime,
        """
        SELECT o.starts_at, o.ends_at, s.title AS source
        FROM absence_occurrence o
        JOIN absence s ON s.tenant_id = $1 AND s.id = o.absence_id AND s.source_id IS NOT NULL
        WHERE o.tenant_id = $1 AND o.resource_id = $2
            AND o.starts_at > $3::timestamptz - interval '25 hours' AND o.starts_at < $4
            AND o.ends_at > $3
        ORDER BY o.starts_at, s.title
        """,
        tx.tenant_id,
        agent_id,
        starts_from,
        starts_before,
    )
