"""The statements of what agents change of an appointment besides its time: notes, and the motive."""

from uuid import UUID

from creneau.database import Transaction


async def keep(tx: Transaction, appointment_id: UUID, notes: str) -> None:
    """Keep what an agent notes about an appointment (C-62)."""
    await tx.execute(
        "UPDATE appointment SET notes = $3 WHERE tenant_id = $1 AND id = $2",
        tx.tenant_id,
        appointment_id,
        notes,
    )


async def of_appointment(tx: Transaction, appointment_id: UUID) -> str:
    """Read what agents noted about an appointment."""
    found = await tx.value(
        "SELECT notes FROM appointment WHERE tenant_id = $1 AND id = $2",
        tx.tenant_id,
        appointment_id,
    )
    return found or ""


async def set_motive(tx: Transaction, appointment_id: UUID, motive_id: UUID) -> None:
    """Give an appointment another motive; its time stays."""
    await tx.execute(
        "UPDATE appointment SET motive_id = $3 WHERE tenant_id = $1 AND id = $2",
        tx.tenant_id,
        appointment_id,
        motive_id,
    )
