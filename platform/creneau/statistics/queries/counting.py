"""The statements by which days are marked and counted."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from creneau.database import Transaction
from creneau.statistics.queries.parts import (
    ACTIVE,
    APPOINTMENTS,
    COUNTED_SETS,
    CREATED,
    CREATED_ON,
    KINDS,
    STARTING_ON,
    SUBJECTS,
)

MARKS_AT_ONCE: Final = 2_000
PERSONS_AT_ONCE: Final = 1_000
NOT_ASKED: Final = "00000000-0000-0000-0000-000000000000"


class Marked(msgspec.Struct, frozen=True):
    """The days on which something changed: those of appointments, and those of their booking."""

    starts: Sequence[date]
    created: Sequence[date]


async def wait_at_most(tx: Transaction, milliseconds: int) -> None:
    """Have this transaction wait no longer for others; then it fails with `NOT_WAITED`."""
    await tx.execute(f"SET LOCAL lock_timeout = {milliseconds:d}")


async def is_counted(tx: Transaction) -> bool:
    """Tell whether everything is counted as it stands, without waiting for anybody."""
    return await tx.value(
        f"""
        SELECT EXISTS (
            SELECT FROM appointment_counting c JOIN tenant t ON t.id = c.tenant_id
            WHERE c.tenant_id = $1 AND c.time_zone = t.time_zone)
        AND NOT EXISTS (SELECT FROM appointment_change WHERE tenant_id = $1)
        AND NOT EXISTS (SELECT FROM person_change WHERE tenant_id = $1)
        AND NOT EXISTS (
            SELECT FROM appointment_count WHERE tenant_id = $1 AND service_id = '{NOT_ASKED}')
        """,
        tx.tenant_id,
    )


async def are_many(tx: Transaction, number: int) -> bool:
    """Tell whether there are more appointments than some number."""
    return await tx.value(
        "SELECT count(*) > $2 FROM (SELECT FROM appointment WHERE tenant_id = $1 LIMIT $2 + 1) a",
        tx.tenant_id,
        number,
    )


async def ask(tx: Transaction, *, asked: bool) -> None:
    """Note that a worker is to count what is left, or that nothing is."""
    await tx.execute(
        "UPDATE appointment_counting SET asked = $2 WHERE tenant_id = $1 AND asked <> $2",
        tx.tenant_id,
        asked,
    )


async def is_asked(tx: Transaction) -> bool:
    """Tell whether a reader left something to a worker."""
    sql = "SELECT EXISTS (SELECT FROM appointment_counting WHERE tenant_id = $1 AND asked)"
    return await tx.value(sql, tx.tenant_id)


async def counting_zone(tx: Transaction) -> str:
    """Read whose days were counted, and have nobody else count meanwhile; empty: none were."""
    await tx.execute(
        """
        INSERT INTO appointment_counting (tenant_id, time_zone) VALUES ($1, '')
        ON CONFLICT DO NOTHING
        """,
        tx.tenant_id,
    )
    return await tx.value(
        "SELECT time_zone FROM appointment_counting WHERE tenant_id = $1 FOR UPDATE", tx.tenant_id
    )


async def zone_of(tx: Transaction) -> str:
    """Read in which time zone the tenant's days begin."""
    return await tx.value("SELECT time_zone FROM tenant WHERE id = $1", tx.tenant_id)


async def has_marks(tx: Transaction) -> bool:
    """Tell whether anything changed since the days were counted."""
    return await tx.value(
        """
        SELECT EXISTS (SELECT FROM appointment_change WHERE tenant_id = $1)
            OR EXISTS (SELECT FROM person_change WHERE tenant_id = $1)
        """,
        tx.tenant_id,
    )


async def set_zone(tx: Transaction, zone: str) -> None:
    """Note whose days are counted."""
    await tx.execute(
        "UPDATE appointment_counting SET time_zone = $2 WHERE tenant_id = $1", tx.tenant_id, zone
    )


async def take_marks(tx: Transaction, zone: str) -> Marked:
    """Take some of the marks that are there, and read which days they mean."""
    found = await tx.one(
        Marked,
        """
        WITH taken AS (
            DELETE FROM appointment_change WHERE tenant_id = $1 AND id = ANY(ARRAY(
                SELECT id FROM appointment_change WHERE tenant_id = $1 ORDER BY id LIMIT $3))
            RETURNING *),
        moments AS (
            SELECT starts_at FROM taken WHERE starts_at IS NOT NULL
            UNION SELECT a.starts_at FROM taken t
            JOIN appointment a ON a.tenant_id = $1 AND a.id = t.appointment_id)
        SELECT
            ARRAY(SELECT DISTINCT (starts_at AT TIME ZONE $2)::date FROM moments) AS starts,
            ARRAY(SELECT DISTINCT (created_at AT TIME ZONE $2)::date FROM (
                SELECT created_at FROM taken WHERE created_at IS NOT NULL
                UNION SELECT b.created_at FROM taken t
                JOIN booking b ON b.tenant_id = $1 AND b.appointment_id = t.appointment_id
                    AND b.state NOT IN ('held', 'expired')) c) AS created
        """,
        tx.tenant_id,
        zone,
        MARKS_AT_ONCE,
    )
    return found or Marked((), ())


async def take_persons(tx: Transaction) -> list[UUID]:
    """Take some of the marks of persons that are there, and read whom they mean."""
    rows = await tx.rows(
        """
        WITH taken AS (
            DELETE FROM person_change WHERE tenant_id = $1 AND id = ANY(ARRAY(
                SELECT id FROM person_change WHERE tenant_id = $1 ORDER BY id LIMIT $2))
            RETURNING person_id, appointment_id)
        SELECT person_id FROM taken WHERE person_id IS NOT NULL
        UNION SELECT b.person_id FROM taken t
        JOIN booking b ON b.tenant_id = $1 AND b.appointment_id = t.appointment_id
            AND b.person_id IS NOT NULL
        ORDER BY 1
        """,
        tx.tenant_id,
        PERSONS_AT_ONCE,
    )
    return [row["person_id"] for row in rows]


async def mark_everything(tx: Transaction, zone: str) -> None:
    """Mark every day that has anything to count, in place of what was marked."""
    await tx.execute("DELETE FROM appointment_change WHERE tenant_id = $1", tx.tenant_id)
    await tx.execute(
        """
        INSERT INTO appointment_change (tenant_id, starts_at, created_at)
        SELECT $1::uuid, day::timestamp AT TIME ZONE $2, NULL::timestamptz FROM (
            SELECT DISTINCT (starts_at AT TIME ZONE $2)::date AS day FROM appointment
            WHERE tenant_id = $1) s
        UNION ALL
        SELECT $1::uuid, NULL, day::timestamp AT TIME ZONE $2 FROM (
            SELECT DISTINCT (created_at AT TIME ZONE $2)::date AS day FROM booking
            WHERE tenant_id = $1 AND state NOT IN ('held', 'expired')) c
        """,
        tx.tenant_id,
        zone,
    )


async def put_back(tx: Transaction, zone: str, days: Marked) -> None:
    """Mark days anew whose turn is later."""
    await tx.execute(
        """
        INSERT INTO appointment_change (tenant_id, starts_at, created_at)
        SELECT $1::uuid, day::timestamp AT TIME ZONE $2, NULL::timestamptz FROM unnest($3::date[]) day
        UNION ALL
        SELECT $1::uuid, NULL, day::timestamp AT TIME ZONE $2 FROM unnest($4::date[]) day
        """,
        tx.tenant_id,
        zone,
        list(days.starts),
        list(days.created),
    )


async def forget(tx: Transaction, days: Marked) -> None:
    """Forget what was counted of some days; the kinds are named, so that an index finds them."""
    await tx.execute(
        """
        DELETE FROM appointment_count WHERE tenant_id = $1 AND (
            (kind IN ('motive', 'place', 'agents', 'within') AND day = ANY($2::date[]))
            OR (kind IN ('created', 'created_within') AND day = ANY($3::date[])))
        """,
        tx.tenant_id,
        list(days.starts),
        list(days.created),
    )


async def forget_all(tx: Transaction) -> None:
    """Forget whatever was counted."""
    await tx.execute("DELETE FROM appointment_count WHERE tenant_id = $1", tx.tenant_id)
    await tx.execute("DELETE FROM appointment_month WHERE tenant_id = $1", tx.tenant_id)


async def mark_uncounted(tx: Transaction, zone: str) -> None:
    """Mark the days anew whose counts name no service, and forget those."""
    await tx.execute(
        f"""
        WITH old AS (
            DELETE FROM appointment_count WHERE tenant_id = $1 AND service_id = '{NOT_ASKED}'
            RETURNING kind, day::timestamp AT TIME ZONE $2 AS begins)
        INSERT INTO appointment_change (tenant_id, starts_at, created_at)
        SELECT DISTINCT $1::uuid, CASE WHEN kind <> 'created' THEN begins END,
            CASE WHEN kind = 'created' THEN begins END
        FROM old
        """,
        tx.tenant_id,
        zone,
    )


async def count(tx: Transaction, zone: str, days: Marked) -> None:
    """Count some days."""
    rows = APPOINTMENTS.format(source=STARTING_ON, state="b.state", active=ACTIVE)
    await tx.execute(
        f"""
        INSERT INTO appointment_count (tenant_id, kind, day, organisation_id, service_id, subjects,
            state, source, number, minutes)
        SELECT $1::uuid, {KINDS}, day, organisation_id, service_id, {SUBJECTS}, state, '', count(*),
            sum(minutes)
        FROM ({rows}) x GROUP BY {COUNTED_SETS}
        """,
        tx.tenant_id,
        zone,
        list(days.starts),
    )
    await tx.execute(
        f"""
        INSERT INTO appointment_count (tenant_id, kind, day, organisation_id, service_id, subjects,
            state, source, number, minutes)
        SELECT $1::uuid, CASE WHEN GROUPING(agents) = 0 THEN 'created_within' ELSE 'created' END,
            day, organisation_id, service_id,
            CASE WHEN GROUPING(agents) = 0 THEN agents ELSE '{{}}' END, '', source, count(*), 0
        FROM ({CREATED.format(source=CREATED_ON)}) x
        GROUP BY day, organisation_id, service_id, source, GROUPING SETS ((), (agents))
        """,
        tx.tenant_id,
        zone,
        list(days.created),
    )
