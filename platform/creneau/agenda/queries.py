"""The statements of agendas: what stands there, and what has changed lately."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from creneau.agenda.schemas import Away, Change, Closing, Opening, Session
from creneau.database import Transaction

# A hold is on no agenda; a message that left changes none.
_TELLING: Final = """
    (h.subject_kind IN ('booking', 'appointment')
        AND h.action NOT IN ('booking.held', 'booking.released', 'message.resent'))
    OR h.subject_kind IN ('opening', 'absence', 'closure', 'busy_source')
"""

# An occurrence lasts 25 hours at most, which bounds what is read of the index.
_TOUCHING: Final = """
        WHERE o.tenant_id = $1 AND o.resource_id = ANY ($2::uuid[])
            AND o.starts_at > $3::timestamptz - interval '25 hours' AND o.starts_at < $4
            AND o.ends_at > $3
        ORDER BY o.starts_at, o.resource_id, o.id
"""


async def sessions(
    tx: Transaction, resource_ids: Sequence[UUID], starts_from: datetime, starts_before: datetime
) -> list[Session]:
    """Read the group sessions of some agents that take place, with how many seats are taken."""
    return await tx.all(
        Session,
        """
        SELECT a.id AS appointment_id, m.name AS motive_name, m.colour, a.title,
            p.name AS place_name, a.starts_at, a.ends_at, o.time_zone, a.capacity,
            r.ids AS resource_ids, r.labels AS resource_labels, (
                SELECT count(*) FROM booking b
                WHERE b.tenant_id = $1 AND b.appointment_id = a.id AND b.active
                    AND b.state <> 'held') AS taken
        FROM appointment a
        JOIN motive m ON m.tenant_id = $1 AND m.id = a.motive_id
        JOIN place p ON p.tenant_id = $1 AND p.id = a.place_id
        JOIN organisation o ON o.tenant_id = $1 AND o.id = p.organisation_id
        CROSS JOIN LATERAL (
            SELECT array_agg(l.resource_id ORDER BY s.label) AS ids,
                array_agg(s.label ORDER BY s.label) AS labels
            FROM allocation l
            JOIN resource s ON s.tenant_id = $1 AND s.id = l.resource_id
            WHERE l.tenant_id = $1 AND l.appointment_id = a.id AND l.active
        ) r
        WHERE a.tenant_id = $1 AND a.group_session AND a.state = 'scheduled'
            AND a.starts_at >= $3 AND a.starts_at < $4 AND r.ids && $2::uuid[]
        ORDER BY a.starts_at, a.id
        """,
        tx.tenant_id,
        list(resource_ids),
        starts_from,
        starts_before,
    )


async def openings(
    tx: Transaction, resource_ids: Sequence[UUID], starts_from: datetime, starts_before: datetime
) -> list[Opening]:
    """Read the openings of some agents that touch a time."""
    return await tx.all(
        Opening,
        f"""
        SELECT o.resource_id, s.title, o.place_id, p.name AS place_name, o.starts_at, o.ends_at
        FROM opening_occurrence o
        JOIN opening s ON s.tenant_id = $1 AND s.id = o.opening_id
        JOIN place p ON p.tenant_id = $1 AND p.id = o.place_id
        {_TOUCHING}
        """,
        tx.tenant_id,
        list(resource_ids),
        starts_from,
        starts_before,
    )


async def absences(
    tx: Transaction, resource_ids: Sequence[UUID], starts_from: datetime, starts_before: datetime
) -> list[Away]:
    """Read the absences of some agents that touch a time, in pieces of a day."""
    return await tx.all(
        Away,
        f"""
        SELECT o.resource_id, s.title, o.starts_at, o.ends_at,
            s.source_id IS NOT NULL AS elsewhere
        FROM absence_occurrence o
        JOIN absence s ON s.tenant_id = $1 AND s.id = o.absence_id
        {_TOUCHING}
        """,
        tx.tenant_id,
        list(resource_ids),
        starts_from,
        starts_before,
    )


async def closings(
    tx: Transaction, agent_ids: Sequence[UUID], starts_from: datetime, starts_before: datetime
) -> list[Closing]:
    """Read when the tenant, or an organisation of one of these agents, is closed in a time."""
    return await tx.all(
        Closing,
        """
        SELECT DISTINCT c.label, c.starts_at, c.ends_at
        FROM closure c
        WHERE c.tenant_id = $1 AND c.place_id IS NULL AND c.starts_at < $4 AND c.ends_at > $3
            AND (c.organisation_id IS NULL OR c.organisation_id IN (
                SELECT m.organisation_id FROM membership m
                WHERE m.tenant_id = $1 AND m.agent_id = ANY ($2::uuid[])))
        ORDER BY c.starts_at, c.label
        """,
        tx.tenant_id,
        list(agent_ids),
        starts_from,
        starts_before,
    )


async def zone_of(tx: Transaction, agent_id: UUID) -> str | None:
    """Read the time zone of the organisation that an agent belongs to."""
    return await tx.value(
        """
        SELECT o.time_zone FROM membership m
        JOIN organisation o ON o.tenant_id = $1 AND o.id = m.organisation_id
        WHERE m.tenant_id = $1 AND m.agent_id = $2
        ORDER BY o.id
        LIMIT 1
        """,
        tx.tenant_id,
        agent_id,
    )


async def changes(tx: Transaction, first_id: UUID) -> list[Change]:
    """Read what the history says of agendas from an id on, and on whose agendas it stands."""
    return await tx.all(
        Change,
        f"""
        SELECT h.id, CASE WHEN h.action = 'booking.moved' THEN '{{}}' ELSE COALESCE((
            SELECT array_agg(DISTINCT l.resource_id)
            FROM booking b
            JOIN allocation l ON l.tenant_id = $1 AND l.appointment_id = b.appointment_id
            WHERE b.tenant_id = $1 AND b.id = h.subject_id), '{{}}') END AS resource_ids
        FROM history h
        WHERE h.tenant_id = $1 AND h.id >= $2 AND ({_TELLING})
        ORDER BY h.id
        """,
        tx.tenant_id,
        first_id,
    )
