"""Statements about looks, logos and accessibility statements."""

import msgspec
from creneau.database import Transaction

from creneau_tenants.looks.pictures import Picture
from creneau_tenants.looks.schemas import Draft, Look, Statement


async def lock(tx: Transaction) -> None:
    """Let nobody else save how the tenant looks, or what it states, until the transaction ends."""
    await tx.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('look:' || $1::uuid::text, 0))",
        tx.tenant_id,
    )


async def draft(tx: Transaction) -> Draft | None:
    """Read the look that waits to be published."""
    rows = await tx.rows("SELECT look, saved_at FROM look_draft WHERE tenant_id = $1", tx.tenant_id)
    if not rows:
        return None
    return Draft(look=msgspec.convert(rows[0]["look"], Look), saved_at=rows[0]["saved_at"])


async def keep_draft(tx: Transaction, look: Look) -> None:
    """Write the look that waits to be published over the one before."""
    await tx.execute(
        """
        INSERT INTO look_draft (tenant_id, look) VALUES ($1, $2::jsonb)
        ON CONFLICT (tenant_id) DO UPDATE SET look = EXCLUDED.look, saved_at = now()
        """,
        tx.tenant_id,
        msgspec.json.encode(look).decode(),
    )


async def drop_draft(tx: Transaction) -> bool:
    """Forget the look that waits; False when there is none."""
    gone = await tx.execute("DELETE FROM look_draft WHERE tenant_id = $1", tx.tenant_id)
    return gone == 1


async def set_name(tx: Transaction, name: str) -> None:
    """Call the transaction's tenant otherwise."""
    await tx.execute("UPDATE tenant SET name = $2 WHERE id = $1", tx.tenant_id, name)


async def set_locale(tx: Transaction, locale: str) -> None:
    """Choose the language for those who ask for none."""
    await tx.execute("UPDATE tenant SET locale = $2 WHERE id = $1", tx.tenant_id, locale)


async def keep_logo(tx: Transaction, picture: Picture) -> None:
    """Keep a picture under its digest."""
    await tx.execute(
        """
        INSERT INTO logo (tenant_id, digest, content) VALUES ($1, $2, $3)
        ON CONFLICT (tenant_id, digest) DO NOTHING
        """,
        tx.tenant_id,
        picture.digest,
        picture.content,
    )


async def logo(tx: Transaction, digest: str) -> bytes | None:
    """Read a picture."""
    return await tx.value(
        "SELECT content FROM logo WHERE tenant_id = $1 AND digest = $2", tx.tenant_id, digest
    )


async def forget_unused_logos(tx: Transaction) -> None:
    """Delete the pictures that neither the published look nor the draft shows."""
    await tx.execute(
        """
        DELETE FROM logo l
        WHERE l.tenant_id = $1
            AND NOT EXISTS (
                SELECT FROM tenant_profile p WHERE p.tenant_id = $1 AND p.logo = l.digest
            )
            AND NOT EXISTS (
                SELECT FROM look_draft d
                WHERE d.tenant_id = $1 AND d.look -> 'branding' ->> 'logo' = l.digest
            )
        """,
        tx.tenant_id,
    )


async def statement(tx: Transaction) -> Statement:
    """Read what the tenant states; without a row, what is true of whoever has checked nothing."""
    found = await tx.one(
        Statement,
        """
        SELECT p.accessibility AS conformity, s.audited_on, COALESCE(s.audited_by, '') AS audited_by,
               COALESCE(s.exceptions, '') AS exceptions, COALESCE(s.contact, '') AS contact
        FROM tenant_profile p
        LEFT JOIN accessibility_statement s ON s.tenant_id = p.tenant_id
        WHERE p.tenant_id = $1
        """,
        tx.tenant_id,
    )
    return found or Statement()


async def keep_statement(tx: Transaction, statement: Statement) -> None:
    """Write what the tenant states."""
    await tx.execute(
        "UPDATE tenant_profile SET accessibility = $2 WHERE tenant_id = $1",
        tx.tenant_id,
        statement.conformity,
    )
    await tx.execute(
        """
        INSERT INTO accessibility_statement
            (tenant_id, audited_on, audited_by, exceptions, contact)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant_id) DO UPDATE
        SET audited_on = EXCLUDED.audited_on, audited_by = EXCLUDED.audited_by,
            exceptions = EXCLUDED.exceptions, contact = EXCLUDED.contact, saved_at = now()
        """,
        tx.tenant_id,
        statement.audited_on,
        statement.audited_by,
        statement.exceptions,
        statement.contact,
    )
