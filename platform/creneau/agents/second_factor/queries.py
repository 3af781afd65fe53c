"""Statements about second factors and recovery codes."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from creneau.agents.second_factor.schemas import Factor
from creneau.database import Transaction


async def insert(tx: Transaction, agent_id: UUID, sealed: bytes, now: datetime) -> None:
    """Keep a new secret, in the place of one that was never confirmed."""
    await tx.execute(
        """
        INSERT INTO second_factor (tenant_id, agent_id, secret, created_at)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, agent_id) DO UPDATE
            SET secret = excluded.secret, created_at = excluded.created_at
            WHERE second_factor.confirmed_at IS NULL
        """,
        tx.tenant_id,
        agent_id,
        sealed,
        now,
    )


async def locked(tx: Transaction, agent_id: UUID) -> Factor | None:
    """Read an agent's factor, and let nobody else try a code until the transaction is over."""
    return await tx.one(
        Factor,
        """
        SELECT secret, last_step, created_at, confirmed_at FROM second_factor
        WHERE tenant_id = $1 AND agent_id = $2
        FOR UPDATE
        """,
        tx.tenant_id,
        agent_id,
    )


async def confirmed_at(tx: Transaction, agent_id: UUID) -> datetime | None:
    """Tell since when an agent has a second factor."""
    return await tx.value(
        "SELECT confirmed_at FROM second_factor WHERE tenant_id = $1 AND agent_id = $2",
        tx.tenant_id,
        agent_id,
    )


async def use_step(tx: Transaction, agent_id: UUID, step: int, now: datetime) -> None:
    """Note the step of an accepted code; the first one confirms the factor."""
    await tx.execute(
        """
        UPDATE second_factor SET last_step = $3, confirmed_at = COALESCE(confirmed_at, $4)
        WHERE tenant_id = $1 AND agent_id = $2
        """,
        tx.tenant_id,
        agent_id,
        step,
        now,
    )


async def delete(tx: Transaction, agent_id: UUID) -> bool:
    """Take an agent's factor and recovery codes away; tells whether there was one."""
    await tx.execute(
        "DELETE FROM recovery_code WHERE tenant_id = $1 AND agent_id = $2", tx.tenant_id, agent_id
    )
    return bool(
        await tx.execute(
            "DELETE FROM second_factor WHERE tenant_id = $1 AND agent_id = $2",
            tx.tenant_id,
            agent_id,
        )
    )


async def replace_codes(tx: Transaction, agent_id: UUID, digests: Iterable[bytes]) -> None:
    """Keep the digests of new recovery codes; the old ones are good for nothing more."""
    await tx.execute(
        "DELETE FROM recovery_code WHERE tenant_id = $1 AND agent_id = $2", tx.tenant_id, agent_id
    )
    await tx.many(
        "INSERT INTO recovery_code (tenant_id, agent_id, digest) VALUES ($1, $2, $3)",
        [(tx.tenant_id, agent_id, digest) for digest in digests],
    )


async def use_code(tx: Transaction, agent_id: UUID, digest: bytes, now: datetime) -> bool:
    """Use a recovery code up; False if it is none of the agent's, or was used."""
    return bool(
        await tx.execute(
            """
            UPDATE recovery_code SET used_at = $4
            WHERE tenant_id = $1 AND agent_id = $2 AND digest = $3 AND used_at IS NULL
            """,
            tx.tenant_id,
            agent_id,
            digest,
            now,
        )
    )


async def codes_left(tx: Transaction, agent_id: UUID) -> int:
    """Count the recovery codes that were not used."""
    return await tx.value(
        """
        SELECT count(*) FROM recovery_code
        WHERE tenant_id = $1 AND agent_id = $2 AND used_at IS NULL
        """,
        tx.tenant_id,
        agent_id,
    )
