"""Statements about SMS: their settings, and what a month takes."""

from datetime import date, datetime, time, timedelta

import msgspec

from creneau.database import Transaction
from creneau.sms.schemas import Connection, Dispatch, SmsSettings, Usage


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """The settings as they are kept."""

    gateway: str
    connection: dict[str, str]
    secrets: bytes | None
    enabled: bool
    tested_at: datetime | None
    sender: str
    price: int
    monthly_limit: int
    abroad: bool
    quiet_begins: time
    quiet_ends: time
    quiet_sundays: bool
    quiet_holidays: bool
    trouble: str
    trouble_since: datetime | None
    updated_at: datetime

    @property
    def settings(self) -> SmsSettings:
        """What is chosen beside the gateway."""
        return msgspec.convert(self, SmsSettings, from_attributes=True)


_COLUMNS = ", ".join(Row.__struct_fields__)
_SETTINGS = SmsSettings.__struct_fields__


async def row(tx: Transaction) -> Row | None:
    """Read the settings; None where nobody has ever set anything."""
    return await tx.one(
        Row, f"SELECT {_COLUMNS} FROM sms_setting WHERE tenant_id = $1", tx.tenant_id
    )


async def make(tx: Transaction) -> bool:
    """Make the row of the settings; False where there is one."""
    return bool(
        await tx.execute(
            "INSERT INTO sms_setting (tenant_id) VALUES ($1) ON CONFLICT (tenant_id) DO NOTHING",
            tx.tenant_id,
        )
    )


async def locked(tx: Transaction) -> Row:
    """Read the settings and keep others from changing them meanwhile; made where there are none."""
    await make(tx)
    found = await tx.one(
        Row, f"SELECT {_COLUMNS} FROM sms_setting WHERE tenant_id = $1 FOR UPDATE", tx.tenant_id
    )
    if found is None:
        raise LookupError("the settings that were made are gone")
    return found


async def is_enabled(tx: Transaction) -> bool:
    """Tell whether a gateway is switched on."""
    return bool(
        await tx.value("SELECT enabled FROM sms_setting WHERE tenant_id = $1", tx.tenant_id)
    )


async def update_settings(tx: Transaction, settings: SmsSettings) -> None:
    """Replace what is chosen beside the gateway."""
    places = ", ".join(f"{name} = ${number}" for number, name in enumerate(_SETTINGS, 2))
    await tx.execute(
        f"UPDATE sms_setting SET {places}, updated_at = clock_timestamp() WHERE tenant_id = $1",
        tx.tenant_id,
        *(getattr(settings, name) for name in _SETTINGS),
    )


async def update_connection(tx: Transaction, connection: Connection, secrets: bytes | None) -> None:
    """Replace the gateway and its values; it is untested and off until it was tried."""
    await tx.execute(
        """
        UPDATE sms_setting
        SET gateway = $2, connection = $3::jsonb, secrets = $4, enabled = false, tested_at = NULL,
            trouble = '', trouble_since = NULL, updated_at = clock_timestamp()
        WHERE tenant_id = $1
        """,
        tx.tenant_id,
        connection.gateway,
        msgspec.json.encode(connection.values).decode(),
        secrets,
    )


async def set_enabled(tx: Transaction, *, on: bool) -> None:
    """Switch the gateway on or off."""
    await tx.execute(
        """
        UPDATE sms_setting SET enabled = $2, updated_at = clock_timestamp() WHERE tenant_id = $1
        """,
        tx.tenant_id,
        on,
    )


async def set_tested(tx: Transaction, seen: datetime, at: datetime) -> bool:
    """Note that an SMS has left by the settings as they were `seen`; False if they are others now."""
    changed = await tx.execute(
        "UPDATE sms_setting SET tested_at = $3 WHERE tenant_id = $1 AND updated_at = $2",
        tx.tenant_id,
        seen,
        at,
    )
    return changed == 1


async def note_trouble(tx: Transaction, said: str, at: datetime) -> None:
    """Keep what is wrong with the gateway, and since when."""
    await tx.execute(
        """
        UPDATE sms_setting SET trouble = $2, trouble_since = COALESCE(trouble_since, $3)
        WHERE tenant_id = $1
        """,
        tx.tenant_id,
        said,
        at,
    )


async def forget_trouble(tx: Transaction) -> None:
    """Note that the gateway works."""
    await tx.execute(
        """
        UPDATE sms_setting SET trouble = '', trouble_since = NULL
        WHERE tenant_id = $1 AND trouble <> ''
        """,
        tx.tenant_id,
    )


async def dispatch(tx: Transaction, reference: str) -> Dispatch | None:
    """Read what is known of an SMS; None where its parts were never counted."""
    return await tx.one(
        Dispatch,
        "SELECT state, gateway_id FROM sms_dispatch WHERE tenant_id = $1 AND reference = $2",
        tx.tenant_id,
        reference,
    )


async def reserve(tx: Transaction, reference: str, month: date, parts: int, limit: int) -> bool:
    """Count an SMS's parts in a month, if the limit allows them all; False otherwise.

    The row of the month is locked until the commit: whoever comes second counts what the first took.
    """
    return bool(
        await tx.value(
            """
            WITH taken AS (
                INSERT INTO sms_month AS m (tenant_id, month, parts)
                SELECT $1, $3, $4 WHERE $4 <= $5::integer
                ON CONFLICT (tenant_id, month) DO UPDATE SET parts = m.parts + excluded.parts
                    WHERE m.parts + excluded.parts <= $5
                RETURNING month
            )
            INSERT INTO sms_dispatch (tenant_id, reference, month, parts)
            SELECT $1, $2, taken.month, $4 FROM taken
            RETURNING true
            """,
            tx.tenant_id,
            reference,
            month,
            parts,
            limit,
        )
    )


async def note_limit(tx: Transaction, month: date) -> None:
    """Count an SMS that the limit refused."""
    await tx.execute(
        """
        INSERT INTO sms_month AS m (tenant_id, month, refused) VALUES ($1, $2, 1)
        ON CONFLICT (tenant_id, month) DO UPDATE SET refused = m.refused + 1
        """,
        tx.tenant_id,
        month,
    )


async def forget_refused(tx: Transaction, month: date) -> None:
    """Count anew what the limit refuses: it is another one now."""
    await tx.execute(
        "UPDATE sms_month SET refused = 0 WHERE tenant_id = $1 AND month = $2", tx.tenant_id, month
    )


async def accept(tx: Transaction, reference: str, gateway_id: str) -> None:
    """Note that the gateway has an SMS."""
    await tx.execute(
        """
        WITH done AS (
            UPDATE sms_dispatch SET state = 'accepted', gateway_id = $3
            WHERE tenant_id = $1 AND reference = $2 AND state = 'reserved'
            RETURNING month
        )
        UPDATE sms_month m SET sent = m.sent + 1 FROM done
        WHERE m.tenant_id = $1 AND m.month = done.month
        """,
        tx.tenant_id,
        reference,
        gateway_id,
    )


async def release(tx: Transaction, reference: str) -> None:
    """Give back the parts of an SMS that the gateway refuses."""
    await tx.execute(
        """
        WITH gone AS (
            DELETE FROM sms_dispatch
            WHERE tenant_id = $1 AND reference = $2 AND state = 'reserved'
            RETURNING month, parts
        )
        UPDATE sms_month m SET parts = m.parts - gone.parts FROM gone
        WHERE m.tenant_id = $1 AND m.month = gone.month
        """,
        tx.tenant_id,
        reference,
    )


async def usage(tx: Transaction, month: date) -> Usage:
    """Read what a month has taken."""
    found = await tx.one(
        Usage,
        """
        SELECT month, parts, sent, refused FROM sms_month WHERE tenant_id = $1 AND month = $2
        """,
        tx.tenant_id,
        month,
    )
    return found or Usage(month=month)


async def forget_dispatches(tx: Transaction, kept: timedelta) -> int:
    """Delete what is known of SMS that are older, and tell how many; the months keep their sums."""
    return await tx.execute(
        "DELETE FROM sms_dispatch WHERE tenant_id = $1 AND created_at < now() - $2::interval",
        tx.tenant_id,
        kept,
    )
