"""Statements about sessions that came from a provider, and their end."""

from datetime import datetime
from uuid import UUID

from creneau.database import Transaction

from creneau_tenants.sign_on.schemas import SignedOnSession


async def remember_session(  # noqa: PLR0913, PLR0917 - the columns of a row
    tx: Transaction,
    session_id: UUID,
    provider_id: UUID,
    subject: str,
    sid: str,
    id_token: bytes,
) -> None:
    """Note where a session came from."""
    await tx.execute(
        """
        INSERT INTO sign_on_session (tenant_id, session_id, provider_id, subject, sid, id_token)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (tenant_id, session_id) DO UPDATE
        SET provider_id = $3, subject = $4, sid = $5, id_token = $6
        """,
        tx.tenant_id,
        session_id,
        provider_id,
        subject,
        sid,
        id_token,
    )


async def session_origin(tx: Transaction, session_id: UUID) -> SignedOnSession | None:
    """Read where a session came from; None when not from a provider."""
    return await tx.one(
        SignedOnSession,
        "SELECT session_id, provider_id, id_token FROM sign_on_session WHERE tenant_id = $1 AND session_id = $2",
        tx.tenant_id,
        session_id,
    )


async def use_sign_out_token(
    tx: Transaction, provider_id: UUID, jti: str, now: datetime, until: datetime
) -> bool:
    """Note that a sign-out token is worked off; False when it was before."""
    await tx.execute(
        "DELETE FROM sign_out_token WHERE tenant_id = $1 AND expires_at < $2", tx.tenant_id, now
    )
    return bool(
        await tx.execute(
            """
            INSERT INTO sign_out_token (tenant_id, provider_id, jti, expires_at)
            VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
            """,
            tx.tenant_id,
            provider_id,
            jti,
            until,
        )
    )


async def revoke_sessions(
    tx: Transaction, provider_id: UUID, sid: str, subject: str, now: datetime
) -> int:
    """End the sessions of a provider's session or, where none is named, of all of a subject's."""
    return await tx.execute(
        """
        UPDATE session s SET revoked_at = $5, data = '{}', email = NULL
        FROM sign_on_session o
        WHERE s.tenant_id = $1 AND o.tenant_id = $1 AND o.session_id = s.id
            AND o.provider_id = $2 AND s.revoked_at IS NULL
            AND ($3 = '' OR o.sid = $3) AND ($4 = '' OR o.subject = $4)
        """,
        tx.tenant_id,
        provider_id,
        sid,
        subject,
        now,
    )


async def revoke_sessions_of_provider(tx: Transaction, provider_id: UUID, now: datetime) -> int:
    """End every session that came from a provider."""
    return await revoke_sessions(tx, provider_id, "", "", now)


async def revoke_agents_sessions(
    tx: Transaction, provider_id: UUID, agent_id: UUID, now: datetime
) -> int:
    """End an agent's sessions that came from a provider."""
    return await tx.execute(
        """
        UPDATE session s SET revoked_at = $4, data = '{}', email = NULL
        FROM sign_on_session o
        WHERE s.tenant_id = $1 AND o.tenant_id = $1 AND o.session_id = s.id
            AND o.provider_id = $2 AND s.agent_id = $3 AND s.revoked_at IS NULL
        """,
        tx.tenant_id,
        provider_id,
        agent_id,
        now,
    )
