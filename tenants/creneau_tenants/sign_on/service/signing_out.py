"""Sign-out on both sides: ours tells the provider, and the provider tells us (T-06)."""

from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from creneau.context import current_tenant
from creneau.database import tenant_transaction
from creneau.refusals import NotFound
from creneau_infra import clock
from creneau_infra.sealing import SealBrokenError, seal, unseal

from creneau_tenants.sign_on import states
from creneau_tenants.sign_on.discovery import metadata_of
from creneau_tenants.sign_on.errors import SignOnRefused, SignOutRefused
from creneau_tenants.sign_on.queries import flows as flows_queries
from creneau_tenants.sign_on.queries import sessions as sessions_queries
from creneau_tenants.sign_on.schemas import Identity, Kept, Provider, SignedOnSession
from creneau_tenants.sign_on.service.flows import Start, note_start, signed_out_url
from creneau_tenants.sign_on.service.providers import provider
from creneau_tenants.sign_on.states import State
from creneau_tenants.sign_on.talking import way_out
from creneau_tenants.sign_on.tokens import check_sign_out_token, signed_claims

REMEMBERED_FOR: Final = timedelta(hours=1)
log = structlog.stdlib.get_logger(__name__)


async def remember(session_id: UUID, found: Provider, identity: Identity) -> None:
    """Note which of the provider's sessions one of ours came from."""
    async with tenant_transaction() as tx:
        await sessions_queries.remember_session(
            tx, session_id, found.id, identity.subject, identity.sid, seal(identity.id_token)
        )


async def origin(session_id: UUID) -> SignedOnSession | None:
    """Tell where a session came from; None when not from a provider."""
    async with tenant_transaction() as tx:
        return await sessions_queries.session_origin(tx, session_id)


async def sign_out_way(came_from: SignedOnSession, start: Start, secret_key: str) -> str:
    """Give the address where the provider ends its own session too; empty if it cannot now.

    Our own session ends whatever the provider does.
    """
    try:
        found = await provider(came_from.provider_id)
        metadata = await metadata_of(found)
        id_token = unseal(came_from.id_token)
    except (SignOnRefused, NotFound, SealBrokenError) as error:
        log.warning("sign_out_at_provider_impossible", reason=type(error).__name__)
        return ""
    flow_id = await note_start(found, start, Kept())
    state = states.written(State(current_tenant.get().id, flow_id), secret_key)
    return way_out(found, metadata, id_token, state, signed_out_url())


async def signed_out(state: str, secret_key: str) -> tuple[str, str] | None:
    """Tell at which host and page a visitor goes on after a sign-out; None: nobody knows."""
    sealed = states.read(state, secret_key)
    if sealed is None:
        return None
    async with tenant_transaction(sealed.tenant_id) as tx:
        flow = await flows_queries.flow(tx, sealed.flow_id)
        if flow is None or flow.purpose != "sign_out" or flow.expires_at <= clock.now():
            return None
    return flow.host, flow.way


async def sign_out_by_provider(provider_id: UUID, token: str) -> int:
    """End the sessions that a provider's sign-out token names (back-channel); gives how many.

    Raises:
        NotFound: There is no such provider here.
        SignOutRefused: The token is none, or was worked off before.
        SignOnRefused: It is not signed by the provider, whose keys may be out of reach.
    """
    found = await provider(provider_id)
    metadata = await metadata_of(found)
    claims = await signed_claims(token, found, metadata)
    check_sign_out_token(claims, found, metadata)
    moment = clock.now()
    sid, subject = (str(claims.get(name) or "") for name in ("sid", "sub"))
    async with tenant_transaction() as tx:
        until = moment + REMEMBERED_FOR
        if not await sessions_queries.use_sign_out_token(
            tx, found.id, str(claims["jti"]), moment, until
        ):
            raise SignOutRefused(provider=found.label)
        return await sessions_queries.revoke_sessions(tx, found.id, sid, subject, moment)
