"""Statements about providers, identities, and visitors on their way."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from creneau.database import Transaction

from creneau_tenants.sign_on.schemas import (
    Flow,
    Offer,
    OwnIdentity,
    Provider,
    ProviderSettings,
    Purpose,
    SignedOnSession,
    Touched,
)

_SETTINGS = tuple(ProviderSettings.__struct_fields__)
_PROVIDER = f"id, secret, enabled, tested_at, updated_at, {', '.join(_SETTINGS)}"
_FLOW = "id, provider_id, session_id, purpose, agent_id, host, way, kept, answer, expires_at"


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


async def agent_of(tx: Transaction, provider_id: UUID, subject: str) -> UUID | None:
    """Find whom an identity is linked to."""
    return await tx.value(
        "SELECT agent_id FROM external_identity WHERE tenant_id = $1 AND provider_id = $2 AND subject = $3",
        tx.tenant_id,
        provider_id,
        subject,
    )


async def use_identity(tx: Transaction, provider_id: UUID, subject: str, now: datetime) -> None:
    """Note that somebody came in by an identity."""
    await tx.execute(
        "UPDATE external_identity SET used_at = $4 WHERE tenant_id = $1 AND provider_id = $2 AND subject = $3",
        tx.tenant_id,
        provider_id,
        subject,
        now,
    )


async def link(tx: Transaction, provider_id: UUID, subject: str, agent_id: UUID) -> bool:
    """Link an identity to an agent; False when either is linked otherwise."""
    return bool(
        await tx.execute(
            """
            INSERT INTO external_identity (tenant_id, provider_id, subject, agent_id)
            VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
            """,
            tx.tenant_id,
            provider_id,
            subject,
            agent_id,
        )
    )


async def unlink(tx: Transaction, provider_id: UUID, agent_id: UUID) -> bool:
    """Part an agent from their identity at a provider."""
    return bool(
        await tx.execute(
            "DELETE FROM external_identity WHERE tenant_id = $1 AND provider_id = $2 AND agent_id = $3",
            tx.tenant_id,
            provider_id,
            agent_id,
        )
    )


async def activate(tx: Transaction, agent_id: UUID) -> bool:
    """Let an invited agent in."""
    return bool(
        await tx.execute(
            "UPDATE agent SET state = 'active' WHERE tenant_id = $1 AND id = $2 AND state = 'invited'",
            tx.tenant_id,
            agent_id,
        )
    )


async def email_known(tx: Transaction, email: str) -> bool:
    """Tell whether an agent has this address, removed or not."""
    return bool(
        await tx.value(
            "SELECT true FROM agent WHERE tenant_id = $1 AND email = $2", tx.tenant_id, email
        )
    )


async def own_identities(tx: Transaction, agent_id: UUID) -> list[OwnIdentity]:
    """Read an agent's identities, and the providers where they could have one."""
    return await tx.all(
        OwnIdentity,
        """
        SELECT p.id AS provider_id, p.label, e.id, e.created_at, e.used_at
        FROM identity_provider p
        LEFT JOIN external_identity e
            ON e.tenant_id = p.tenant_id AND e.provider_id = p.id AND e.agent_id = $2
        WHERE p.tenant_id = $1 AND ((p.enabled AND p.for_agents) OR e.id IS NOT NULL)
        ORDER BY unaccent(lower(p.label)), p.id
        """,
        tx.tenant_id,
        agent_id,
    )


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


async def remember_session(  # noqa: PLR0913, PLR0917 - the columns of a row
    tx: Transaction,
    session_id: UUID,
    provider_id: UUID,
    subject: str,
    sid: str,
    id_token: bytes,
) -> None:
    """Note where a session came from."""
    await tx.execute(
        """
        INSERT INTO sign_on_session (tenant_id, session_id, provider_id, subject, sid, id_token)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (tenant_id, session_id) DO UPDATE
        SET provider_id = $3, subject = $4, sid = $5, id_token = $6
        """,
        tx.tenant_id,
        session_id,
        provider_id,
        subject,
        sid,
        id_token,
    )


async def session_origin(tx: Transaction, session_id: UUID) -> SignedOnSession | None:
    """Read where a session came from; None when not from a provider."""
    return await tx.one(
        SignedOnSession,
        "SELECT session_id, provider_id, id_token FROM sign_on_session WHERE tenant_id = $1 AND session_id = $2",
        tx.tenant_id,
        session_id,
    )


async def use_sign_out_token(
    tx: Transaction, provider_id: UUID, jti: str, now: datetime, until: datetime
) -> bool:
    """Note that a sign-out token is worked off; False when it was before."""
    await tx.execute(
        "DELETE FROM sign_out_token WHERE tenant_id = $1 AND expires_at < $2", tx.tenant_id, now
    )
    return bool(
        await tx.execute(
            """
            INSERT INTO sign_out_token (tenant_id, provider_id, jti, expires_at)
            VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
            """,
            tx.tenant_id,
            provider_id,
            jti,
            until,
        )
    )


async def revoke_sessions(
    tx: Transaction, provider_id: UUID, sid: str, subject: str, now: datetime
) -> int:
    """End the sessions of a provider's session or, where none is named, of all of a subject's."""
    return await tx.execute(
        """
        UPDATE session s SET revoked_at = $5, data = '{}', email = NULL
        FROM sign_on_session o
        WHERE s.tenant_id = $1 AND o.tenant_id = $1 AND o.session_id = s.id
            AND o.provider_id = $2 AND s.revoked_at IS NULL
            AND ($3 = '' OR o.sid = $3) AND ($4 = '' OR o.subject = $4)
        """,
        tx.tenant_id,
        provider_id,
        sid,
        subject,
        now,
    )


async def revoke_sessions_of_provider(tx: Transaction, provider_id: UUID, now: datetime) -> int:
    """End every session that came from a provider."""
    return await revoke_sessions(tx, provider_id, "", "", now)


async def revoke_agents_sessions(
    tx: Transaction, provider_id: UUID, agent_id: UUID, now: datetime
) -> int:
    """End an agent's sessions that came from a provider."""
    return await tx.execute(
        """
        UPDATE session s SET revoked_at = $4, data = '{}', email = NULL
        FROM sign_on_session o
        WHERE s.tenant_id = $1 AND o.tenant_id = $1 AND o.session_id = s.id
            AND o.provider_id = $2 AND s.agent_id = $3 AND s.revoked_at IS NULL
        """,
        tx.tenant_id,
        provider_id,
        agent_id,
        now,
    )


async def labels_of(tx: Transaction, provider_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Read what providers are called."""
    rows = await tx.rows(
        "SELECT id, label FROM identity_provider WHERE tenant_id = $1 AND id = ANY($2)",
        tx.tenant_id,
        list(provider_ids),
    )
    return {row["id"]: row["label"] for row in rows}
