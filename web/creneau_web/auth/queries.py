"""The statements behind sessions and e-mail codes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from creneau.database import Transaction

from creneau_web.auth.schemas import Code, Opening, OpenSession, Session

COLUMNS = "id, agent_id, person_id, email, data, seen_at, expires_at, method"


async def add_session(
    tx: Transaction, digest: bytes, now: datetime, expires_at: datetime, who: Opening
) -> Session:
    """Open a session whose secret has this digest."""
    rows = await tx.all(
        Session,
        f"""
        INSERT INTO session
            (tenant_id, digest, agent_id, created_at, seen_at, expires_at, method, device, data)
        VALUES ($1, $2, $5, $3, $3, $4, $6, $7, $8::jsonb)
        RETURNING {COLUMNS}
        """,
        tx.tenant_id,
        digest,
        now,
        expires_at,
        who.agent_id,
        who.method,
        who.device,
        msgspec.json.encode(who.data).decode(),
    )
    return rows[0]


async def session_of(tx: Transaction, digest: bytes, now: datetime) -> Session | None:
    """Find the living session whose secret has this digest."""
    return await tx.one(
        Session,
        f"""
        SELECT {COLUMNS} FROM session
        WHERE tenant_id = $1 AND digest = $2 AND revoked_at IS NULL AND expires_at > $3
        """,
        tx.tenant_id,
        digest,
        now,
    )


async def touch(tx: Transaction, session_id: UUID, now: datetime) -> None:
    """Note that a session is in use."""
    await tx.execute(
        "UPDATE session SET seen_at = $3 WHERE tenant_id = $1 AND id = $2",
        tx.tenant_id,
        session_id,
        now,
    )


async def set_data(tx: Transaction, session_id: UUID, data: Mapping[str, Any]) -> None:
    """Replace what a session remembers."""
    await tx.execute(
        "UPDATE session SET data = $3::jsonb WHERE tenant_id = $1 AND id = $2",
        tx.tenant_id,
        session_id,
        msgspec.json.encode(data).decode(),
    )


async def rotate(
    tx: Transaction, session_id: UUID, digest: bytes, email: str | None, person_id: UUID | None
) -> Session | None:
    """Give a living session another secret, and what it has newly proven."""
    return await tx.one(
        Session,
        f"""
        UPDATE session
        SET digest = $3, email = COALESCE($4, email), person_id = COALESCE($5, person_id)
        WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL
        RETURNING {COLUMNS}
        """,
        tx.tenant_id,
        session_id,
        digest,
        email,
        person_id,
    )


async def revoke(tx: Transaction, session_id: UUID, now: datetime) -> None:
    """End a session, and blank what it remembered."""
    await tx.execute(
        """
        UPDATE session SET revoked_at = $3, data = '{}', email = NULL
        WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL
        """,
        tx.tenant_id,
        session_id,
        now,
    )


async def open_sessions(tx: Transaction, agent_id: UUID, now: datetime) -> list[OpenSession]:
    """Read the living sessions of an agent, the last one in use first."""
    return await tx.all(
        OpenSession,
        """
        SELECT id, created_at, seen_at, method, device FROM session
        WHERE tenant_id = $1 AND agent_id = $2 AND revoked_at IS NULL AND expires_at > $3
        ORDER BY seen_at DESC, id
        """,
        tx.tenant_id,
        agent_id,
        now,
    )


async def revoke_own(tx: Transaction, agent_id: UUID, session_id: UUID, now: datetime) -> bool:
    """End one session of an agent; False if it is not theirs, or over."""
    return bool(
        await tx.execute(
            """
            UPDATE session SET revoked_at = $4, data = '{}', email = NULL
            WHERE tenant_id = $1 AND agent_id = $2 AND id = $3 AND revoked_at IS NULL
            """,
            tx.tenant_id,
            agent_id,
            session_id,
            now,
        )
    )


async def revoke_others(tx: Transaction, agent_id: UUID, kept: UUID, now: datetime) -> int:
    """End every session of an agent but one, and tell how many there were."""
    return await tx.execute(
        """
        UPDATE session SET revoked_at = $4, data = '{}', email = NULL
        WHERE tenant_id = $1 AND agent_id = $2 AND id <> $3 AND revoked_at IS NULL
        """,
        tx.tenant_id,
        agent_id,
        kept,
        now,
    )


async def forget_sessions(tx: Transaction, before: datetime) -> int:
    """Delete the sessions that ended before a moment, their codes with them."""
    return await tx.execute(
        "DELETE FROM session WHERE tenant_id = $1 AND (expires_at < $2 OR revoked_at < $2)",
        tx.tenant_id,
        before,
    )


async def add_code(  # noqa: PLR0913 - a row of the table
    tx: Transaction,
    session_id: UUID,
    *,
    email: str,
    digest: bytes,
    now: datetime,
    expires_at: datetime,
) -> UUID:
    """Keep a code's digest; earlier codes of the session are no longer good."""
    await tx.execute(
        "UPDATE email_code SET used_at = $3 WHERE tenant_id = $1 AND session_id = $2 AND used_at IS NULL",
        tx.tenant_id,
        session_id,
        now,
    )
    return await tx.value(
        """
        INSERT INTO email_code (tenant_id, session_id, email, digest, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6) RETURNING id
        """,
        tx.tenant_id,
        session_id,
        email,
        digest,
        now,
        expires_at,
    )


async def try_code(tx: Transaction, session_id: UUID, email: str, now: datetime) -> Code | None:
    """Count one try of the code that a session awaits, and give it; None when there is none."""
    return await tx.one(
        Code,
        """
        UPDATE email_code SET attempts = attempts + 1
        WHERE tenant_id = $1 AND session_id = $2 AND email = $3 AND used_at IS NULL
            AND expires_at > $4
        RETURNING id, email, digest, attempts, expires_at
        """,
        tx.tenant_id,
        session_id,
        email,
        now,
    )


async def use_code(tx: Transaction, code_id: UUID, now: datetime) -> None:
    """Make a code good for nothing more."""
    await tx.execute(
        "UPDATE email_code SET used_at = $3 WHERE tenant_id = $1 AND id = $2",
        tx.tenant_id,
        code_id,
        now,
    )
