"""Statements about providers."""

from datetime import datetime
from uuid import UUID

import msgspec
from creneau.database import Transaction

from creneau_tenants.sign_on.schemas import Offer, Provider, ProviderSettings, Touched

_SETTINGS = tuple(ProviderSettings.__struct_fields__)
_PROVIDER = f"id, secret, enabled, tested_at, updated_at, {', '.join(_SETTINGS)}"


def _values(settings: ProviderSettings) -> list[object]:
    values = {name: getattr(settings, name) for name in _SETTINGS}
    values["claim_map"] = msgspec.json.encode(settings.claim_map).decode()
    return [list(value) if isinstance(value, tuple) else value for value in values.values()]


def _places(first: int) -> list[str]:
    casts = {"claim_map": "::jsonb"}
    return [f"${number}{casts.get(name, '')}" for number, name in enumerate(_SETTINGS, first)]


async def providers(tx: Transaction) -> list[Provider]:
    """Read all providers, by label."""
    return await tx.all(
        Provider,
        f"SELECT {_PROVIDER} FROM identity_provider WHERE tenant_id = $1 ORDER BY unaccent(lower(label)), id",
        tx.tenant_id,
    )


async def provider(tx: Transaction, provider_id: UUID) -> Provider | None:
    """Read one provider."""
    return await tx.one(
        Provider,
        f"SELECT {_PROVIDER} FROM identity_provider WHERE tenant_id = $1 AND id = $2",
        tx.tenant_id,
        provider_id,
    )


async def lock(tx: Transaction, provider_id: UUID) -> Provider | None:
    """Read one provider and keep others from changing it meanwhile."""
    return await tx.one(
        Provider,
        f"SELECT {_PROVIDER} FROM identity_provider WHERE tenant_id = $1 AND id = $2 FOR UPDATE",
        tx.tenant_id,
        provider_id,
    )


async def offers(tx: Transaction, *, to_agents: bool) -> list[Offer]:
    """Read the providers that are switched on for agents, or for the public."""
    return await tx.all(
        Offer,
        """
        SELECT id, label, profile, sole FROM identity_provider
        WHERE tenant_id = $1 AND enabled AND CASE WHEN $2 THEN for_agents ELSE for_public END
        ORDER BY unaccent(lower(label)), id
        """,
        tx.tenant_id,
        to_agents,
    )


async def insert(tx: Transaction, settings: ProviderSettings, secret: bytes) -> UUID | None:
    """Add a checked provider, switched off; None when the label is taken."""
    return await tx.value(
        f"""
        INSERT INTO identity_provider (tenant_id, secret, {", ".join(_SETTINGS)})
        VALUES ($1, $2, {", ".join(_places(3))})
        ON CONFLICT (tenant_id, label) DO NOTHING RETURNING id
        """,
        tx.tenant_id,
        secret,
        *_values(settings),
    )


async def label_taken(tx: Transaction, label: str, except_for: UUID) -> bool:
    """Tell whether another provider has this label."""
    return bool(
        await tx.value(
            "SELECT true FROM identity_provider WHERE tenant_id = $1 AND label = $2 AND id <> $3",
            tx.tenant_id,
            label,
            except_for,
        )
    )


async def update(
    tx: Transaction, provider_id: UUID, settings: ProviderSettings, secret: bytes, *, tested: bool
) -> None:
    """Replace a provider's settings; where the connection changed, it is untested and off."""
    pairs = zip(_SETTINGS, _places(5), strict=True)
    await tx.execute(
        f"""
        UPDATE identity_provider
        SET secret = $3, {", ".join(f"{name} = {place}" for name, place in pairs)},
            tested_at = CASE WHEN $4 THEN tested_at END, enabled = enabled AND $4,
            updated_at = clock_timestamp()
        WHERE tenant_id = $1 AND id = $2
        """,
        tx.tenant_id,
        provider_id,
        secret,
        tested,
        *_values(settings),
    )


async def set_enabled(tx: Transaction, provider_id: UUID, *, on: bool) -> None:
    """Switch a provider on or off."""
    await tx.execute(
        "UPDATE identity_provider SET enabled = $3, updated_at = clock_timestamp() WHERE tenant_id = $1 AND id = $2",
        tx.tenant_id,
        provider_id,
        on,
    )


async def set_tested(tx: Transaction, provider_id: UUID, now: datetime) -> None:
    """Note that a whole round trip has succeeded."""
    await tx.execute(
        "UPDATE identity_provider SET tested_at = $3 WHERE tenant_id = $1 AND id = $2",
        tx.tenant_id,
        provider_id,
        now,
    )


async def open_passwords(tx: Transaction) -> int:
    """Let agents sign in by password again, whatever the providers say."""
    return await tx.execute(
        "UPDATE identity_provider SET sole = false, updated_at = clock_timestamp() WHERE tenant_id = $1 AND sole",
        tx.tenant_id,
    )


async def delete(tx: Transaction, provider_id: UUID) -> bool:
    """Delete a provider with its identities and whatever is on its way."""
    return bool(
        await tx.execute(
            "DELETE FROM identity_provider WHERE tenant_id = $1 AND id = $2",
            tx.tenant_id,
            provider_id,
        )
    )


async def touched(tx: Transaction, provider_id: UUID) -> Touched:
    """Count whom the deletion of a provider touches."""
    found = await tx.one(
        Touched,
        """
        SELECT count(*) AS agents,
               count(*) FILTER (WHERE a.password_hash IS NULL) AS without_password,
               (SELECT count(*) FROM sign_on_session o JOIN session s
                    ON s.tenant_id = o.tenant_id AND s.id = o.session_id
                WHERE o.tenant_id = $1 AND o.provider_id = $2
                    AND s.revoked_at IS NULL AND s.expires_at > now()) AS sessions
        FROM external_identity e JOIN agent a ON a.tenant_id = e.tenant_id AND a.id = e.agent_id
        WHERE e.tenant_id = $1 AND e.provider_id = $2 AND a.state <> 'removed'
        """,
        tx.tenant_id,
        provider_id,
    )
    return found or Touched(agents=0, without_password=0, sessions=0)


async def administrator_has_signed_on(tx: Transaction, provider_id: UUID) -> bool:
    """Tell whether somebody who administers has come in through this provider."""
    return bool(
        await tx.value(
            """
            SELECT true FROM external_identity e
            JOIN agent a ON a.tenant_id = e.tenant_id AND a.id = e.agent_id AND a.state = 'active'
            JOIN membership m ON m.tenant_id = a.tenant_id AND m.agent_id = a.id
            JOIN role r ON r.tenant_id = m.tenant_id AND r.id = m.role_id
            WHERE e.tenant_id = $1 AND e.provider_id = $2 AND e.used_at IS NOT NULL
                AND r.built_in AND r.code = 'administrator'
            LIMIT 1
            """,
            tx.tenant_id,
            provider_id,
        )
    )


async def role_code(tx: Transaction, role_id: UUID) -> str | None:
    """Read the code of one of the tenant's roles."""
    return await tx.value(
        "SELECT code FROM role WHERE tenant_id = $1 AND id = $2", tx.tenant_id, role_id
    )
