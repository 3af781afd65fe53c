"""The history's statements; the serving role may only add and read (C-66)."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from creneau.context import Actor
from creneau.database import Transaction
from creneau.history.rules import first_id_at


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An entry with what it is about."""

    id: UUID
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    actor_label: str | None
    action: str
    subject_kind: str
    subject_id: UUID
    details: dict[str, Any]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries are wanted, the latest first as a rule; the moments are UTC, `to` is left out."""

    actor_id: UUID | None = None
    subject_kind: str = ""
    subject_id: UUID | None = None
    since: datetime | None = None
    to: datetime | None = None
    oldest_first: bool = False


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what, and when (UTC)."""

    at: datetime
    actor_kind: str
    actor_id: UUID | None
    actor_label: str | None
    action: str
    details: dict[str, Any]


_WHO = """
    NULLIF(btrim(COALESCE(a.first_name || ' ' || a.last_name,
                          p.first_name || ' ' || p.last_name)), '') AS actor_label
    FROM history h
    LEFT JOIN agent a ON a.tenant_id = h.tenant_id AND a.id = h.actor_id
        AND h.actor_kind = 'agent'
    LEFT JOIN person p ON p.tenant_id = h.tenant_id AND p.id = h.actor_id
        AND h.actor_kind = 'person' AND p.erased_at IS NULL
    WHERE h.tenant_id = $1
"""

_READ = f"""
    SELECT h.at, h.actor_kind, h.actor_id, h.action, h.details, {_WHO}
    AND h.subject_kind = $2 AND h.subject_id = $3
"""


async def record(  # noqa: PLR0913, PLR0917 - the words of the sentence that is kept
    tx: Transaction,
    actor: Actor,
    action: str,
    subject_kind: str,
    subject_id: UUID,
    details: Mapping[str, object] | None = None,
) -> None:
    """Add one entry in the transaction of what it tells; `details` hold no free text of persons."""
    await tx.execute(
        """
        INSERT INTO history
            (tenant_id, actor_kind, actor_id, action, subject_kind, subject_id, details)
        VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb)
        """,
        tx.tenant_id,
        actor.kind,
        actor.id,
        action,
        subject_kind,
        subject_id,
        msgspec.json.encode(details or {}).decode(),
    )


async def of_subject(tx: Transaction, subject_kind: str, subject_id: UUID) -> list[Entry]:
    """Read what happened to one subject, oldest first."""
    return await tx.all(Entry, _READ + "ORDER BY h.id", tx.tenant_id, subject_kind, subject_id)


async def of_file(tx: Transaction, person_id: UUID) -> list[Entry]:
    """Read what happened to a person's file and to those that are a part of it, oldest first."""
    sql = f"""
        SELECT h.at, h.actor_kind, h.actor_id, h.action, h.details, {_WHO}
        AND h.subject_kind = 'person' AND h.subject_id IN (
            SELECT id FROM person WHERE tenant_id = $1 AND (id = $2 OR merged_into = $2)
        )
        ORDER BY h.id
    """
    return await tx.all(Entry, sql, tx.tenant_id, person_id)


async def last_of_subject(tx: Transaction, subject_kind: str, subject_id: UUID) -> Entry | None:
    """Read what happened to one subject last."""
    sql = _READ + "ORDER BY h.id DESC LIMIT 1"
    return await tx.one(Entry, sql, tx.tenant_id, subject_kind, subject_id)


_TELL = f"""
    SELECT h.id, h.at, h.actor_kind, h.actor_id, h.action, h.subject_kind, h.subject_id,
        h.details, {_WHO}
"""

# Whatever names are shown are those of today: a person who was erased has none.
_NAMES = """
    SELECT id, name FROM organisation WHERE tenant_id = $1 AND id = ANY($2)
    UNION ALL SELECT id, name FROM service WHERE tenant_id = $1 AND id = ANY($2)
    UNION ALL SELECT id, name FROM place WHERE tenant_id = $1 AND id = ANY($2)
    UNION ALL SELECT id, name FROM motive WHERE tenant_id = $1 AND id = ANY($2)
    UNION ALL SELECT id, name FROM role WHERE tenant_id = $1 AND id = ANY($2)
    UNION ALL SELECT id, name FROM saved_search WHERE tenant_id = $1 AND id = ANY($2)
    UNION ALL SELECT id, label FROM api_token WHERE tenant_id = $1 AND id = ANY($2)
    UNION ALL SELECT id, description FROM webhook_endpoint WHERE tenant_id = $1 AND id = ANY($2)
    UNION ALL SELECT id, name FROM tenant WHERE id = $1 AND id = ANY($2)
    UNION ALL SELECT id, first_name || ' ' || last_name FROM agent
        WHERE tenant_id = $1 AND id = ANY($2)
    UNION ALL SELECT id, label FROM resource
        WHERE tenant_id = $1 AND id = ANY($2) AND kind <> 'agent'
    UNION ALL SELECT id, first_name || ' ' || last_name FROM person
        WHERE tenant_id = $1 AND id = ANY($2) AND erased_at IS NULL
    UNION ALL SELECT b.id, m.name FROM booking b
        JOIN appointment a ON a.tenant_id = b.tenant_id AND a.id = b.appointment_id
        JOIN motive m ON m.tenant_id = a.tenant_id AND m.id = a.motive_id
        WHERE b.tenant_id = $1 AND b.id = ANY($2)
    UNION ALL SELECT a.id, m.name FROM appointment a
        JOIN motive m ON m.tenant_id = a.tenant_id AND m.id = a.motive_id
        WHERE a.tenant_id = $1 AND a.id = ANY($2)
"""


def _where(tx: Transaction, asked: Asked) -> tuple[str, list[Any]]:
    """Write what is asked for; each way of asking has an index that gives it in order."""
    conditions = {
        "h.actor_id =": asked.actor_id,
        "h.subject_kind =": asked.subject_kind or None,
        "h.subject_id =": asked.subject_id,
        "h.id >=": asked.since and first_id_at(asked.since),
        "h.id <": asked.to and first_id_at(asked.to),
    }
    wanted = {words: value for words, value in conditions.items() if value is not None}
    numbered = "".join(f" AND {words} ${place}" for place, words in enumerate(wanted, start=2))
    return f"h.tenant_id = $1{numbered}", [tx.tenant_id, *wanted.values()]


def _order(asked: Asked) -> str:
    return f"ORDER BY h.id {'ASC' if asked.oldest_first else 'DESC'}"


async def count(tx: Transaction, asked: Asked) -> int:
    """Count the entries that are asked for."""
    where, values = _where(tx, asked)
    return await tx.value(f"SELECT count(*) FROM history h WHERE {where}", *values)


async def page(tx: Transaction, asked: Asked, most: int, skipped: int) -> list[Told]:
    """Read a page of what is asked for: its ids first, so that what comes before costs an index."""
    where, values = _where(tx, asked)
    found = f"""
        SELECT h.id FROM history h WHERE {where} {_order(asked)}
        LIMIT {int(most)} OFFSET {int(skipped)}
    """
    sql = f"""
        WITH found AS MATERIALIZED ({found})
        {_TELL} AND h.id IN (SELECT id FROM found) {_order(asked)}
    """
    return await tx.all(Told, sql, *values)


async def each(
    tx: Transaction,
    asked: Asked,
    sink: Callable[[Sequence[Told]], Awaitable[None]],
    at_once: int,
) -> None:
    """Hand all that is asked for to a sink, so many entries at a time."""
    where, values = _where(tx, asked)
    sql = f"{_TELL} AND {where} {_order(asked)}"
    await tx.each(Told, sql, *values, sink=sink, at_once=at_once)


async def names(tx: Transaction, ids: Collection[UUID]) -> dict[UUID, str]:
    """Read what things are called today; who has no name any more is not among them."""
    rows = await tx.rows(_NAMES, tx.tenant_id, list(ids))
    return {row["id"]: name for row in rows if (name := row["name"].strip())}
