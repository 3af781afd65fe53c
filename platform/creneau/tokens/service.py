"""Tokens of programs: made once, kept as digests, limited in scope and time (T-13)."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

from creneau_infra import clock
from creneau_infra.redis.versions import bump
from creneau_infra.tokens import digest, new_token

from creneau.context import SYSTEM, Actor, Tenant, current_tenant
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.refusals import NotFound
from creneau.tokens import queries
from creneau.tokens.rules import checked_label
from creneau.tokens.schemas import ApiToken, KnownToken


async def create_token(
    tenant: Tenant, scopes: Sequence[str], label: str, days: int, actor: Actor = SYSTEM
) -> str:
    """Make a token that lives for `days` days, and give its secret, which is shown once only.

    Raises:
        InvalidInput: A scope is unknown, there is none, or the time is not 1 to 3,650 days.
    """
    clean = checked_label(label, scopes, days)
    secret = new_token()
    expires_at = clock.now() + timedelta(days=days)
    async with tenant_transaction(tenant.id) as tx:
        made = await queries.add_token(tx, digest(secret), clean, scopes, expires_at)
        await history.record(tx, actor, "api_token.created", "api_token", made)
    return secret


async def tokens() -> list[KnownToken]:
    """List the tenant's tokens, ended ones included, the newest first."""
    async with tenant_transaction() as tx:
        return await queries.known_tokens(tx)


async def token(token_id: UUID) -> KnownToken:
    """Read one token.

    Raises:
        NotFound: There is no such token here.
    """
    found = next((one for one in await tokens() if one.id == token_id), None)
    if found is None:
        raise NotFound
    return found


async def authenticate(secret: str) -> ApiToken | None:
    """Find the living token with this secret; None for every other text."""
    async with tenant_transaction() as tx:
        return await authenticated(tx, secret)


@asynccontextmanager
async def asking(secret: str) -> AsyncGenerator[tuple[Transaction, ApiToken | None], None]:
    """Open the transaction of a program's work, in which its token was looked up first."""
    async with tenant_transaction() as tx:
        yield tx, await authenticated(tx, secret)


async def authenticated(tx: Transaction, secret: str) -> ApiToken | None:
    """Find the living token with this secret inside a transaction; None where none was sent."""
    if not secret:
        return None
    return await queries.living_token(tx, digest(secret), clock.now())


async def revoke(token_id: UUID, actor: Actor) -> None:
    """End a token at once.

    Raises:
        NotFound: There is no such token here, or it has ended already.
    """
    async with tenant_transaction() as tx:
        if not await queries.revoke(tx, token_id, clock.now()):
            raise NotFound
        name = tokens_of(current_tenant.get().id)
        tx.after_commit(lambda: bump([name]))
        await history.record(tx, actor, "api_token.revoked", "api_token", token_id)


def tokens_of(tenant_id: UUID) -> str:
    """Name the version of a tenant's tokens, which changes when one ends before its time."""
    return f"tokens:{tenant_id}"
