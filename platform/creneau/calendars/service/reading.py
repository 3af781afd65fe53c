"""Calendars as programs read them: whole by a private address, event by event by CalDAV (C-83)."""

from asyncio import to_thread
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from creneau_infra import clock
from creneau_infra.tokens import digest

from creneau.agents import queries as agents
from creneau.agents.schemas import Agent
from creneau.calendars import gathering, writing
from creneau.calendars.errors import AccessEnded, AccessUnknown
from creneau.calendars.queries import accesses
from creneau.calendars.rules import CANCELLED_SHOWN, MOST_COLLEAGUES, normal_password, window
from creneau.calendars.schemas import Access, AgentCalendar, Entry, Feed, Happening
from creneau.context import acting_for, current_tenant
from creneau.database import Transaction, tenant_transaction
from creneau.i18n import gettext as _
from creneau.refusals import NotFound
from creneau.roles import service as roles

READ = "appointment:read"
AGENTS_PAGE = "/agents/rendez-vous/"
PERSONS_PAGE = "/mes-rendez-vous/"


async def access_of(secret: str) -> Access:
    """Find the access that a private address opens.

    Raises:
        NotFound: No such address was ever given.
        AccessEnded: It was ended or renewed, or the agent has left.
    """
    async with tenant_transaction() as tx:
        found = await accesses.of_digest(tx, digest(secret))
    if found is None or found.kind != "address":
        raise NotFound
    if found.ended_at is not None:
        raise AccessEnded
    return found


async def feed(access: Access) -> Feed:
    """Write the calendar that an address opens, in its language, and note that it was read.

    Raises:
        AccessEnded: The agent may read no appointment any more.
    """
    tenant, now = current_tenant.get(), clock.now()
    if access.agent_id and not (await roles.rights_of(access.agent_id)).can(READ):
        raise AccessEnded
    async with tenant_transaction() as tx:
        found = await _found(tx, access, now)
    page = tenant.public_url + (AGENTS_PAGE if access.agent_id else PERSONS_PAGE)
    with acting_for(tenant, access.locale):
        name = _("Rendez-vous · %(tenant)s", tenant=tenant.name)
        # Thousands of events take a processor's time: nobody else's request waits for it.
        content = await to_thread(writing.feed, found, name, tenant, access.detail, page)
    mark = sha256(content).digest()[:16]
    async with tenant_transaction() as tx:
        changed_at = await accesses.serve(tx, access.id, mark, now)
    return Feed(content=content, etag=f'"{mark.hex()}"', changed_at=changed_at)


async def _found(tx: Transaction, access: Access, now: datetime) -> list[Happening]:
    bounds = (*window(now), now - CANCELLED_SHOWN)
    if access.agent_id:
        return await gathering.of_agendas(tx, [access.agent_id], *bounds)
    return await gathering.of_person(tx, access.owner.id, *bounds)


async def sign_in(email: str, password: str) -> tuple[Access, Agent]:
    """Let a program in by an agent's e-mail address and a password made for it.

    Raises:
        AccessUnknown: They do not belong together, or the password was ended.
    """
    async with tenant_transaction() as tx:
        access = await accesses.of_digest(tx, digest(normal_password(password)))
        if access is None or access.kind != "password" or access.ended_at or not access.agent_id:
            raise AccessUnknown
        agent = await agents.find(tx, access.agent_id)
        if agent is None or agent.email != email.strip().lower():
            raise AccessUnknown
        await accesses.read(tx, access.id, clock.now())
    return access, agent


async def calendars(access: Access, agent: Agent) -> list[AgentCalendar]:
    """List the agendas that a program may read, the agent's own first; none without the right."""
    visible = await roles.visible_agents(agent.id, READ)
    own = [one for one in visible if one.id == agent.id]
    others = [one for one in visible if one.id != agent.id] if access.colleagues else []
    return [
        AgentCalendar(agent_id=one.id, name=one.display_name, own=one.id == agent.id)
        for one in [*own, *others[:MOST_COLLEAGUES]]
    ]


async def entries(access: Access, agent_ids: Sequence[UUID]) -> dict[UUID, list[Entry]]:
    """Write the events of some agendas, each as a file of its own, by agenda and by start."""
    tenant, now = current_tenant.get(), clock.now()
    async with tenant_transaction() as tx:
        bounds = (*window(now), now - CANCELLED_SHOWN)
        found = await gathering.of_agendas(tx, agent_ids, *bounds)
    by_agenda: dict[UUID, list[Entry]] = {agent_id: [] for agent_id in agent_ids}
    with acting_for(tenant, access.locale):
        written = await to_thread(lambda: [_entry(one, access) for one in found])
    for one, entry in zip(found, written, strict=True):
        if one.resource_id is not None:
            by_agenda[one.resource_id].append(entry)
    return by_agenda


def _entry(one: Happening, access: Access) -> Entry:
    tenant = current_tenant.get()
    page = tenant.public_url + AGENTS_PAGE
    content = writing.single(one, tenant, access.detail, page)
    return Entry(
        name=f"{one.id}.ics",
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        content=content,
        etag=f'"{sha256(content).hexdigest()[:32]}"',
    )
