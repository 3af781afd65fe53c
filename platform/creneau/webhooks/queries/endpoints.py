"""Statements about the addresses that are told of events."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from creneau_infra.postgres.errors import REFUSED

from creneau.agents.queries import COLUMNS as AGENT_COLUMNS
from creneau.agents.schemas import Agent
from creneau.database import Transaction
from creneau.webhooks.schemas import Counts, Endpoint, EndpointDraft

_ENDPOINT = """
    SELECT id, address, description, events, state, previous_until AS two_secrets_until,
        failing_since, version, created_at
    FROM webhook_endpoint WHERE tenant_id = $1
"""


class Failing(msgspec.Struct, frozen=True):
    """Since when, and how often in a row, calls have failed."""

    failing_since: datetime
    failures: int


async def insert(tx: Transaction, draft: EndpointDraft, secret: bytes) -> UUID | None:
    """Add an endpoint; None when the address is told of events already."""
    return await tx.value(
        """
        INSERT INTO webhook_endpoint (tenant_id, address, description, events, secret)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant_id, address) DO NOTHING
        RETURNING id
        """,
        tx.tenant_id,
        draft.address,
        draft.description,
        list(draft.events),
        secret,
    )


async def lock_number(tx: Transaction) -> None:
    """Let the endpoints of the tenant be counted and added to by one transaction at a time."""
    await tx.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('webhook endpoints ' || $1::text, 0))",
        str(tx.tenant_id),
    )


async def number(tx: Transaction) -> int:
    """Count the tenant's endpoints."""
    return await tx.value(
        "SELECT count(*) FROM webhook_endpoint WHERE tenant_id = $1", tx.tenant_id
    )


async def endpoints(tx: Transaction) -> list[Endpoint]:
    """Read every endpoint, by address."""
    return await tx.all(Endpoint, _ENDPOINT + " ORDER BY address, id", tx.tenant_id)


async def find(tx: Transaction, endpoint_id: UUID) -> Endpoint | None:
    """Read one endpoint."""
    return await tx.one(Endpoint, _ENDPOINT + " AND id = $2", tx.tenant_id, endpoint_id)


async def lock(tx: Transaction, endpoint_id: UUID) -> Endpoint | None:
    """Read one endpoint, and have nobody else change or remove it until the transaction is over.

    Whoever changes deliveries too takes this first.
    """
    return await tx.one(
        Endpoint, _ENDPOINT + " AND id = $2 FOR NO KEY UPDATE", tx.tenant_id, endpoint_id
    )


async def listening(tx: Transaction, event: str) -> list[UUID]:
    """Name the endpoints that are on and told of an event; none is removed meanwhile."""
    rows = await tx.rows(
        """
        SELECT id FROM webhook_endpoint
        WHERE tenant_id = $1 AND state = 'on' AND $2 = ANY (events)
        ORDER BY id FOR KEY SHARE
        """,
        tx.tenant_id,
        event,
    )
    return [row["id"] for row in rows]


async def update(
    tx: Transaction, endpoint_id: UUID, draft: EndpointDraft, version: int
) -> bool | None:
    """Write a checked draft over an endpoint; False: saved since, None: the address is another's."""
    try:
        async with tx.savepoint():
            touched = await tx.execute(
                """
                UPDATE webhook_endpoint
                SET address = $4, description = $5, events = $6, version = version + 1
                WHERE tenant_id = $1 AND id = $2 AND version = $3
                """,
                tx.tenant_id,
                endpoint_id,
                version,
                draft.address,
                draft.description,
                list(draft.events),
            )
    except REFUSED as error:
        if getattr(error, "constraint_name", "") != "webhook_endpoint_tenant_id_address_key":
            raise
        return None
    return touched == 1


async def pause(tx: Transaction, endpoint_id: UUID) -> bool:
    """Stop telling an endpoint; False when it is off already."""
    return await _set_state(tx, endpoint_id, "paused")


async def switch_off(tx: Transaction, endpoint_id: UUID, why: Literal["failing", "gone"]) -> bool:
    """Give an endpoint up; False when it is off already."""
    return await _set_state(tx, endpoint_id, why)


async def _set_state(tx: Transaction, endpoint_id: UUID, state: str) -> bool:
    touched = await tx.execute(
        """
        UPDATE webhook_endpoint SET state = $3, version = version + 1
        WHERE tenant_id = $1 AND id = $2 AND state = 'on'
        """,
        tx.tenant_id,
        endpoint_id,
        state,
    )
    return touched == 1


async def resume(tx: Transaction, endpoint_id: UUID) -> bool:
    """Tell an endpoint again, whose failures are forgotten; False when it is on already."""
    touched = await tx.execute(
        """
        UPDATE webhook_endpoint
        SET state = 'on', failing_since = NULL, failures = 0, version = version + 1
        WHERE tenant_id = $1 AND id = $2 AND state <> 'on'
        """,
        tx.tenant_id,
        endpoint_id,
    )
    return touched == 1


async def rotate(
    tx: Transaction, endpoint_id: UUID, secret: bytes, until: datetime, version: int
) -> bool:
    """Put another secret in place, and let the one before it sign until then; False: saved since."""
    touched = await tx.execute(
        """
        UPDATE webhook_endpoint
        SET previous_secret = secret, previous_until = $4, secret = $3, version = version + 1
        WHERE tenant_id = $1 AND id = $2 AND version = $5
        """,
        tx.tenant_id,
        endpoint_id,
        secret,
        until,
        version,
    )
    return touched == 1


async def forget_former_secrets(tx: Transaction, moment: datetime) -> int:
    """Delete the secrets that sign no more."""
    return await tx.execute(
        """
        UPDATE webhook_endpoint SET previous_secret = NULL, previous_until = NULL
        WHERE tenant_id = $1 AND previous_until <= $2
        """,
        tx.tenant_id,
        moment,
    )


async def delete(tx: Transaction, endpoint_id: UUID) -> bool:
    """Remove an endpoint with all that was sent to it; False when there is none."""
    gone = await tx.execute(
        "DELETE FROM webhook_endpoint WHERE tenant_id = $1 AND id = $2", tx.tenant_id, endpoint_id
    )
    return gone == 1


async def note_success(tx: Transaction, endpoint_id: UUID) -> None:
    """Forget the failures before a delivery."""
    await tx.execute(
        """
        UPDATE webhook_endpoint SET failing_since = NULL, failures = 0
        WHERE tenant_id = $1 AND id = $2 AND failures > 0
        """,
        tx.tenant_id,
        endpoint_id,
    )


async def note_failure(tx: Transaction, endpoint_id: UUID, moment: datetime) -> Failing | None:
    """Count a failure; None when the endpoint was removed meanwhile."""
    return await tx.one(
        Failing,
        """
        UPDATE webhook_endpoint
        SET failing_since = coalesce(failing_since, $3), failures = failures + 1
        WHERE tenant_id = $1 AND id = $2
        RETURNING failing_since, failures
        """,
        tx.tenant_id,
        endpoint_id,
        moment,
    )


async def counts(tx: Transaction) -> list[Counts]:
    """Tell how the deliveries of each endpoint stand, tests aside."""
    return await tx.all(
        Counts,
        """
        SELECT endpoint_id,
            count(*) FILTER (WHERE state = 'waiting') AS waiting,
            count(*) FILTER (WHERE state = 'dead') AS dead,
            max(last_at) FILTER (WHERE state = 'delivered') AS last_delivered_at
        FROM webhook_delivery
        WHERE tenant_id = $1 AND event <> 'endpoint.test'
        GROUP BY endpoint_id
        """,
        tx.tenant_id,
    )


async def keepers(tx: Transaction) -> Sequence[Agent]:
    """Read the active agents who look after webhooks in the whole tenant."""
    return await tx.all(
        Agent,
        f"""
        SELECT {AGENT_COLUMNS} FROM agent a
        WHERE a.tenant_id = $1 AND a.state = 'active' AND EXISTS (
            SELECT FROM membership m
            JOIN organisation o ON o.tenant_id = m.tenant_id AND o.id = m.organisation_id
                AND o.archived_at IS NULL
            JOIN role r ON r.tenant_id = m.tenant_id AND r.id = m.role_id
            WHERE m.tenant_id = a.tenant_id AND m.agent_id = a.id
                AND ((r.built_in AND r.code = 'administrator')
                    OR 'tenant:webhook:update' = ANY (r.permissions))
        )
        ORDER BY a.id
        """,
        tx.tenant_id,
    )
