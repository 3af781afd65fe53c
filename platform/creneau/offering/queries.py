"""The statements of what can be booked."""

from datetime import datetime
from typing import Final
from uuid import UUID

from creneau.database import Transaction
from creneau.offering.schemas import Offer, Receiver, Ways

OFFERS: Final = """
    SELECT om.motive_id, o.place_id, o.resource_id, m.capacity, m.location_type
    FROM opening o
    JOIN LATERAL (
        SELECT oo.starts_at FROM opening_occurrence oo
        WHERE oo.tenant_id = $1 AND oo.opening_id = o.id
            AND oo.starts_at > $2::timestamptz - interval '25 hours' AND oo.ends_at > $2
        ORDER BY oo.starts_at LIMIT 1
    ) following ON true
    JOIN opening_motive om ON om.tenant_id = o.tenant_id AND om.opening_id = o.id
    JOIN motive m ON m.tenant_id = om.tenant_id AND m.id = om.motive_id
        AND m.audience = 'everyone' AND m.archived_at IS NULL
        AND following.starts_at <= $2 + make_interval(mins => m.maximum_notice_minutes)
    JOIN resource r ON r.tenant_id = o.tenant_id AND r.id = o.resource_id AND r.active
    JOIN place p ON p.tenant_id = o.tenant_id AND p.id = o.place_id AND p.archived_at IS NULL
    WHERE o.tenant_id = $1 AND ($3::uuid IS NULL OR o.resource_id = $3)
    UNION ALL
    SELECT a.motive_id, a.place_id, l.resource_id, m.capacity, m.location_type
    FROM appointment a
    JOIN motive m ON m.tenant_id = a.tenant_id AND m.id = a.motive_id
        AND m.audience = 'everyone' AND m.archived_at IS NULL
    JOIN place p ON p.tenant_id = a.tenant_id AND p.id = a.place_id AND p.archived_at IS NULL
    JOIN allocation l ON l.tenant_id = a.tenant_id AND l.appointment_id = a.id AND l.active
    WHERE a.tenant_id = $1 AND a.group_session AND a.state = 'scheduled' AND a.starts_at > $2
        AND a.starts_at <= $2 + make_interval(mins => m.maximum_notice_minutes)
        AND ($3::uuid IS NULL OR l.resource_id = $3)
"""
"""What everyone can book after `$2`, of tenant `$1`: with the resource `$3`, or with all.

An opening counts by its own place while its next occurrence is within the motive's longest notice:
one look at an index for each, however far ahead they are written out. One with several openings is
there several times.
"""


_WAYS: Final = """
    WITH soon AS MATERIALIZED (
        SELECT oo.opening_id, min(oo.starts_at) AS starts_at FROM opening_occurrence oo
        WHERE oo.tenant_id = $1 AND oo.starts_at > $2::timestamptz - interval '25 hours'
            AND oo.starts_at < $2::timestamptz + interval '3 days' AND oo.ends_at > $2
        GROUP BY oo.opening_id
    ), opened AS MATERIALIZED (
        SELECT o.id, o.place_id, CASE WHEN soon.starts_at IS NOT NULL THEN soon.starts_at ELSE (
            SELECT oo.starts_at FROM opening_occurrence oo
            WHERE oo.tenant_id = $1 AND oo.opening_id = o.id
                AND oo.starts_at > $2::timestamptz - interval '25 hours' AND oo.ends_at > $2
            ORDER BY oo.starts_at LIMIT 1) END AS starts_at
        FROM opening o
        JOIN resource r ON r.tenant_id = $1 AND r.id = o.resource_id AND r.active
        JOIN place p ON p.tenant_id = $1 AND p.id = o.place_id AND p.archived_at IS NULL
        LEFT JOIN soon ON soon.opening_id = o.id
        WHERE o.tenant_id = $1
    )
    SELECT alone, together, remote, array_agg(place_id) AS place_ids FROM (
        SELECT place_id, bool_or(capacity IS NOT DISTINCT FROM 1) AS alone,
            bool_or(capacity IS DISTINCT FROM 1) AS together,
            bool_or(location_type IN ('phone', 'video')) AS remote
        FROM (
            SELECT s.place_id, m.capacity, m.location_type
            FROM opened s
            JOIN opening_motive om ON om.tenant_id = $1 AND om.opening_id = s.id
            JOIN motive m ON m.tenant_id = $1 AND m.id = om.motive_id
                AND m.audience = 'everyone' AND m.archived_at IS NULL
                AND s.starts_at <= $2 + make_interval(mins => m.maximum_notice_minutes)
            UNION ALL
            SELECT a.place_id, m.capacity, m.location_type
            FROM appointment a
            JOIN motive m ON m.tenant_id = $1 AND m.id = a.motive_id
                AND m.audience = 'everyone' AND m.archived_at IS NULL
            JOIN place p ON p.tenant_id = $1 AND p.id = a.place_id AND p.archived_at IS NULL
            WHERE a.tenant_id = $1 AND a.group_session AND a.state = 'scheduled'
                AND a.starts_at > $2
                AND a.starts_at <= $2 + make_interval(mins => m.maximum_notice_minutes)
                AND EXISTS (
                    SELECT FROM allocation l
                    WHERE l.tenant_id = $1 AND l.appointment_id = a.id AND l.active)
        ) offered
        GROUP BY place_id
    ) at_place
    GROUP BY alone, together, remote
"""
"""What `OFFERS` says of all, by place: each opening is looked at once, whatever its motives are.

The next days are read at once, which answers for nearly all; the others are looked for one by one.
"""


async def offers(tx: Transaction, now: datetime, resource_id: UUID | None) -> list[Offer]:
    """Read what everyone can book at some time after `now`: with one resource, or with all."""
    return await tx.all(
        Offer,
        f"SELECT DISTINCT motive_id, place_id, resource_id FROM ({OFFERS}) f",
        tx.tenant_id,
        now,
        resource_id,
    )


async def ways(tx: Transaction, now: datetime) -> dict[UUID, Ways]:
    """Read the ways of being received at each place where everyone can book something after `now`."""
    found = await tx.rows(_WAYS, tx.tenant_id, now)
    return {
        place_id: way
        for row in found
        for way in [Ways(alone=row["alone"], together=row["together"], remote=row["remote"])]
        for place_id in row["place_ids"]
    }


async def receiver(tx: Transaction, agent_id: UUID) -> Receiver | None:
    """Read an agent who works here and has, or had, times that everyone may book."""
    return await tx.one(
        Receiver,
        """
        SELECT a.id, a.first_name, a.last_name, ARRAY(
            SELECT s.organisation_id FROM membership s
            WHERE s.tenant_id = $1 AND s.agent_id = a.id
            ORDER BY s.organisation_id) AS organisation_ids
        FROM agent a
        WHERE a.tenant_id = $1 AND a.id = $2 AND a.state <> 'removed' AND (
            EXISTS (
                SELECT FROM opening o
                JOIN opening_motive om ON om.tenant_id = $1 AND om.opening_id = o.id
                JOIN motive m ON m.tenant_id = $1 AND m.id = om.motive_id
                    AND m.audience = 'everyone'
                WHERE o.tenant_id = $1 AND o.resource_id = a.id)
            OR EXISTS (
                SELECT FROM allocation l
                JOIN appointment p ON p.tenant_id = $1 AND p.id = l.appointment_id
                    AND p.group_session
                JOIN motive m ON m.tenant_id = $1 AND m.id = p.motive_id
                    AND m.audience = 'everyone'
                WHERE l.tenant_id = $1 AND l.resource_id = a.id AND l.active))
        """,
        tx.tenant_id,
        agent_id,
    )
