"""Statements about visitors on their way to a provider and back."""

from datetime import datetime
from uuid import UUID

from creneau.database import Transaction

from creneau_tenants.sign_on.schemas import Flow, Purpose

_FLOW = "id, provider_id, session_id, purpose, agent_id, host, way, kept, answer, expires_at"


async def insert_flow(  # noqa: PLR0913 - a row of the table
    tx: Transaction,
    *,
    provider_id: UUID,
    session_id: UUID,
    purpose: Purpose,
    agent_id: UUID | None,
    host: str,
    way: str,
    kept: bytes,
    expires_at: datetime,
) -> UUID:
    """Note that a visitor sets off; those of long ago are forgotten."""
    await tx.execute(
        "DELETE FROM sign_on_flow WHERE tenant_id = $1 AND expires_at < $2::timestamptz - interval '1 day'",
        tx.tenant_id,
        expires_at,
    )
    return await tx.value(
        """
        INSERT INTO sign_on_flow
            (tenant_id, provider_id, session_id, purpose, agent_id, host, way, kept, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id
        """,
        tx.tenant_id,
        provider_id,
        session_id,
        purpose,
        agent_id,
        host,
        way,
        kept,
        expires_at,
    )


async def flow(tx: Transaction, flow_id: UUID) -> Flow | None:
    """Read and lock a visitor's way that nobody has come back from yet."""
    return await tx.one(
        Flow,
        f"""
        SELECT {_FLOW} FROM sign_on_flow
        WHERE tenant_id = $1 AND id = $2 AND returned_at IS NULL FOR UPDATE
        """,
        tx.tenant_id,
        flow_id,
    )


async def set_returned(  # noqa: PLR0913, PLR0917 - the columns of a row
    tx: Transaction,
    flow_id: UUID,
    answer: bytes,
    hand_over: bytes,
    until: datetime,
    now: datetime,
) -> None:
    """Note what a visitor came back with, and the digest of what they go on with."""
    await tx.execute(
        """
        UPDATE sign_on_flow
        SET answer = $3, hand_over = $4, hand_over_until = $5, returned_at = $6
        WHERE tenant_id = $1 AND id = $2
        """,
        tx.tenant_id,
        flow_id,
        answer,
        hand_over,
        until,
        now,
    )


async def use_flow(tx: Transaction, hand_over: bytes, now: datetime) -> Flow | None:
    """Take what was handed over, once, whoever brings it; None when it is unknown, used or old."""
    return await tx.one(
        Flow,
        f"""
        UPDATE sign_on_flow SET used_at = $3
        WHERE tenant_id = $1 AND hand_over = $2 AND used_at IS NULL AND hand_over_until > $3
        RETURNING {_FLOW}
        """,
        tx.tenant_id,
        hand_over,
        now,
    )


async def empty_flow(tx: Transaction, flow_id: UUID) -> None:
    """Forget what a visitor's way carried, once it is over."""
    await tx.execute(
        "UPDATE sign_on_flow SET answer = NULL, kept = NULL WHERE tenant_id = $1 AND id = $2",
        tx.tenant_id,
        flow_id,
    )
