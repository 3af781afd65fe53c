"""Statements about ways into calendars; of their secrets, only the digests are kept."""

from datetime import datetime
from uuid import UUID

from creneau.calendars.schemas import Access, AccessDraft, Owner
from creneau.database import Transaction
from creneau.i18n import Locale

_COLUMNS = """
    id, kind, agent_id, person_id, name, detail, colleagues, locale, created_at, read_at, ended_at
"""
_OWNED = {"agent": "agent_id = $2", "person": "person_id = $2"}


async def add(
    tx: Transaction, owner: Owner, draft: AccessDraft, locale: Locale, digest: bytes
) -> UUID:
    """Keep a new access."""
    return await tx.value(
        """
        INSERT INTO calendar_access
            (tenant_id, kind, agent_id, person_id, name, detail, colleagues, locale, digest)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        RETURNING id
        """,
        tx.tenant_id,
        draft.kind,
        owner.id if owner.kind == "agent" else None,
        owner.id if owner.kind == "person" else None,
        draft.name,
        draft.detail,
        draft.colleagues,
        locale,
        digest,
    )


async def living(tx: Transaction, owner: Owner) -> list[Access]:
    """Read the accesses of an owner that have not ended, the oldest first."""
    return await tx.all(
        Access,
        f"""
        SELECT {_COLUMNS} FROM calendar_access
        WHERE tenant_id = $1 AND {_OWNED[owner.kind]} AND ended_at IS NULL
        ORDER BY created_at, id
        """,
        tx.tenant_id,
        owner.id,
    )


async def find(tx: Transaction, owner: Owner, access_id: UUID) -> Access | None:
    """Read an access of an owner, ended or not."""
    return await tx.one(
        Access,
        f"""
        SELECT {_COLUMNS} FROM calendar_access
        WHERE tenant_id = $1 AND {_OWNED[owner.kind]} AND id = $3
        """,
        tx.tenant_id,
        owner.id,
        access_id,
    )


async def lock_owner(tx: Transaction, owner: Owner) -> None:
    """Let the accesses of an owner be counted by one transaction at a time."""
    table = "agent" if owner.kind == "agent" else "person"
    await tx.execute(
        f"SELECT FROM {table} WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE",
        tx.tenant_id,
        owner.id,
    )


async def of_digest(tx: Transaction, digest: bytes) -> Access | None:
    """Find the access of a secret, ended or not; that of an agent who has left has ended."""
    return await tx.one(
        Access,
        """
        SELECT c.id, c.kind, c.agent_id, c.person_id, c.name, c.detail, c.colleagues, c.locale,
            c.created_at, c.read_at,
            COALESCE(c.ended_at, CASE WHEN a.state <> 'active' THEN now() END) AS ended_at
        FROM calendar_access c
        LEFT JOIN agent a ON a.tenant_id = c.tenant_id AND a.id = c.agent_id
        WHERE c.tenant_id = $1 AND c.digest = $2
        """,
        tx.tenant_id,
        digest,
    )


async def replace_digest(
    tx: Transaction, owner: Owner, access_id: UUID, old: UUID, digest: bytes
) -> bool:
    """Give a living access another secret; the old one stays, ended, under the id `old`."""
    return bool(
        await tx.value(
            f"""
            WITH kept AS (
                UPDATE calendar_access SET digest = $5
                WHERE tenant_id = $1 AND {_OWNED[owner.kind]} AND id = $3 AND ended_at IS NULL
                RETURNING old.digest AS digest, kind, agent_id, person_id, name, detail, colleagues,
                    locale, created_at, read_at
            )
            INSERT INTO calendar_access (tenant_id, id, kind, agent_id, person_id, name, detail,
                colleagues, locale, digest, created_at, read_at, ended_at)
            SELECT $1, $4, kind, agent_id, person_id, name, detail, colleagues, locale, digest,
                created_at, read_at, now()
            FROM kept
            RETURNING true
            """,
            tx.tenant_id,
            owner.id,
            access_id,
            old,
            digest,
        )
    )


async def end(tx: Transaction, owner: Owner, access_id: UUID, now: datetime) -> bool:
    """End an access of an owner; False when there is none that lives."""
    return bool(
        await tx.execute(
            f"""
            UPDATE calendar_access SET ended_at = $4
            WHERE tenant_id = $1 AND {_OWNED[owner.kind]} AND id = $3 AND ended_at IS NULL
            """,
            tx.tenant_id,
            owner.id,
            access_id,
            now,
        )
    )


async def end_all_of_agent(tx: Transaction, agent_id: UUID, now: datetime) -> None:
    """End every access of an agent."""
    await tx.execute(
        """
        UPDATE calendar_access SET ended_at = $3
        WHERE tenant_id = $1 AND agent_id = $2 AND ended_at IS NULL
        """,
        tx.tenant_id,
        agent_id,
        now,
    )


async def all_of_person(tx: Transaction, person_id: UUID) -> list[Access]:
    """Read every access of a person, ended or not."""
    return await tx.all(
        Access,
        f"""
        SELECT {_COLUMNS} FROM calendar_access WHERE tenant_id = $1 AND person_id = $2
        ORDER BY created_at, id
        """,
        tx.tenant_id,
        person_id,
    )


async def forget_person(tx: Transaction, person_id: UUID) -> None:
    """Delete every access of a person."""
    await tx.execute(
        "DELETE FROM calendar_access WHERE tenant_id = $1 AND person_id = $2",
        tx.tenant_id,
        person_id,
    )


async def read(tx: Transaction, access_id: UUID, now: datetime) -> None:
    """Note that a program read a calendar, once a minute at most."""
    await tx.execute(
        """
        UPDATE calendar_access SET read_at = $3
        WHERE tenant_id = $1 AND id = $2
            AND (read_at IS NULL OR read_at < $3::timestamptz - interval '1 minute')
        """,
        tx.tenant_id,
        access_id,
        now,
    )


async def serve(tx: Transaction, access_id: UUID, etag: bytes, now: datetime) -> datetime:
    """Note what an address answers, and give since when it reads so, in whole seconds.

    Two answers never share a second: whoever compares by time alone misses none.
    """
    return await tx.value(
        """
        UPDATE calendar_access SET read_at = $4, etag = $3, changed_at = CASE
            WHEN etag = $3 THEN changed_at
            ELSE GREATEST(date_trunc('second', $4::timestamptz), changed_at + interval '1 second')
        END
        WHERE tenant_id = $1 AND id = $2
        RETURNING changed_at
        """,
        tx.tenant_id,
        access_id,
        etag,
        now,
    )


async def move_person(tx: Transaction, kept_id: UUID, gone_id: UUID) -> None:
    """Have a person's accesses be those of the file that theirs is a part of now."""
    await tx.execute(
        "UPDATE calendar_access SET person_id = $2 WHERE tenant_id = $1 AND person_id = $3",
        tx.tenant_id,
        kept_id,
        gone_id,
    )
