"""The statement of what is open to online booking."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from creneau.database import Transaction

from creneau_digital_aid.online.schemas import MotiveState


async def states(
    tx: Transaction,
    now: datetime,
    organisation_ids: Sequence[UUID] | None,
    agent_id: UUID | None = None,
) -> list[MotiveState]:
    """Read the motives in use of some organisations, or of all, with what comes next for each.

    With an agent, what comes next is what they receive for themselves.
    """
    return await tx.all(
        MotiveState,
        """
        SELECT m.id, m.service_id, m.organisation_id, o.name AS organisation_name, o.time_zone, m.name,
            m.audience, m.capacity IS DISTINCT FROM 1 AS group,
            m.minimum_notice_minutes, m.maximum_notice_minutes,
            m.instructions_before <> '' AS instructed,
            CASE WHEN m.capacity = 1 THEN opened.count ELSE held.count END AS openings,
            CASE WHEN m.capacity = 1 THEN opened.first ELSE held.first END AS next_at
        FROM motive m
        JOIN organisation o ON o.tenant_id = m.tenant_id AND o.id = m.organisation_id
            AND o.archived_at IS NULL
        CROSS JOIN LATERAL (
            SELECT count(DISTINCT oo.opening_id) AS count, min(GREATEST(oo.starts_at, $2)) AS first
            FROM opening_motive om
            JOIN opening_occurrence oo
                ON oo.tenant_id = om.tenant_id AND oo.opening_id = om.opening_id
            JOIN resource r ON r.tenant_id = oo.tenant_id AND r.id = oo.resource_id AND r.active
            JOIN place p ON p.tenant_id = oo.tenant_id AND p.id = oo.place_id
                AND p.archived_at IS NULL
            WHERE om.tenant_id = m.tenant_id AND om.motive_id = m.id
                AND oo.starts_at > $2::timestamptz - interval '25 hours' AND oo.ends_at > $2
                AND ($4::uuid IS NULL OR oo.resource_id = $4)
        ) opened
        CROSS JOIN LATERAL (
            SELECT count(*) AS count, min(a.starts_at) AS first
            FROM appointment a
            JOIN place p ON p.tenant_id = a.tenant_id AND p.id = a.place_id
                AND p.archived_at IS NULL
            WHERE a.tenant_id = m.tenant_id AND a.motive_id = m.id AND a.group_session
                AND a.state = 'scheduled' AND a.starts_at > $2
                AND ($4::uuid IS NULL OR EXISTS (
                    SELECT FROM allocation l
                    WHERE l.tenant_id = $1 AND l.appointment_id = a.id AND l.resource_id = $4
                        AND l.active))
        ) held
        WHERE m.tenant_id = $1 AND m.archived_at IS NULL
            AND ($3::uuid[] IS NULL OR m.organisation_id = ANY ($3))
        ORDER BY unaccent(lower(o.name)), o.id, m.position, unaccent(lower(m.name)), m.id
        """,
        tx.tenant_id,
        now,
        None if organisation_ids is None else list(organisation_ids),
        agent_id,
    )
