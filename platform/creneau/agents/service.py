"""Agents: adding, reading and signing in (C-03, T-07)."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from creneau.agents import passwords, queries
from creneau.agents.rules import LONGEST_PASSWORD, checked_agent
from creneau.agents.schemas import Agent, AgentDraft
from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.i18n import gettext as _
from creneau.organisations.queries import missing_organisations, missing_services
from creneau.refusals import InvalidInput, NotFound
from creneau.roles import queries as roles
from creneau.roles.schemas import Membership


async def create_agent(draft: AgentDraft, actor: Actor) -> UUID:
    """Add an agent with services and roles (C-03): active with a password, invited without.

    Raises:
        InvalidInput: A field cannot be used, or the e-mail address is taken.
    """
    clean = checked_agent(draft)
    # Hashing takes a processor, not the database: no transaction waits for it.
    kept = await asyncio.to_thread(passwords.hashed, clean.password) if clean.password else None
    async with tenant_transaction() as tx:
        await refuse_strangers(tx, clean)
        created = await queries.insert_agent(tx, clean, kept)
        if created is None:
            raise InvalidInput({"email": _("Un agent a déjà cette adresse e-mail.")})
        await queries.insert_services(tx, created, list(dict.fromkeys(clean.service_ids)))
        await give_roles(tx, created, clean)
        await history.record(tx, actor, "agent.created", "agent", created)
    return created


async def refuse_strangers(tx: Transaction, draft: AgentDraft) -> None:
    """Refuse services and organisations that do not exist here; raises `InvalidInput`."""
    wrong: dict[str, str] = {}
    if await missing_services(tx, list(draft.service_ids)):
        wrong["service_ids"] = _("Choisissez des services de la liste.")
    if await missing_organisations(tx, [organisation for organisation, _role in draft.memberships]):
        wrong["memberships"] = _("Choisissez des organisations de la liste.")
    if wrong:
        raise InvalidInput(wrong)


async def give_roles(tx: Transaction, agent_id: UUID, draft: AgentDraft) -> None:
    """Give a new agent the roles of a draft; raises `InvalidInput` where one does not exist."""
    memberships = [Membership(*pair) for pair in dict(draft.memberships).items()]
    if await roles.insert_memberships(tx, agent_id, memberships) < len(memberships):
        raise InvalidInput({"memberships": _("Choisissez des rôles de la liste.")})


async def agent(agent_id: UUID) -> Agent:
    """Read one agent, removed or not.

    Raises:
        NotFound: There is no such agent here.
    """
    async with tenant_transaction() as tx:
        found = await queries.find(tx, agent_id)
    if found is None:
        raise NotFound
    return found


async def agents() -> list[Agent]:
    """List the agents who have not been removed, by last name."""
    async with tenant_transaction() as tx:
        return await queries.agents(tx)


async def authenticate(email: str, password: str) -> Agent | None:
    """Give the active agent whose e-mail and password these are, or None (T-07).

    An unknown address costs the same work as a known one, so that the time tells nothing. The
    caller throttles.
    """
    async with tenant_transaction() as tx:
        found = await queries.sign_in(tx, email.strip().lower())
    kept = found.password_hash if found else None
    if not await asyncio.to_thread(passwords.matches, kept, password[: LONGEST_PASSWORD + 1]):
        return None
    if found and kept and passwords.is_outdated(kept):
        await _renew_hash(found.agent.id, password)
    return found.agent if found else None


async def _renew_hash(agent_id: UUID, password: str) -> None:
    renewed = await asyncio.to_thread(passwords.hashed, password)
    async with tenant_transaction() as tx:
        await queries.set_password_hash(tx, agent_id, renewed)


async def labels(resource_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Tell what resources are called: an agent's first and last name, a counter's label."""
    async with tenant_transaction() as tx:
        return await queries.labels(tx, resource_ids)
