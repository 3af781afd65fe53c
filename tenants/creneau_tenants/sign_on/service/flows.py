"""The way of a visitor to a provider and back (T-06).

It begins in a session at the tenant's own address, leads to the provider, comes back to the platform's
one callback host, and ends at the tenant's address by a hand-over that is good once, for a minute,
and in the session where it began: whoever is made to open somebody else's way back goes nowhere.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec
from creneau.context import Tenant, current_tenant
from creneau.database import tenant_transaction
from creneau_infra import clock
from creneau_infra.sealing import SealBrokenError, seal, unseal
from creneau_infra.tokens import digest, new_token

from creneau_tenants.addresses import platform
from creneau_tenants.service import tenant_by_id
from creneau_tenants.sign_on import states
from creneau_tenants.sign_on.errors import FlowExpired, FlowUnknown
from creneau_tenants.sign_on.queries import flows as flows_queries
from creneau_tenants.sign_on.schemas import (
    Flow,
    Identity,
    Kept,
    Provider,
    ProviderAnswer,
    Purpose,
)
from creneau_tenants.sign_on.service.providers import provider
from creneau_tenants.sign_on.states import State
from creneau_tenants.sign_on.talking import identity_at, way_there

LASTING: Final = timedelta(minutes=15)
HAND_OVER_LASTS: Final = timedelta(seconds=60)
CALLBACK: Final = "/connexion/retour"
SIGNED_OUT: Final = "/connexion/fin"


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """Why somebody sets off, in which session, at which of the tenant's hosts, and where to after."""

    purpose: Purpose
    session_id: UUID
    host: str
    way: str
    agent_id: UUID | None = None


class Return(msgspec.Struct, frozen=True, kw_only=True):
    """Where a visitor goes on after the callback: at which host, with which hand-over."""

    tenant: Tenant
    host: str
    hand_over: str


def callback_of(slug: str) -> str:
    """Give the address that a tenant's providers send visitors back to.

    It differs from tenant to tenant: a provider of one cannot be made to send a code to another's.
    """
    return f"{_platform_url()}{CALLBACK}/{slug}"


def back_channel_of(slug: str, provider_id: UUID) -> str:
    """Give the address that a provider calls to sign somebody out."""
    return f"{_platform_url()}/connexion/deconnexion/{slug}/{provider_id}"


def signed_out_url() -> str:
    """Give the address that a provider sends visitors back to after a sign-out."""
    return f"{_platform_url()}{SIGNED_OUT}"


def _platform_url() -> str:
    return platform().url_of(platform().base_domain)


async def begin(found: Provider, start: Start, secret_key: str) -> str:
    """Set off: gives the address at the provider.

    Raises:
        SignOnRefused: The provider is away, or is not what the settings say.
    """
    kept = Kept(nonce=states.new_secret(), verifier=states.new_secret() if found.pkce else "")
    tenant = current_tenant.get()
    state = await note_start(found, start, kept)
    return await way_there(
        found, kept, states.written(State(tenant.id, state), secret_key), callback_of(tenant.slug)
    )


async def note_start(found: Provider, start: Start, kept: Kept) -> UUID:
    """Keep what is needed when the visitor comes back; gives the flow's id."""
    async with tenant_transaction() as tx:
        return await flows_queries.insert_flow(
            tx,
            provider_id=found.id,
            session_id=start.session_id,
            purpose=start.purpose,
            agent_id=start.agent_id,
            host=start.host,
            way=start.way,
            kept=seal(msgspec.json.encode(kept).decode()),
            expires_at=clock.now() + LASTING,
        )


async def come_back(slug: str, state: str, answer: ProviderAnswer, secret_key: str) -> Return:
    """Take what a provider sent back at the callback host, and hand it over; asks nobody anything.

    Raises:
        FlowUnknown: The state is not ours, was used, or belongs to another tenant.
        FlowExpired: It took too long.
    """
    sealed = states.read(state, secret_key)
    directory = await tenant_by_id(sealed.tenant_id) if sealed else None
    if sealed is None or directory is None or directory.tenant.slug != slug:
        raise FlowUnknown
    hand_over, moment = new_token(), clock.now()
    async with tenant_transaction(sealed.tenant_id) as tx:
        flow = await flows_queries.flow(tx, sealed.flow_id)
        if flow is None or flow.purpose == "sign_out":
            raise FlowUnknown
        if flow.expires_at <= moment:
            raise FlowExpired
        kept = seal(msgspec.json.encode(answer).decode())
        until = moment + HAND_OVER_LASTS
        await flows_queries.set_returned(tx, flow.id, kept, digest(hand_over), until, moment)
    return Return(tenant=directory.tenant, host=flow.host, hand_over=hand_over)


async def arrive(hand_over: str, session_id: UUID | None) -> tuple[Flow, Provider]:
    """Take what was handed over, in the session where it began; it is good for nobody afterwards.

    Raises:
        FlowUnknown: It is unknown, was used, is over, or began in another browser.
    """
    async with tenant_transaction() as tx:
        flow = await flows_queries.use_flow(tx, digest(hand_over), clock.now())
        if flow is not None:
            await flows_queries.empty_flow(tx, flow.id)
    if flow is None or flow.session_id != session_id:
        raise FlowUnknown
    return flow, await provider(flow.provider_id)


async def identity_of(flow: Flow, found: Provider) -> Identity:
    """Ask the provider who it is, and check everything about the answer.

    Raises:
        FlowUnknown: The provider was switched off meanwhile.
        SignOnRefused: One of its kinds says what does not fit; nothing was kept.
    """
    if flow.answer is None or flow.kept is None or not (found.enabled or flow.purpose == "test"):
        raise FlowUnknown
    try:
        kept = msgspec.json.decode(unseal(flow.kept), type=Kept)
        answer = msgspec.json.decode(unseal(flow.answer), type=ProviderAnswer)
    except SealBrokenError as error:
        raise FlowUnknown from error
    return await identity_at(found, kept, answer, callback_of(current_tenant.get().slug))
