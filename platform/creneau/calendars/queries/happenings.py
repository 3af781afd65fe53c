"""Statements that read what is on a calendar, whatever its length in one."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from creneau.calendars.schemas import Happening
from creneau.confidentiality.queries import confidential
from creneau.database import Transaction

_SHOWN = """
    a.starts_at, a.ends_at, o.time_zone, m.name AS motive_name, a.title,
    m.location_type, p.name AS place_name, p.address, p.access_information, p.phone,
    a.group_session
"""
_WHERE_IT_IS = """
    JOIN motive m ON m.tenant_id = $1 AND m.id = a.motive_id
    JOIN place p ON p.tenant_id = $1 AND p.id = a.place_id
    JOIN organisation o ON o.tenant_id = $1 AND o.id = p.organisation_id
"""

# Each part of the union has an index of its own. OFFSET 0: one look-up by key for each row,
# whatever the planner expects of a tenant's size under row-level security.
_OF_AGENDAS = f"""
    WITH taken AS MATERIALIZED (
        SELECT l.resource_id, l.appointment_id, true AS active,
            max(uuid_extract_timestamp(l.id)) AS claimed_at
        FROM allocation l
        WHERE l.tenant_id = $1 AND l.resource_id = ANY ($2::uuid[]) AND l.active
            AND l.held_until IS NULL
            AND l.starts_at > $3::timestamptz - interval '48 hours' AND l.starts_at < $4
        GROUP BY l.resource_id, l.appointment_id
        UNION ALL
        SELECT l.resource_id, l.appointment_id, false, max(uuid_extract_timestamp(l.id))
        FROM allocation l
        WHERE l.tenant_id = $1 AND l.resource_id = ANY ($2::uuid[]) AND NOT l.active
            AND l.held_until IS NULL
            AND l.starts_at > $3::timestamptz - interval '48 hours' AND l.starts_at < $4
        GROUP BY l.resource_id, l.appointment_id
    )
    SELECT CASE WHEN a.group_session THEN a.id ELSE b.id END AS id, t.resource_id, {_SHOWN},
        a.sequence,
        CASE WHEN t.active THEN 'taken' WHEN b.state = 'to_reschedule' THEN 'to_reschedule'
            ELSE 'cancelled' END AS standing,
        GREATEST(t.claimed_at, b.confirmed_at, b.ended_at) AS changed_at,
        COALESCE(n.first_name, '') AS first_name, COALESCE(n.last_name, '') AS last_name,
        '{{}}'::text[] AS resource_labels, COALESCE(b.seats, 0) AS seats
    FROM taken t
    CROSS JOIN LATERAL (
        SELECT a.* FROM appointment a
        WHERE a.tenant_id = $1 AND a.id = t.appointment_id
            AND a.state = CASE WHEN t.active THEN 'scheduled' ELSE 'cancelled' END
            AND a.ends_at > $3 AND a.starts_at < $4
        OFFSET 0
    ) a
    LEFT JOIN LATERAL (
        SELECT (array_agg(b.id ORDER BY b.id DESC))[1] AS id,
            (array_agg(b.person_id ORDER BY b.id DESC))[1] AS person_id,
            (array_agg(b.state ORDER BY b.id DESC))[1] AS state,
            count(*) FILTER (WHERE b.active) AS seats,
            max(b.confirmed_at) AS confirmed_at, max(b.ended_at) AS ended_at
        FROM booking b
        WHERE b.tenant_id = $1 AND b.appointment_id = a.id AND b.state NOT IN ('held', 'expired')
    ) b ON true
    LEFT JOIN LATERAL (
        SELECT n.first_name, n.last_name FROM person n
        WHERE n.tenant_id = $1 AND n.id = b.person_id AND NOT a.group_session
        OFFSET 0
    ) n ON true
    {_WHERE_IT_IS}
    WHERE (a.group_session OR b.id IS NOT NULL)
        AND (t.active OR COALESCE(b.ended_at, t.claimed_at) > $5)
    ORDER BY a.starts_at, 1
"""

# Whoever changes seats goes on counting: the clock counts, as in mails (`messages.calendar`).
_OF_PERSON = f"""
    SELECT b.id, NULL::uuid AS resource_id, {_SHOWN}, c.changed_at,
        CASE WHEN a.group_session THEN extract(epoch FROM c.changed_at - b.created_at)::integer
            ELSE a.sequence END AS sequence,
        CASE WHEN b.active THEN 'taken' WHEN b.state = 'to_reschedule' THEN 'to_reschedule'
            ELSE 'cancelled' END AS standing,
        CASE WHEN n.id = $2 THEN '' ELSE n.first_name END AS first_name, '' AS last_name,
        COALESCE(r.labels, '{{}}') AS resource_labels, 1 AS seats
    FROM person n
    JOIN booking b ON b.tenant_id = $1 AND b.person_id = n.id AND b.state NOT IN ('held', 'expired')
    JOIN appointment a ON a.tenant_id = $1 AND a.id = b.appointment_id
    LEFT JOIN LATERAL (
        SELECT max(uuid_extract_timestamp(l.id)) AS claimed_at,
            array_agg(DISTINCT s.label ORDER BY s.label) FILTER (WHERE l.active) AS labels
        FROM allocation l
        JOIN resource s ON s.tenant_id = $1 AND s.id = l.resource_id
        WHERE l.tenant_id = $1 AND l.appointment_id = a.id
    ) r ON true
    LEFT JOIN LATERAL (
        SELECT max(h.at) AS moved_at FROM history h
        WHERE a.group_session AND h.tenant_id = $1 AND h.subject_kind = 'booking'
            AND h.subject_id = b.id AND h.action = 'booking.moved'
    ) h ON true
    CROSS JOIN LATERAL (
        SELECT GREATEST(r.claimed_at, b.created_at, b.confirmed_at, h.moved_at, b.ended_at)
            AS changed_at
    ) c
    {_WHERE_IT_IS}
    WHERE n.tenant_id = $1 AND (n.id = $2 OR n.responsible_id = $2)
        AND a.ends_at > $3 AND a.starts_at < $4 AND (b.active OR b.ended_at IS NULL OR b.ended_at > $5)
        AND NOT {confidential("b.person_id")}
    ORDER BY a.starts_at, b.id
"""


async def of_agendas(
    tx: Transaction,
    resource_ids: Sequence[UUID],
    starts_from: datetime,
    starts_before: datetime,
    cancelled_from: datetime,
) -> list[Happening]:
    """Read what is on some agendas in a time, and what was cancelled since a moment, by start."""
    return await tx.all(
        Happening,
        _OF_AGENDAS,
        tx.tenant_id,
        list(resource_ids),
        starts_from,
        starts_before,
        cancelled_from,
    )


async def of_person(
    tx: Transaction,
    person_id: UUID,
    starts_from: datetime,
    starts_before: datetime,
    cancelled_from: datetime,
) -> list[Happening]:
    """Read the appointments that a person sees, and their relatives', in a time, by start."""
    return await tx.all(
        Happening,
        _OF_PERSON,
        tx.tenant_id,
        person_id,
        starts_from,
        starts_before,
        cancelled_from,
    )
