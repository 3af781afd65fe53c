"""Statements about agents as they are administered."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from creneau.agents.managing.schemas import Colleague, Place
from creneau.agents.queries import COLUMNS
from creneau.agents.schemas import Agent
from creneau.availability.changes import freed_or_taken
from creneau.claims.queries import lock_appointments
from creneau.database import Transaction
from creneau.planning.queries.premises import OpeningDay

_ADMINISTRATORS = 10
"""The lock that the database's own guard of the last administrator takes as well."""

_COLLEAGUES = f"""
    SELECT {COLUMNS}, a.invited_at,
        EXISTS (
            SELECT FROM second_factor f
            WHERE f.tenant_id = a.tenant_id AND f.agent_id = a.id AND f.confirmed_at IS NOT NULL
        ) AS has_factor,
        COALESCE(s.services, '[]') AS services, COALESCE(p.places, '[]') AS places
    FROM agent a
    LEFT JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_array(s.id, s.name) ORDER BY s.name) AS services
        FROM agent_service x
        JOIN service s ON s.tenant_id = x.tenant_id AND s.id = x.service_id
        WHERE x.tenant_id = a.tenant_id AND x.agent_id = a.id
    ) s ON true
    LEFT JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_object('organisation_id', o.id, 'organisation_name', o.name,
            'role_code', r.code) ORDER BY o.name) AS places
        FROM membership m
        JOIN organisation o ON o.tenant_id = m.tenant_id AND o.id = m.organisation_id
            AND o.archived_at IS NULL
        JOIN role r ON r.tenant_id = m.tenant_id AND r.id = m.role_id
        WHERE m.tenant_id = a.tenant_id AND m.agent_id = a.id
    ) p ON true
"""


async def lock_administrators(tx: Transaction) -> None:
    """Let one change of who administers be under way at a time, as the database's guard does."""
    await tx.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1::text, $2))",
        str(tx.tenant_id),
        _ADMINISTRATORS,
    )


async def colleagues(tx: Transaction) -> list[Colleague]:
    """Read everybody who has not been removed, by last name."""
    rows = await tx.rows(
        f"""
        {_COLLEAGUES}
        WHERE a.tenant_id = $1 AND a.state <> 'removed'
        ORDER BY unaccent(lower(a.last_name)), unaccent(lower(a.first_name)), a.email
        """,
        tx.tenant_id,
    )
    return [_colleague(dict(row)) for row in rows]


async def colleague(tx: Transaction, agent_id: UUID) -> Colleague | None:
    """Read one who has not been removed."""
    rows = await tx.rows(
        f"{_COLLEAGUES} WHERE a.tenant_id = $1 AND a.id = $2 AND a.state <> 'removed'",
        tx.tenant_id,
        agent_id,
    )
    return _colleague(dict(rows[0])) if rows else None


def _colleague(row: dict[str, object]) -> Colleague:
    own = {name: row[name] for name in Agent.__struct_fields__}
    return Colleague(
        agent=msgspec.convert(own, Agent),
        services=msgspec.convert(row["services"], tuple[tuple[UUID, str], ...], strict=False),
        places=msgspec.convert(row["places"], tuple[Place, ...], strict=False),
        invited_at=msgspec.convert(row["invited_at"], datetime | None),
        has_factor=bool(row["has_factor"]),
    )


async def removed_with(tx: Transaction, email: str) -> UUID | None:
    """Find the removed agent who had an e-mail address."""
    return await tx.value(
        "SELECT id FROM agent WHERE tenant_id = $1 AND email = $2 AND state = 'removed'",
        tx.tenant_id,
        email,
    )


async def revive(tx: Transaction, agent_id: UUID, first_name: str, last_name: str) -> None:
    """Make a removed agent an invited one, without what they were before."""
    freed_or_taken(tx)
    await tx.execute(
        """
        UPDATE agent SET state = 'invited', password_hash = NULL, first_name = $3, last_name = $4
        WHERE tenant_id = $1 AND id = $2 AND state = 'removed'
        """,
        tx.tenant_id,
        agent_id,
        first_name,
        last_name,
    )
    await tx.execute(
        "UPDATE resource SET active = true, label = $3 WHERE tenant_id = $1 AND id = $2",
        tx.tenant_id,
        agent_id,
        f"{first_name} {last_name}",
    )


async def rename(
    tx: Transaction, agent_id: UUID, first_name: str, last_name: str, locale: str | None
) -> None:
    """Change an agent's name, also where their time is searched, and their language."""
    freed_or_taken(tx)
    await tx.execute(
        """
        UPDATE agent SET first_name = $3, last_name = $4, locale = $5
        WHERE tenant_id = $1 AND id = $2
        """,
        tx.tenant_id,
        agent_id,
        first_name,
        last_name,
        locale,
    )
    await tx.execute(
        "UPDATE resource SET label = $3 WHERE tenant_id = $1 AND id = $2",
        tx.tenant_id,
        agent_id,
        f"{first_name} {last_name}",
    )


async def leave_services(tx: Transaction, agent_id: UUID, service_ids: Sequence[UUID]) -> None:
    """Take an agent out of services."""
    freed_or_taken(tx)
    await tx.execute(
        "DELETE FROM agent_service WHERE tenant_id = $1 AND agent_id = $2 AND service_id = ANY($3)",
        tx.tenant_id,
        agent_id,
        list(service_ids),
    )


async def set_role(tx: Transaction, agent_id: UUID, organisation_id: UUID, code: str) -> bool:
    """Give an agent a role in an organisation, in the place of another; False if there is none."""
    return bool(
        await tx.execute(
            """
            INSERT INTO membership (tenant_id, agent_id, organisation_id, role_id)
            SELECT $1, $2, $3, id FROM role WHERE tenant_id = $1 AND code = $4
            ON CONFLICT (tenant_id, agent_id, organisation_id) DO UPDATE
                SET role_id = excluded.role_id
            """,
            tx.tenant_id,
            agent_id,
            organisation_id,
            code,
        )
    )


async def leave_organisations(
    tx: Transaction, agent_id: UUID, organisation_ids: Sequence[UUID]
) -> None:
    """Take an agent's roles in organisations away."""
    await tx.execute(
        """
        DELETE FROM membership
        WHERE tenant_id = $1 AND agent_id = $2 AND organisation_id = ANY($3)
        """,
        tx.tenant_id,
        agent_id,
        list(organisation_ids),
    )


async def remove(tx: Transaction, agent_id: UUID) -> None:
    """Let an agent go: no time, no role, no service, no password; the name stays in the history."""
    freed_or_taken(tx)
    await tx.execute(
        """
        UPDATE agent SET state = 'removed', password_hash = NULL, invited_at = NULL
        WHERE tenant_id = $1 AND id = $2
        """,
        tx.tenant_id,
        agent_id,
    )
    await tx.execute(
        "UPDATE resource SET active = false WHERE tenant_id = $1 AND id = $2",
        tx.tenant_id,
        agent_id,
    )
    await tx.execute(
        "DELETE FROM membership WHERE tenant_id = $1 AND agent_id = $2", tx.tenant_id, agent_id
    )
    await tx.execute(
        "DELETE FROM agent_service WHERE tenant_id = $1 AND agent_id = $2", tx.tenant_id, agent_id
    )


async def bookings_to_come(tx: Transaction, agent_id: UUID, now: datetime) -> set[UUID]:
    """Find what is booked or held with an agent from now on."""
    rows = await tx.rows(
        """
        SELECT DISTINCT b.id
        FROM allocation l
        JOIN appointment a ON a.tenant_id = l.tenant_id AND a.id = l.appointment_id
            AND a.state = 'scheduled' AND a.ends_at > $3
        JOIN booking b ON b.tenant_id = a.tenant_id AND b.appointment_id = a.id
            AND (b.state IN ('planned', 'waiting') OR (b.state = 'held' AND b.held_until > $3))
        WHERE l.tenant_id = $1 AND l.resource_id = $2 AND l.active
            AND l.ends_at > $3 AND l.starts_at > $3::timestamptz - interval '48 hours'
        """,
        tx.tenant_id,
        agent_id,
        now,
    )
    return {row["id"] for row in rows}


async def openings_ahead(tx: Transaction, agent_id: UUID, now: datetime) -> list[OpeningDay]:
    """Find the openings of an agent that are not over, with their next day."""
    return await tx.all(
        OpeningDay,
        """
        SELECT s.id AS opening_id, min(o.day) AS day
        FROM opening s
        JOIN opening_occurrence o ON o.tenant_id = $1 AND o.opening_id = s.id
        WHERE s.tenant_id = $1 AND s.resource_id = $2 AND o.ends_at > $3
            AND o.day >= ($3::timestamptz)::date - 1
        GROUP BY s.id ORDER BY s.id
        """,
        tx.tenant_id,
        agent_id,
        now,
    )


async def cancel_sessions(tx: Transaction, appointment_ids: Sequence[UUID]) -> None:
    """Cancel locked group sessions that nobody has booked, and free their time."""
    freed_or_taken(tx)
    await tx.execute(
        """
        WITH over AS (
            UPDATE allocation SET active = false
            WHERE tenant_id = $1 AND appointment_id = ANY($2) AND active
        )
        UPDATE appointment SET state = 'cancelled' WHERE tenant_id = $1 AND id = ANY($2)
        """,
        tx.tenant_id,
        list(appointment_ids),
    )


async def sessions_to_come(tx: Transaction, agent_id: UUID, now: datetime) -> list[UUID]:
    """Find and lock the group sessions to come of an agent in which nobody is booked."""
    rows = await tx.rows(
        """
        SELECT DISTINCT a.id
        FROM allocation l
        JOIN appointment a ON a.tenant_id = l.tenant_id AND a.id = l.appointment_id
            AND a.group_session AND a.state = 'scheduled' AND a.starts_at > $3
        WHERE l.tenant_id = $1 AND l.resource_id = $2 AND l.active AND l.starts_at > $3
            AND NOT EXISTS (
                SELECT FROM booking b
                WHERE b.tenant_id = $1 AND b.appointment_id = a.id AND b.active
            )
        ORDER BY a.id
        """,
        tx.tenant_id,
        agent_id,
        now,
    )
    found = [row["id"] for row in rows]
    await lock_appointments(tx, found)
    return found
