"""The outbox's handlers that write to agents about their own account."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau_infra.outbox.schemas import Handler

from creneau.agents import letters, queries
from creneau.agents.links import queries as links
from creneau.agents.links.schemas import AboutAgent, Forgotten, Purpose
from creneau.agents.links.service import (
    FORGOTTEN,
    INVITATION,
    LIFETIMES,
    PASSWORD_CHANGED,
    link_for,
)
from creneau.agents.mailing import NOTE, Note, reader_of
from creneau.agents.schemas import Agent
from creneau.agents.second_factor.service import FACTOR_RESET, RECOVERY_USED
from creneau.agents.seeing.schemas import AboutSeeing
from creneau.agents.seeing.service import SEEN_AS
from creneau.context import Tenant, current_tenant
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.messages.letter import Letter
from creneau.messages.telling.jobs import Deliver, Find, Teller, TenantOf
from creneau.messages.telling.schemas import Mail, Told, nobody_reads

Write = Callable[[Agent, Tenant, datetime], Letter]

PATHS: Final = {"invitation": "agents/invitation", "password": "agents/mot-de-passe"}
TOLD: Final = {
    PASSWORD_CHANGED: letters.password_changed,
    FACTOR_RESET: letters.factor_reset,
    RECOVERY_USED: letters.recovery_used,
}


def handlers(deliver: Deliver, tenant_of: TenantOf) -> dict[str, Handler]:
    """Give the handler of each kind; `deliver` hands a message to the mail transport."""
    teller = Teller(deliver, tenant_of)
    return {
        INVITATION: teller.telling(_invitation),
        FORGOTTEN: teller.telling(_forgotten),
        SEEN_AS: teller.telling(_seen),
        NOTE: teller.telling(_note),
        **{kind: teller.telling(_telling(write)) for kind, write in TOLD.items()},
    }


async def _invitation(payload: Any) -> Told:
    about = msgspec.convert(payload, AboutAgent, strict=False)
    async with tenant_transaction() as tx:
        if await links.invited_at(tx, about.agent_id) != about.asked_at:
            # A later invitation has a mail of its own.
            return Told(reader=None, mail=nobody_reads, reason="outdated")
        agent = await _agent(tx, about.agent_id)
        inviter = await _inviter(tx, about.agent_id)
    until = about.asked_at + LIFETIMES["invitation"]

    async def mail() -> Mail:
        tenant, href = current_tenant.get(), await _href(agent, "invitation", about.asked_at)
        return Mail(letter=letters.invitation(agent, tenant, inviter, href, until))

    return Told(reader=reader_of(agent), mail=mail)


async def _forgotten(payload: Any) -> Told:
    asked = msgspec.convert(payload, Forgotten, strict=False)
    async with tenant_transaction() as tx:
        found = await queries.sign_in(tx, asked.email)
    if found is None:
        return Told(reader=None, mail=nobody_reads)
    agent, until = found.agent, asked.asked_at + LIFETIMES["password"]

    async def mail() -> Mail:
        href = await _href(agent, "password", asked.asked_at)
        return Mail(letter=letters.forgotten(agent, current_tenant.get(), href, until))

    return Told(reader=reader_of(agent, asked.locale), mail=mail)


def _telling(write: Write) -> Find:
    async def find(payload: Any) -> Told:
        about = msgspec.convert(payload, AboutAgent, strict=False)
        async with tenant_transaction() as tx:
            agent = await _agent(tx, about.agent_id)

        async def mail() -> Mail:
            return Mail(letter=write(agent, current_tenant.get(), about.asked_at))

        return Told(reader=reader_of(agent), mail=mail)

    return find


async def _seen(payload: Any) -> Told:
    about = msgspec.convert(payload, AboutSeeing, strict=False)
    async with tenant_transaction() as tx:
        agent = await _agent(tx, about.seen_id)
        viewer = await _agent(tx, about.agent_id)

    async def mail() -> Mail:
        tenant, who = current_tenant.get(), viewer.display_name
        return Mail(letter=letters.seen_as(agent, tenant, who, about.at))

    return Told(reader=reader_of(agent), mail=mail)


async def _note(payload: Any) -> Told:
    written = msgspec.convert(payload, Note, strict=False)
    async with tenant_transaction() as tx:
        agent = await _agent(tx, written.agent_id)

    async def mail() -> Mail:
        return Mail(letter=letters.note(agent, current_tenant.get(), written))

    return Told(reader=reader_of(agent), mail=mail)


async def _agent(tx: Transaction, agent_id: UUID) -> Agent:
    found = await queries.find(tx, agent_id)
    if found is None:
        raise LookupError("a mail to an agent who is not there")
    return found


async def _inviter(tx: Transaction, agent_id: UUID) -> str:
    last = await history.last_of_subject(tx, "agent", agent_id)
    return (last.actor_label or "") if last and last.actor_kind == "agent" else ""


async def _href(agent: Agent, purpose: Purpose, asked_at: datetime) -> str:
    async with tenant_transaction() as tx:
        secret = await link_for(tx, agent.id, purpose, asked_at)
    return f"{current_tenant.get().public_url}/{PATHS[purpose]}/{secret}"
