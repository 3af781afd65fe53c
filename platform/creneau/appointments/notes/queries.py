"""The statements of what agents note about an appointment."""

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
