"""The statements of availability.

What a search costs is bounded by plain comparisons on `(tenant_id, …, starts_at)`: range operators
are not leakproof, so that under row-level security they could use no index; the bound on a
period's length makes the comparisons exact.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from creneau.availability.rules import Start, StartJoined, Windows
from creneau.database import Transaction

# Buffers: a slot needs its buffers free of other appointments and absences, so both are widened
# by the motive's own buffers, the other way round.
#
# A slot starts before $4, so that nothing counts that begins once its duration and the buffer after
# it are over; an allocation lasts 48 hours at most, a piece of an absence 25.
#
# What is taken is looked up once for each resource, whatever the planner expects: with a tenant
# and a motive that it takes for independent it expects one occurrence, and would compute what is
# taken anew for each of hundreds.
#
# Two openings of one resource at a place may overlap (C-13). Where both have the same grid, the
# later one gives only the starts that do not fit into an earlier one: those after `given`.
_FREE = """
    WITH opened AS MATERIALIZED (
        SELECT o.resource_id, o.resource_id::text AS name, array_agg(o.place_id) AS places,
            array_agg(o.starts_at) AS starts, array_agg(o.ends_at) AS ends,
            array_agg(o.earlier_end - $11::interval) AS given
        FROM (
            SELECT o.resource_id, o.place_id, o.starts_at, o.ends_at,
                max(o.ends_at) OVER (
                    PARTITION BY o.resource_id, o.place_id,
                        o.starts_at - date_bin($13::interval, o.starts_at, 'epoch')
                    ORDER BY o.starts_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                ) AS earlier_end
            FROM opening_motive m
            JOIN opening_occurrence o ON o.tenant_id = m.tenant_id AND o.opening_id = m.opening_id
            WHERE m.tenant_id = $1 AND m.motive_id = $2 AND o.tenant_id = $1
                AND o.starts_at > $3::timestamptz - interval '25 hours'
                AND o.starts_at < $4::timestamptz
                AND o.ends_at > $3::timestamptz
                AND (cardinality($5::uuid[]) = 0 OR o.place_id = ANY ($5::uuid[]))
                AND (cardinality($6::uuid[]) = 0 OR o.resource_id = ANY ($6::uuid[]))
                AND (cardinality($12::uuid[]) = 0 OR o.resource_id IN (
                    SELECT s.agent_id FROM agent_service s
                    WHERE s.tenant_id = $1 AND s.service_id = ANY ($12::uuid[])))
        ) o
        GROUP BY o.resource_id
    ), closed AS MATERIALIZED (
        SELECT p.id AS place_id, range_agg(c.period) AS periods
        FROM closure c
        JOIN place p ON p.tenant_id = c.tenant_id
            AND (c.place_id IS NULL OR c.place_id = p.id)
            AND (c.organisation_id IS NULL OR c.organisation_id = p.organisation_id)
        WHERE c.tenant_id = $1 AND p.tenant_id = $1
            AND p.id IN (SELECT unnest(places) FROM opened)
            AND c.starts_at < $4::timestamptz + interval '25 hours' AND c.ends_at > $3::timestamptz
        GROUP BY p.id
    ), free AS (
        SELECT o.resource_id, o.name, r.kind, w.place_id, w.starts_at AS origin, w.given,
            unnest(tstzmultirange(tstzrange(w.starts_at, w.ends_at))
                   - COALESCE(t.periods, '{}') - COALESCE(c.periods, '{}')) AS period
        FROM opened o
        JOIN resource r ON r.tenant_id = $1 AND r.id = o.resource_id AND r.active
        CROSS JOIN LATERAL (
            SELECT range_agg(period) AS periods
            FROM (
                SELECT tstzrange(a.starts_at - $8::interval, a.ends_at + $7::interval) AS period
                FROM allocation a
                WHERE a.tenant_id = $1 AND a.active AND a.resource_id = o.resource_id
                    AND a.starts_at > $3::timestamptz - $7::interval - interval '48 hours'
                    AND a.starts_at < $4::timestamptz + $11::interval + $8::interval
                    AND a.ends_at > $3::timestamptz - $7::interval
                    AND (a.held_until IS NULL OR a.held_until > $9::timestamptz)
                    AND a.appointment_id IS DISTINCT FROM $10::uuid
                UNION ALL
                SELECT tstzrange(b.starts_at - $8::interval, b.ends_at + $7::interval)
                FROM absence_occurrence b
                WHERE b.tenant_id = $1 AND b.resource_id = o.resource_id
                    AND b.starts_at > $3::timestamptz - $7::interval - interval '25 hours'
                    AND b.starts_at < $4::timestamptz + $11::interval + $8::interval
                    AND b.ends_at > $3::timestamptz - $7::interval
            ) AS of_resource
        ) t
        CROSS JOIN LATERAL unnest(o.places, o.starts, o.ends, o.given)
            AS w (place_id, starts_at, ends_at, given)
        LEFT JOIN closed c ON c.place_id = w.place_id
    )
"""

# Starts on each opening's own grid; seconds as a float8 are exact, and numeric ones take longer.
_STARTS = (
    _FREE
    + """
    , started AS (
        SELECT resource_id, name, place_id, generate_series(
            date_bin(
                $13::interval,
                GREATEST(lower(period), $3::timestamptz, given + interval '1 microsecond')
                    + $13::interval - interval '1 microsecond',
                origin
            ),
            LEAST(upper(period) - $11::interval, $4::timestamptz - interval '1 microsecond'),
            $13::interval
        ) AS starts_at
        FROM free WHERE upper(period) - lower(period) >= $11::interval
    )
    SELECT date_part('epoch', starts_at)::bigint AS at, place_id, {free}
    FROM started GROUP BY starts_at, place_id
    """
)
_STARTS_OF = _STARTS.replace("{free}", "array_agg(resource_id)")
_STARTS_JOINED = _STARTS.replace("{free}", "string_agg(name, $14)")

_WINDOWS = (
    _FREE
    + """
    SELECT resource_id, kind, place_id, array_agg(date_part('epoch', origin)::bigint) AS origins,
        array_agg(date_part('epoch', lower(period))::bigint) AS starts,
        array_agg(date_part('epoch', upper(period))::bigint) AS ends
    FROM free
    WHERE upper(period) - lower(period) >= $11::interval
    GROUP BY resource_id, kind, place_id
    ORDER BY resource_id, place_id
    """
)


class FreeTime(msgspec.Struct, frozen=True, kw_only=True):
    """What the set algebra is asked; times are UTC."""

    motive_id: UUID
    starts_from: datetime
    starts_before: datetime
    now: datetime
    duration: timedelta
    step: timedelta
    buffer_before: timedelta
    buffer_after: timedelta
    place_ids: Sequence[UUID] = ()
    resource_ids: Sequence[UUID] = ()
    service_ids: Sequence[UUID] = ()
    ignoring: UUID | None = None


class SessionSlot(msgspec.Struct, frozen=True, kw_only=True):
    """A group session with its seats (C-24)."""

    appointment_id: UUID
    place_id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    taken: int
    resource_ids: list[UUID]


def _arguments(tx: Transaction, asked: FreeTime) -> tuple[object, ...]:
    return (
        tx.tenant_id,
        asked.motive_id,
        asked.starts_from,
        asked.starts_before,
        list(asked.place_ids),
        list(asked.resource_ids),
        asked.buffer_before,
        asked.buffer_after,
        asked.now,
        asked.ignoring,
        asked.duration,
        list(asked.service_ids),
        asked.step,
    )


async def free_starts(tx: Transaction, asked: FreeTime) -> list[Start]:
    """Find the starts at which a single resource is free, with all that are, in no order (C-20)."""
    rows = await tx.rows(_STARTS_OF, *_arguments(tx, asked))
    return list(map(Start._make, rows))


async def free_starts_joined(tx: Transaction, asked: FreeTime, joint: str) -> list[StartJoined]:
    """Find the same, with the ids of who is free as one text that `joint` holds together."""
    rows = await tx.rows(_STARTS_JOINED, *_arguments(tx, asked), joint)
    return list(map(StartJoined._make, rows))


async def free_windows(tx: Transaction, asked: FreeTime) -> list[Windows]:
    """Read the free windows that can hold the motive's duration, by resource and place (C-20)."""
    rows = await tx.rows(_WINDOWS, *_arguments(tx, asked))
    return [Windows(*row) for row in rows]


async def sessions(tx: Transaction, asked: FreeTime) -> list[SessionSlot]:
    """Read the group sessions that start in the range and are not closed, with their seats."""
    return await tx.all(
        SessionSlot,
        """
        SELECT a.id AS appointment_id, a.place_id, a.starts_at, a.ends_at, a.capacity,
            (SELECT count(*) FROM booking b
             WHERE b.tenant_id = $1 AND b.appointment_id = a.id AND b.active
                AND (b.held_until IS NULL OR b.state <> 'held' OR b.held_until > $7)) AS taken,
            ARRAY(SELECT l.resource_id FROM allocation l
                  WHERE l.tenant_id = $1 AND l.appointment_id = a.id AND l.active
                  ORDER BY l.resource_id) AS resource_ids
        FROM appointment a
        WHERE a.tenant_id = $1 AND a.motive_id = $2 AND a.group_session AND a.state = 'scheduled'
            AND a.starts_at >= $3 AND a.starts_at < $4
            AND EXISTS (SELECT FROM place p
                WHERE p.tenant_id = $1 AND p.id = a.place_id AND p.archived_at IS NULL)
            AND (cardinality($5::uuid[]) = 0 OR a.place_id = ANY ($5::uuid[]))
            AND (cardinality($6::uuid[]) = 0 OR EXISTS (
                SELECT FROM allocation l WHERE l.tenant_id = $1 AND l.appointment_id = a.id
                    AND l.active AND l.resource_id = ANY ($6::uuid[])))
            AND (cardinality($9::uuid[]) = 0 OR EXISTS (
                SELECT FROM allocation l
                JOIN agent_service s ON s.tenant_id = $1 AND s.agent_id = l.resource_id
                WHERE l.tenant_id = $1 AND l.appointment_id = a.id AND l.active
                    AND s.service_id = ANY ($9::uuid[])))
            AND a.id IS DISTINCT FROM $8::uuid
            AND NOT EXISTS (
                SELECT FROM closure c JOIN place p ON p.tenant_id = $1 AND p.id = a.place_id
                WHERE c.tenant_id = $1 AND c.starts_at < a.ends_at AND c.ends_at > a.starts_at
                    AND (c.place_id IS NULL OR c.place_id = p.id)
                    AND (c.organisation_id IS NULL OR c.organisation_id = p.organisation_id))
        ORDER BY a.starts_at, a.id
        """,
        tx.tenant_id,
        asked.motive_id,
        asked.starts_from,
        asked.starts_before,
        list(asked.place_ids),
        list(asked.resource_ids),
        asked.now,
        asked.ignoring,
        list(asked.service_ids),
    )


async def by_load(
    tx: Transaction, resource_ids: Sequence[UUID], starts_at: datetime, place_id: UUID
) -> list[UUID]:
    """Sort resources by fairness: the least booked on that day of the place, then the longest idle."""
    rows = await tx.rows(
        """
        WITH day AS MATERIALIZED (
            SELECT date_trunc('day', $3::timestamptz, o.time_zone) AS starts_at FROM place p
            JOIN organisation o ON o.tenant_id = p.tenant_id AND o.id = p.organisation_id
            WHERE p.tenant_id = $1 AND p.id = $4
        )
        SELECT r.id
        FROM unnest($2::uuid[]) AS r (id)
        LEFT JOIN allocation a ON a.tenant_id = $1 AND a.resource_id = r.id AND a.active
            AND a.starts_at >= (SELECT starts_at FROM day)
            AND a.starts_at < (SELECT starts_at FROM day) + interval '1 day'
        GROUP BY r.id
        ORDER BY count(a.id), max(a.ends_at) NULLS FIRST, r.id
        """,
        tx.tenant_id,
        list(resource_ids),
        starts_at,
        place_id,
    )
    return [row["id"] for row in rows]


async def zone_of_place(tx: Transaction, place_id: UUID) -> str | None:
    """Read the time zone of a place in use: its organisation's (C-15)."""
    return await tx.value(
        """
        SELECT o.time_zone FROM place p
        JOIN organisation o ON o.tenant_id = p.tenant_id AND o.id = p.organisation_id
        WHERE p.tenant_id = $1 AND p.id = $2 AND p.archived_at IS NULL
        """,
        tx.tenant_id,
        place_id,
    )


async def kinds_of(tx: Transaction, resource_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Read of what kind some resources are."""
    rows = await tx.rows(
        "SELECT id, kind FROM resource WHERE tenant_id = $1 AND id = ANY ($2::uuid[])",
        tx.tenant_id,
        list(resource_ids),
    )
    return {row["id"]: row["kind"] for row in rows}


async def agents_of(tx: Transaction, service_ids: Sequence[UUID]) -> list[UUID]:
    """Read who belongs to one of some services."""
    rows = await tx.rows(
        """
        SELECT DISTINCT agent_id FROM agent_service
        WHERE tenant_id = $1 AND service_id = ANY ($2::uuid[])
        """,
        tx.tenant_id,
        list(service_ids),
    )
    return [row["agent_id"] for row in rows]
