"""The statements of what can be booked."""

from datetime import datetime
from uuid import UUID

from creneau.database import Transaction
from creneau.offering.schemas import Offer, Receiver


async def offers(tx: Transaction, now: datetime, resource_id: UUID | None) -> list[Offer]:
    """Read what everyone can book at some time after `now`: with one resource, or with all.

    An opening counts by its own place while it has an occurrence within the motive's longest notice.
    """
    return await tx.all(
        Offer,
        """
        SELECT om.motive_id, o.place_id, o.resource_id
        FROM motive m
        JOIN opening_motive om ON om.tenant_id = m.tenant_id AND om.motive_id = m.id
        JOIN opening o ON o.tenant_id = om.tenant_id AND o.id = om.opening_id
        JOIN resource r ON r.tenant_id = o.tenant_id AND r.id = o.resource_id AND r.active
        JOIN place p ON p.tenant_id = o.tenant_id AND p.id = o.place_id AND p.archived_at IS NULL
        WHERE m.tenant_id = $1 AND m.audience = 'everyone' AND m.archived_at IS NULL
            AND ($3::uuid IS NULL OR o.resource_id = $3)
            AND EXISTS (
                SELECT FROM opening_occurrence oo
                WHERE oo.tenant_id = $1 AND oo.opening_id = o.id
                    AND oo.starts_at > $2::timestamptz - interval '25 hours' AND oo.ends_at > $2
                    AND oo.starts_at <= $2 + make_interval(mins => m.maximum_notice_minutes))
        UNION
        SELECT a.motive_id, a.place_id, l.resource_id
        FROM appointment a
        JOIN motive m ON m.tenant_id = a.tenant_id AND m.id = a.motive_id
            AND m.audience = 'everyone' AND m.archived_at IS NULL
        JOIN place p ON p.tenant_id = a.tenant_id AND p.id = a.place_id AND p.archived_at IS NULL
        JOIN allocation l ON l.tenant_id = a.tenant_id AND l.appointment_id = a.id AND l.active
        WHERE a.tenant_id = $1 AND a.group_session AND a.state = 'scheduled' AND a.starts_at > $2
            AND a.starts_at <= $2 + make_interval(mins => m.maximum_notice_minutes)
            AND ($3::uuid IS NULL OR l.resource_id = $3)
        """,
        tx.tenant_id,
        now,
        resource_id,
    )


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
