"""Statements about motives."""

from datetime import datetime
from uuid import UUID

import msgspec

from creneau.availability.changes import freed_or_taken
from creneau.database import Transaction
from creneau.motives.schemas import (
    Audience,
    Motive,
    MotiveDraft,
    MotiveListed,
    MotiveUse,
)
from creneau.places.queries import COLUMNS as PLACE_COLUMNS
from creneau.places.schemas import Place

_FIELDS = tuple(field.name for field in msgspec.structs.fields(MotiveDraft))
_COLUMNS = (
    ", ".join(f"m.{name}" for name in ("id", *_FIELDS, "archived_at"))
    + """, m.xmin::text AS version, EXISTS (
        SELECT FROM motive_question q
        WHERE q.tenant_id = m.tenant_id AND q.motive_id = m.id AND q.archived_at IS NULL) AS asks, (
        SELECT l.opens_at FROM admission_line l
        WHERE l.tenant_id = m.tenant_id AND l.motive_id = m.id) AS line_opens_at"""
)
_ORDER = "ORDER BY m.position, unaccent(lower(m.name)), m.id"
_VALUES = ", ".join(f"${number}" for number in range(2, len(_FIELDS) + 2))

_INSERT = f"""
    INSERT INTO motive (tenant_id, {", ".join(_FIELDS)}) VALUES ($1, {_VALUES})
    ON CONFLICT (tenant_id, organisation_id, name) DO NOTHING
    RETURNING id
"""

_SET = ", ".join(f"{name} = ${number}" for number, name in enumerate(_FIELDS, start=4))
_UPDATE = f"""
    UPDATE motive SET {_SET}
    WHERE tenant_id = $1 AND id = $2 AND xmin::text = $3 AND archived_at IS NULL
"""

_MOTIVES = f"SELECT {_COLUMNS} FROM motive m WHERE m.tenant_id = $1"

WITH_ZONES = f"""
    SELECT {_COLUMNS}, COALESCE((
        SELECT jsonb_object_agg(p.id, o.time_zone) FROM place p
        JOIN organisation o ON o.tenant_id = p.tenant_id AND o.id = p.organisation_id
        WHERE p.tenant_id = $1), '{{}}') AS zones
    FROM motive m WHERE m.tenant_id = $1 AND m.id = $2
"""

# Where motive m takes people at some time still to come, a place as often as it has such times;
# $2 is the present moment. Occurrences last a day at most: the plain bound on their start is what
# the index serves.
_TIMES = """
    SELECT oo.place_id
    FROM opening_motive om
    JOIN opening_occurrence oo ON oo.tenant_id = om.tenant_id AND oo.opening_id = om.opening_id
    JOIN resource r ON r.tenant_id = oo.tenant_id AND r.id = oo.resource_id AND r.active
    WHERE om.tenant_id = m.tenant_id AND om.motive_id = m.id
        AND oo.starts_at > $2::timestamptz - interval '25 hours' AND oo.ends_at > $2
        AND oo.starts_at <= $2 + make_interval(mins => m.maximum_notice_minutes)
    UNION ALL
    SELECT a.place_id
    FROM appointment a
    WHERE a.tenant_id = m.tenant_id AND a.motive_id = m.id AND a.group_session
        AND a.state = 'scheduled' AND a.starts_at > $2
        AND a.starts_at <= $2 + make_interval(mins => m.maximum_notice_minutes)
"""

_LISTED = """
    SELECT m.id, m.organisation_id, o.name AS organisation_name, m.service_id,
        s.name AS service_name, m.name, m.category, m.colour, m.duration_minutes,
        m.location_type, m.audience, m.capacity, m.archived_at,
        (SELECT count(DISTINCT om.opening_id) FROM opening_motive om
         JOIN opening_occurrence oo ON oo.tenant_id = om.tenant_id AND oo.opening_id = om.opening_id
         WHERE om.tenant_id = m.tenant_id AND om.motive_id = m.id AND oo.ends_at > $2) AS openings
    FROM motive m
    JOIN organisation o ON o.tenant_id = m.tenant_id AND o.id = m.organisation_id
    JOIN service s ON s.tenant_id = m.tenant_id AND s.id = m.service_id
    WHERE m.tenant_id = $1
    ORDER BY unaccent(lower(s.name)), m.position, unaccent(lower(m.name)), m.id
"""

_PUBLIC = f"""
    {_MOTIVES} AND m.audience = 'everyone' AND m.archived_at IS NULL
        AND EXISTS (
            SELECT FROM ({_TIMES}) t
            JOIN place p ON p.tenant_id = m.tenant_id AND p.id = t.place_id
                AND p.archived_at IS NULL
        )
    {_ORDER}
"""

_PLACES = f"""
    SELECT {PLACE_COLUMNS}
    FROM motive m
    CROSS JOIN LATERAL (SELECT DISTINCT place_id FROM ({_TIMES}) every) t
    JOIN place p ON p.tenant_id = m.tenant_id AND p.id = t.place_id AND p.archived_at IS NULL
    JOIN organisation o ON o.tenant_id = p.tenant_id AND o.id = p.organisation_id
    WHERE m.tenant_id = $1 AND m.id = $3
    ORDER BY unaccent(lower(p.name)), p.id
"""


async def insert_motive(tx: Transaction, draft: MotiveDraft) -> UUID | None:
    """Add a checked motive; None when the organisation has one of that name."""
    return await tx.value(_INSERT, tx.tenant_id, *(getattr(draft, name) for name in _FIELDS))


async def update_motive(tx: Transaction, motive_id: UUID, draft: MotiveDraft, version: str) -> bool:
    """Write a checked motive; False when it is not in use here, or no longer of that version."""
    freed_or_taken(tx)
    values = (getattr(draft, name) for name in _FIELDS)
    return bool(await tx.execute(_UPDATE, tx.tenant_id, motive_id, version, *values))


async def restore_motive(tx: Transaction, motive_id: UUID) -> bool:
    """Take an archived motive back into use; False when there is none."""
    freed_or_taken(tx)
    return bool(
        await tx.execute(
            """
            UPDATE motive SET archived_at = NULL
            WHERE tenant_id = $1 AND id = $2 AND archived_at IS NOT NULL
            """,
            tx.tenant_id,
            motive_id,
        )
    )


async def name_is_taken(tx: Transaction, organisation_id: UUID, name: str, but_by: UUID) -> bool:
    """Tell whether another motive of the organisation, archived or not, has a name."""
    return await tx.value(
        """
        SELECT EXISTS (
            SELECT FROM motive
            WHERE tenant_id = $1 AND organisation_id = $2 AND name = $3 AND id <> $4)
        """,
        tx.tenant_id,
        organisation_id,
        name,
        but_by,
    )


async def listed(tx: Transaction, now: datetime) -> list[MotiveListed]:
    """Read every motive, archived ones too, by service, in their order."""
    return await tx.all(MotiveListed, _LISTED, tx.tenant_id, now)


async def use_of(tx: Transaction, motive_id: UUID, now: datetime) -> MotiveUse | None:
    """Count what goes on with a motive besides appointments."""
    return await tx.one(
        MotiveUse,
        """
        SELECT
            (SELECT count(DISTINCT om.opening_id) FROM opening_motive om
             JOIN opening_occurrence oo
                ON oo.tenant_id = om.tenant_id AND oo.opening_id = om.opening_id
             WHERE om.tenant_id = $1 AND om.motive_id = $2 AND oo.ends_at > $3) AS openings,
            (SELECT count(*) FROM waiting_entry w
             WHERE w.tenant_id = $1 AND w.motive_id = $2
                AND w.state IN ('waiting', 'offered')) AS waiting,
            (SELECT count(*) FROM motive_question q
             WHERE q.tenant_id = $1 AND q.motive_id = $2 AND q.archived_at IS NULL) AS questions
        """,
        tx.tenant_id,
        motive_id,
        now,
    )


async def categories(tx: Transaction) -> list[str]:
    """Read the categories that motives in use have, by name."""
    rows = await tx.rows(
        """
        SELECT category FROM motive
        WHERE tenant_id = $1 AND category <> '' AND archived_at IS NULL
        GROUP BY category ORDER BY unaccent(lower(category))
        """,
        tx.tenant_id,
    )
    return [row["category"] for row in rows]


async def motives(tx: Transaction, audience: Audience | None) -> list[Motive]:
    """Read the motives in use, for one audience or for all, in their order."""
    sql = f"{_MOTIVES} AND m.archived_at IS NULL AND ($2::text IS NULL OR m.audience = $2) {_ORDER}"
    return await tx.all(Motive, sql, tx.tenant_id, audience)


async def find(tx: Transaction, motive_id: UUID) -> Motive | None:
    """Read one, in use or archived."""
    return await tx.one(Motive, f"{_MOTIVES} AND m.id = $2", tx.tenant_id, motive_id)


async def public_motives(tx: Transaction, now: datetime) -> list[Motive]:
    """Read the motives that anybody can book at some time after `now`, in their order."""
    return await tx.all(Motive, _PUBLIC, tx.tenant_id, now)


async def places_of_motive(tx: Transaction, motive_id: UUID, now: datetime) -> list[Place]:
    """Read the places that take people for a motive at some time after `now`, by name."""
    return await tx.all(Place, _PLACES, tx.tenant_id, now, motive_id)
