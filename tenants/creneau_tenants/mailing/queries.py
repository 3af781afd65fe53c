"""Statements about senders and mail servers."""

from datetime import datetime

from creneau.database import Transaction

from creneau_tenants.mailing.schemas import Confirmation, MailState, ServerSettings

_COLUMNS = ", ".join(MailState.__struct_fields__)


async def state(tx: Transaction) -> MailState:
    """Read what is set; all empty where there is nothing."""
    found = await tx.one(
        MailState, f"SELECT {_COLUMNS} FROM mail_setting WHERE tenant_id = $1", tx.tenant_id
    )
    return found or MailState()


async def make(tx: Transaction) -> bool:
    """Make the row of what is set; False where there is one."""
    return bool(
        await tx.execute(
            "INSERT INTO mail_setting (tenant_id) VALUES ($1) ON CONFLICT (tenant_id) DO NOTHING",
            tx.tenant_id,
        )
    )


async def locked(tx: Transaction) -> MailState:
    """Read what is set and keep others from changing it; the row is made where there is none."""
    await make(tx)
    found = await tx.one(
        MailState,
        f"SELECT {_COLUMNS} FROM mail_setting WHERE tenant_id = $1 FOR UPDATE",
        tx.tenant_id,
    )
    return found or MailState()


async def set_address(tx: Transaction, address: str, asked_at: datetime | None) -> None:
    """Put another sender address; it is to be confirmed, and the server is off until then."""
    await tx.execute(
        """
        UPDATE mail_setting
        SET address = $2, asked_at = $3, confirmed_at = NULL, enabled = false, tested_at = NULL,
            updated_at = clock_timestamp()
        WHERE tenant_id = $1
        """,
        tx.tenant_id,
        address,
        asked_at,
    )


async def set_asked(tx: Transaction, asked_at: datetime) -> None:
    """Note that the confirmation was asked for once more."""
    await tx.execute(
        "UPDATE mail_setting SET asked_at = $2 WHERE tenant_id = $1", tx.tenant_id, asked_at
    )


async def insert_confirmation(tx: Transaction, digest: bytes, wanted: Confirmation) -> None:
    """Keep a link that may confirm an address."""
    await tx.execute(
        """
        INSERT INTO mail_confirmation (tenant_id, digest, address, asked_at)
        VALUES ($1, $2, $3, $4)
        """,
        tx.tenant_id,
        digest,
        wanted.address,
        wanted.asked_at,
    )


async def confirmation(tx: Transaction, digest: bytes) -> Confirmation | None:
    """Read what a link would confirm."""
    return await tx.one(
        Confirmation,
        "SELECT address, asked_at FROM mail_confirmation WHERE tenant_id = $1 AND digest = $2",
        tx.tenant_id,
        digest,
    )


async def forget_confirmations(tx: Transaction) -> None:
    """Have no link confirm anything any more."""
    await tx.execute("DELETE FROM mail_confirmation WHERE tenant_id = $1", tx.tenant_id)


async def set_confirmed(tx: Transaction, at: datetime) -> None:
    """Note that the address is the tenant's own."""
    await tx.execute(
        """
        UPDATE mail_setting SET confirmed_at = $2, updated_at = clock_timestamp()
        WHERE tenant_id = $1
        """,
        tx.tenant_id,
        at,
    )


async def set_server(
    tx: Transaction, server: ServerSettings, password: bytes | None, *, tested: bool
) -> None:
    """Put another server; where the way to it changed, it is untested and off."""
    await tx.execute(
        """
        UPDATE mail_setting
        SET host = $2, port = $3, security = $4, username = $5, password = $6,
            tested_at = CASE WHEN $7 THEN tested_at END, enabled = enabled AND $7,
            trouble = '', trouble_since = NULL, tried_at = NULL, updated_at = clock_timestamp()
        WHERE tenant_id = $1
        """,
        tx.tenant_id,
        server.host,
        server.port,
        server.security,
        server.username,
        password,
        tested,
    )


async def set_tested(tx: Transaction, seen: datetime | None, at: datetime) -> bool:
    """Note that a mail has left by the settings as they were `seen`; False if they are others now."""
    changed = await tx.execute(
        """
        UPDATE mail_setting SET tested_at = $3, trouble = '', trouble_since = NULL, tried_at = NULL
        WHERE tenant_id = $1 AND updated_at = $2
        """,
        tx.tenant_id,
        seen,
        at,
    )
    return changed == 1


async def set_enabled(tx: Transaction, *, on: bool) -> None:
    """Switch the server on or off."""
    await tx.execute(
        """
        UPDATE mail_setting SET enabled = $2, updated_at = clock_timestamp() WHERE tenant_id = $1
        """,
        tx.tenant_id,
        on,
    )


async def note_trouble(tx: Transaction, trouble: str, at: datetime) -> datetime:
    """Keep what is wrong with the server, and give the moment since when it is."""
    return await tx.value(
        """
        UPDATE mail_setting
        SET trouble = $2, trouble_since = COALESCE(trouble_since, $3), tried_at = $3
        WHERE tenant_id = $1
        RETURNING trouble_since
        """,
        tx.tenant_id,
        trouble,
        at,
    )


async def forget_trouble(tx: Transaction) -> None:
    """Note that the server works."""
    await tx.execute(
        """
        UPDATE mail_setting SET trouble = '', trouble_since = NULL, tried_at = NULL
        WHERE tenant_id = $1 AND trouble <> ''
        """,
        tx.tenant_id,
    )
