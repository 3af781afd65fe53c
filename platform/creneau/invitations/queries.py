"""The statements of invitations."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from creneau.database import Transaction
from creneau.invitations.schemas import Invitation, InvitationDraft, InvitationRule

# What was cancelled, called off or deleted leaves the invitation good again; what is to be put at
# another time is the same appointment still.
_READ = """
    SELECT i.id, i.person_id, i.organisation_id, i.motive_id, i.category, i.referents_only,
        i.channel, i.message, i.last_day, i.ends_at, i.made_by, i.made_at, i.opened_at,
        i.reminded_at, i.revoked_at, i.booking_id, i.booked_at, EXISTS (
            SELECT FROM booking b
            WHERE b.tenant_id = $1 AND b.id = i.booking_id
                AND b.state IN ('planned', 'waiting', 'seen', 'no_show', 'to_reschedule')
        ) AS stands
    FROM invitation i WHERE i.tenant_id = $1
"""


async def add(
    tx: Transaction, draft: InvitationDraft, ends_at: datetime, made_by: UUID | None, at: datetime
) -> UUID:
    """Write a checked invitation down."""
    return await tx.value(
        """
        INSERT INTO invitation
            (tenant_id, person_id, organisation_id, motive_id, category, referents_only, channel,
             message, last_day, ends_at, made_by, made_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        RETURNING id
        """,
        tx.tenant_id,
        draft.person_id,
        draft.organisation_id,
        draft.motive_id,
        draft.category,
        draft.referents_only,
        draft.channel,
        draft.message,
        draft.last_day,
        ends_at,
        made_by,
        at,
    )


async def find(tx: Transaction, invitation_id: UUID) -> Invitation | None:
    """Read one invitation."""
    return await tx.one(Invitation, _READ + "AND i.id = $2", tx.tenant_id, invitation_id)


async def find_locked(tx: Transaction, invitation_id: UUID) -> Invitation | None:
    """Lock an invitation, then read it: whoever waited reads what the other one booked."""
    await tx.execute(
        "SELECT FROM invitation WHERE tenant_id = $1 AND id = $2 FOR UPDATE",
        tx.tenant_id,
        invitation_id,
    )
    return await find(tx, invitation_id)


async def of_person(tx: Transaction, person_id: UUID) -> list[Invitation]:
    """Read a person's invitations, the latest first."""
    sql = _READ + "AND i.person_id = $2 ORDER BY i.made_at DESC, i.id DESC"
    return await tx.all(Invitation, sql, tx.tenant_id, person_id)


async def move_person(tx: Transaction, kept_id: UUID, gone_id: UUID) -> None:
    """Lead the invitations of one file to another."""
    await tx.execute(
        "UPDATE invitation SET person_id = $2 WHERE tenant_id = $1 AND person_id = $3",
        tx.tenant_id,
        kept_id,
        gone_id,
    )


async def forget(tx: Transaction, person_id: UUID) -> None:
    """Delete a person's invitations, and with them their links."""
    await tx.execute(
        "DELETE FROM invitation WHERE tenant_id = $1 AND person_id = $2", tx.tenant_id, person_id
    )


async def add_link(tx: Transaction, invitation_id: UUID, digest: bytes) -> None:
    """Keep the digest of another link or code."""
    await tx.execute(
        "INSERT INTO invitation_link (tenant_id, invitation_id, digest) VALUES ($1, $2, $3)",
        tx.tenant_id,
        invitation_id,
        digest,
    )


async def by_link(tx: Transaction, digest: bytes) -> Invitation | None:
    """Read the invitation that a link leads to."""
    sql = f"""
        {_READ} AND i.id = (
            SELECT l.invitation_id FROM invitation_link l WHERE l.tenant_id = $1 AND l.digest = $2
        )
    """
    return await tx.one(Invitation, sql, tx.tenant_id, digest)


async def note_opened(tx: Transaction, invitation_id: UUID, at: datetime) -> bool:
    """Keep when somebody first opened it; False where somebody had."""
    sql = """
        UPDATE invitation SET opened_at = $3
        WHERE tenant_id = $1 AND id = $2 AND opened_at IS NULL
    """
    return bool(await tx.execute(sql, tx.tenant_id, invitation_id, at))


async def note_reminded(tx: Transaction, invitation_id: UUID, at: datetime) -> bool:
    """Keep when the person was reminded; False where they had been."""
    sql = """
        UPDATE invitation SET reminded_at = $3
        WHERE tenant_id = $1 AND id = $2 AND reminded_at IS NULL
    """
    return bool(await tx.execute(sql, tx.tenant_id, invitation_id, at))


async def revoke(tx: Transaction, invitation_id: UUID, at: datetime) -> None:
    """Withdraw it."""
    await tx.execute(
        "UPDATE invitation SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2",
        tx.tenant_id,
        invitation_id,
        at,
    )


async def note_booked(tx: Transaction, invitation_id: UUID, booking_id: UUID, at: datetime) -> None:
    """Keep what was booked with it."""
    await tx.execute(
        """
        UPDATE invitation
        SET booking_id = $3, booked_at = $4, opened_at = COALESCE(opened_at, $4)
        WHERE tenant_id = $1 AND id = $2
        """,
        tx.tenant_id,
        invitation_id,
        booking_id,
        at,
    )


async def rule(tx: Transaction) -> InvitationRule:
    """Read when the tenant reminds."""
    found = await tx.one(
        InvitationRule,
        "SELECT remind_after_days, valid_days FROM invitation_rule WHERE tenant_id = $1",
        tx.tenant_id,
    )
    return found or InvitationRule()


async def lock_rule(tx: Transaction) -> None:
    """Let nobody else set the rule until the end of the transaction."""
    await tx.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('invitation_rule:' || $1::uuid::text, 0))",
        tx.tenant_id,
    )


async def set_rule(tx: Transaction, wanted: InvitationRule) -> None:
    """Write when the tenant reminds."""
    await tx.execute(
        """
        INSERT INTO invitation_rule (tenant_id, remind_after_days, valid_days) VALUES ($1, $2, $3)
        ON CONFLICT (tenant_id) DO UPDATE
        SET remind_after_days = EXCLUDED.remind_after_days, valid_days = EXCLUDED.valid_days
        """,
        tx.tenant_id,
        wanted.remind_after_days,
        wanted.valid_days,
    )


async def still_open(tx: Transaction, ids: Sequence[UUID], now: datetime) -> set[UUID]:
    """Name those of some invitations with which one can still book."""
    sql = f"""
        SELECT id FROM ({_READ} AND i.id = ANY($2)) AS one
        WHERE NOT stands AND revoked_at IS NULL AND ends_at > $3
    """
    return {row["id"] for row in await tx.rows(sql, tx.tenant_id, list(ids), now)}
