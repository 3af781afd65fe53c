"""The history's statements; the serving role may only add and read (C-66)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from creneau.context import Actor
from creneau.database import Transaction


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what, and when (UTC)."""

    at: datetime
    actor_kind: str
    actor_id: UUID | None
    actor_label: str | None
    action: str
    details: dict[str, Any]


_READ = """
    SELECT h.at, h.actor_kind, h.actor_id, h.action, h.details,
           COALESCE(a.first_name || ' ' || a.last_name, p.first_name || ' ' || p.last_name)
               AS actor_label
    FROM history h
    LEFT JOIN agent a ON a.tenant_id = h.tenant_id AND a.id = h.actor_id
        AND h.actor_kind = 'agent'
    LEFT JOIN person p ON p.tenant_id = h.tenant_id AND p.id = h.actor_id
        AND h.actor_kind = 'person'
    WHERE h.tenant_id = $1 AND h.subject_kind = $2 AND h.subject_id = $3
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


async def last_of_subject(tx: Transaction, subject_kind: str, subject_id: UUID) -> Entry | None:
    """Read what happened to one subject last."""
    sql = _READ + "ORDER BY h.id DESC LIMIT 1"
    return await tx.one(Entry, sql, tx.tenant_id, subject_kind, subject_id)
