"""Statements about the directory of tenants."""

from uuid import UUID

from creneau.database import Transaction

from creneau_tenants.schemas import Branding, TenantDraft, TenantRow, TenantState

# A link leads to the tenant's own, primary address, whichever host was asked for.
_DIRECTORY = """
    SELECT t.id, t.slug, t.name, t.locale, t.time_zone, t.state, own.host, p.plugins, p.brand,
           p.brand_ink, p.public_text, p.legal_notice, p.footer, p.sender_name, p.phone, p.logo,
           p.accessibility, t.entry
    FROM tenant t
    JOIN tenant_profile p ON p.tenant_id = t.id
    JOIN domain own ON own.tenant_id = t.id AND own.is_primary
"""


async def by_host(tx: Transaction, host: str) -> TenantRow | None:
    """Read whose host this is; an unverified host is nobody's."""
    sql = (
        _DIRECTORY
        + """
        JOIN domain asked ON asked.tenant_id = t.id AND asked.verified_at IS NOT NULL
        WHERE asked.host = $1
        """
    )
    return await tx.one(TenantRow, sql, host)


async def by_id(tx: Transaction, tenant_id: UUID) -> TenantRow | None:
    """Read one tenant that is not suspended."""
    sql = _DIRECTORY + " WHERE t.id = $1 AND t.state <> 'suspended'"
    return await tx.one(TenantRow, sql, tenant_id)


async def by_slug(tx: Transaction, slug: str) -> TenantRow | None:
    """Read one tenant, suspended or not."""
    return await tx.one(TenantRow, _DIRECTORY + " WHERE t.slug = $1", slug)


async def everyone(tx: Transaction, *, suspended: bool = False) -> list[TenantRow]:
    """Read every tenant, suspended ones if asked for, in the order in which they came."""
    sql = _DIRECTORY + " WHERE $1 OR t.state <> 'suspended' ORDER BY t.created_at, t.slug"
    return await tx.all(TenantRow, sql, suspended)


async def insert_tenant(tx: Transaction, draft: TenantDraft, host: str) -> bool:
    """Add a checked tenant under the transaction's own id; False when the address is taken."""
    added = await tx.execute(
        """
        INSERT INTO tenant (id, slug, name, locale, time_zone, state)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (slug) DO NOTHING
        """,
        tx.tenant_id,
        draft.slug,
        draft.name,
        draft.locale,
        draft.time_zone,
        draft.state,
    )
    if not added:
        return False
    return await _insert_domain(tx, host)


async def _insert_domain(tx: Transaction, host: str) -> bool:
    added = await tx.execute(
        """
        INSERT INTO domain (host, tenant_id, is_primary, verified_at) VALUES ($1, $2, true, now())
        ON CONFLICT (host) DO NOTHING
        """,
        host,
        tx.tenant_id,
    )
    return added == 1


async def insert_profile(tx: Transaction, draft: TenantDraft) -> None:
    """Add what a tenant switched on and how it looks."""
    look = draft.branding
    await tx.execute(
        """
        INSERT INTO tenant_profile (tenant_id, plugins, brand, brand_ink, public_text,
                                    legal_notice, footer, sender_name, phone)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        tx.tenant_id,
        sorted(draft.plugins),
        look.brand,
        look.brand_ink,
        look.public_text,
        look.legal_notice,
        look.footer,
        look.sender_name,
        look.phone,
    )


async def lock_state(tx: Transaction) -> TenantState | None:
    """Read the state of the transaction's own tenant, and hold it; None when there is none."""
    return await tx.value("SELECT state FROM tenant WHERE id = $1 FOR UPDATE", tx.tenant_id)


async def set_state(tx: Transaction, state: TenantState) -> None:
    """Open or suspend the transaction's own tenant."""
    await tx.execute("UPDATE tenant SET state = $2 WHERE id = $1", tx.tenant_id, state)


async def note_suspension(tx: Transaction, state: TenantState) -> None:
    """Keep what the transaction's own tenant was before it was suspended."""
    await tx.execute(
        "INSERT INTO suspension (tenant_id, state_before) VALUES ($1, $2)", tx.tenant_id, state
    )


async def end_suspension(tx: Transaction) -> TenantState:
    """Give what the transaction's own tenant was before it was suspended, and let go of it."""
    # Those suspended before this was kept were open.
    return await tx.value(
        """
        WITH ended AS (DELETE FROM suspension WHERE tenant_id = $1 RETURNING state_before)
        SELECT COALESCE((SELECT state_before FROM ended), 'active')
        """,
        tx.tenant_id,
    )


async def drop_stale_codes(tx: Transaction) -> None:
    """Let go of mails with codes that waited for longer than a code lasts."""
    await tx.execute(
        """
        UPDATE outbox SET done_at = now(), payload = '{}'
        WHERE tenant_id = $1 AND done_at IS NULL AND kind = 'mail.email_code'
            AND created_at < now() - interval '15 minutes'
        """,
        tx.tenant_id,
    )


async def set_branding(tx: Transaction, look: Branding) -> bool:
    """Write a checked look; False when there is no such tenant."""
    touched = await tx.execute(
        """
        UPDATE tenant_profile
        SET brand = $2, brand_ink = $3, public_text = $4, legal_notice = $5, footer = $6,
            sender_name = $7, phone = $8, logo = $9
        WHERE tenant_id = $1
        """,
        tx.tenant_id,
        look.brand,
        look.brand_ink,
        look.public_text,
        look.legal_notice,
        look.footer,
        look.sender_name,
        look.phone,
        look.logo,
    )
    return touched == 1


async def switch_plugin(tx: Transaction, name: str, *, on: bool) -> bool:
    """Add or remove one plugin; False when there is no such tenant."""
    touched = await tx.execute(
        """
        UPDATE tenant_profile
        SET plugins = CASE
            WHEN $3 THEN ARRAY(SELECT DISTINCT unnest(plugins || $2::text) ORDER BY 1)
            ELSE array_remove(plugins, $2)
        END
        WHERE tenant_id = $1
        """,
        tx.tenant_id,
        name,
        on,
    )
    return touched == 1
