"""Which agent an identity is (T-06): by a link of their own making, never by an e-mail address."""

from uuid import UUID

from creneau.agents import queries as agents
from creneau.agents.links import queries as links
from creneau.agents.rules import checked_agent
from creneau.agents.schemas import AgentDraft
from creneau.context import SYSTEM, Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.refusals import InvalidInput, NotFound
from creneau.roles import queries as roles
from creneau.roles.schemas import Membership
from creneau_infra import clock

from creneau_tenants.sign_on.errors import (
    AgentUnknown,
    AnswerIncomplete,
    EmailKnown,
    IdentityTaken,
    NotAdmitted,
    OnlyWayIn,
)
from creneau_tenants.sign_on.queries import identities as identities_queries
from creneau_tenants.sign_on.queries import providers as providers_queries
from creneau_tenants.sign_on.queries import sessions as sessions_queries
from creneau_tenants.sign_on.rules import is_admitted
from creneau_tenants.sign_on.schemas import Identity, OwnIdentity, Provider


async def agent_for(provider: Provider, identity: Identity) -> UUID:
    """Give the agent whose identity this is, created now where the provider's settings say so.

    Raises:
        AgentUnknown: Nobody is linked to it, and nobody is created.
        AnswerIncomplete: Name or address are missing for a new agent.
        EmailKnown: Another agent has the address; that alone links nobody.
        NotAdmitted: It does not meet the condition for new agents.
    """
    async with tenant_transaction() as tx:
        agent_id = await identities_queries.agent_of(tx, provider.id, identity.subject)
        if agent_id is None:
            agent_id = await _created(tx, provider, identity)
        await _require_active(tx, agent_id, provider)
        await identities_queries.use_identity(tx, provider.id, identity.subject, clock.now())
    return agent_id


async def _require_active(tx: Transaction, agent_id: UUID, provider: Provider) -> None:
    found = await agents.find(tx, agent_id)
    if found is None or found.state != "active":
        raise AgentUnknown(provider=provider.label)


async def _created(tx: Transaction, provider: Provider, identity: Identity) -> UUID:
    if identity.email and await identities_queries.email_known(tx, identity.email):
        raise EmailKnown(provider=provider.label)
    if not provider.creates_agents:
        raise AgentUnknown(provider=provider.label)
    if not is_admitted(identity, provider):
        raise NotAdmitted(provider=provider.label)
    draft = await _draft(tx, provider, identity)
    created = await agents.insert_agent(tx, draft, None)
    if created is None:
        raise EmailKnown(provider=provider.label)
    await agents.insert_services(tx, created, list(draft.service_ids))
    given = [Membership(*pair) for pair in draft.memberships]
    if await roles.insert_memberships(tx, created, given) < len(given):
        raise AgentUnknown(provider=provider.label)
    await identities_queries.activate(tx, created)
    if not await identities_queries.link(tx, provider.id, identity.subject, created):
        raise IdentityTaken(provider=provider.label)
    details = {"provider_id": str(provider.id)}
    await history.record(tx, SYSTEM, "agent.created", "agent", created, details)
    return created


async def _draft(tx: Transaction, provider: Provider, identity: Identity) -> AgentDraft:
    organisation, service = provider.default_organisation_id, provider.default_service_id
    role = provider.default_role_id
    code = await providers_queries.role_code(tx, role) if role else None
    if organisation is None or service is None or code is None:
        raise AgentUnknown(provider=provider.label)
    draft = AgentDraft(
        email=identity.email,
        first_name=identity.first_name,
        last_name=identity.last_name,
        service_ids=(service,),
        memberships=((organisation, code),),
    )
    try:
        return checked_agent(draft)
    except InvalidInput as error:
        raise AnswerIncomplete(provider=provider.label) from error


async def link(agent_id: UUID, provider: Provider, identity: Identity, actor: Actor) -> None:
    """Link an identity to an agent who asked for it from their own account.

    Raises:
        IdentityTaken: It is another agent's, or this one has another there.
    """
    async with tenant_transaction() as tx:
        await _link(tx, agent_id, provider, identity, actor)


async def accept_invitation(agent_id: UUID, provider: Provider, identity: Identity) -> None:
    """Let an invited agent in by an identity, in place of a password.

    Raises:
        IdentityTaken: It is another agent's.
        NotFound: The invitation is no longer open.
    """
    async with tenant_transaction() as tx:
        if not await identities_queries.activate(tx, agent_id):
            raise NotFound
        await links.use_all(tx, agent_id, "invitation", clock.now())
        actor = Actor("agent", agent_id)
        await history.record(tx, actor, "agent.joined", "agent", agent_id)
        await _link(tx, agent_id, provider, identity, actor)


async def _link(
    tx: Transaction, agent_id: UUID, provider: Provider, identity: Identity, actor: Actor
) -> None:
    known = await identities_queries.agent_of(tx, provider.id, identity.subject)
    if known != agent_id:
        if known or not await identities_queries.link(tx, provider.id, identity.subject, agent_id):
            raise IdentityTaken(provider=provider.label)
        details = {"provider_id": str(provider.id)}
        await history.record(tx, actor, "agent.identity_linked", "agent", agent_id, details)
    await identities_queries.use_identity(tx, provider.id, identity.subject, clock.now())


async def unlink(agent_id: UUID, provider: Provider, actor: Actor) -> None:
    """Part an agent from their identity; sessions that came from it end.

    Raises:
        NotFound: There is none.
        OnlyWayIn: The agent could not come in any more.
    """
    async with tenant_transaction() as tx:
        if not await identities_queries.has_another_way(tx, provider.id, agent_id):
            raise OnlyWayIn(provider=provider.label)
        if not await identities_queries.unlink(tx, provider.id, agent_id):
            raise NotFound
        await sessions_queries.revoke_agents_sessions(tx, provider.id, agent_id, clock.now())
        details = {"provider_id": str(provider.id)}
        await history.record(tx, actor, "agent.identity_unlinked", "agent", agent_id, details)


async def own_identities(agent_id: UUID) -> list[OwnIdentity]:
    """List where an agent signs on, and where they could."""
    async with tenant_transaction() as tx:
        return await identities_queries.own_identities(tx, agent_id)
