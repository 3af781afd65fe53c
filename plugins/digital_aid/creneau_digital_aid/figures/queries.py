"""The statement of the figures."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from creneau.database import Transaction

from creneau_digital_aid.figures.schemas import Count


async def counts(
    tx: Transaction, resource_ids: Sequence[UUID], starts_from: datetime, starts_before: datetime
) -> list[Count]:
    """Count the bookings on some agendas that begin in [`starts_from`, `starts_before`), UTC.

    A seat counts once for each adviser who receives it, and once for its motive and its structure.
    """
    return await tx.all(
        Count,
        """
        WITH mine AS MATERIALIZED (
            SELECT DISTINCT b.id, b.state, a.motive_id, t.resource_id
            FROM appointment a
            JOIN booking b ON b.tenant_id = a.tenant_id AND b.appointment_id = a.id
                AND b.state NOT IN ('held', 'expired')
            JOIN allocation t ON t.tenant_id = a.tenant_id AND t.appointment_id = a.id
                AND t.starts_at <= a.starts_at AND t.ends_at >= a.ends_at
                AND (t.active OR a.state <> 'scheduled')
            WHERE a.tenant_id = $1 AND a.starts_at >= $3 AND a.starts_at < $4
                AND t.resource_id = ANY ($2)
        ), alone AS (
            SELECT DISTINCT id, state, motive_id FROM mine
        ), named AS (
            SELECT 'adviser' AS kind, r.label AS name, m.state
            FROM mine m
            JOIN resource r ON r.tenant_id = $1 AND r.id = m.resource_id
            UNION ALL
            SELECT 'motive', o.name, m.state
            FROM alone m JOIN motive o ON o.tenant_id = $1 AND o.id = m.motive_id
            UNION ALL
            SELECT 'structure', p.structure, m.state
            FROM alone m
            JOIN digital_aid.prescription p ON p.tenant_id = $1 AND p.booking_id = m.id
        )
        SELECT kind, min(name) AS name, count(*) AS total,
            count(*) FILTER (WHERE state = 'seen') AS seen,
            count(*) FILTER (WHERE state IN ('planned', 'waiting', 'to_reschedule')) AS to_come,
            count(*) FILTER (WHERE state IN ('cancelled', 'excused')) AS called_off,
            count(*) FILTER (WHERE state = 'no_show') AS missed
        FROM named
        GROUP BY kind, unaccent(lower(name))
        ORDER BY kind, total DESC, unaccent(lower(min(name)))
        """,
        tx.tenant_id,
        list(resource_ids),
        starts_from,
        starts_before,
    )
