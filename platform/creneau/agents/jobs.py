"""The outbox's handlers that write to agents about their own account."""

from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau_infra.mail.schemas import Message
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
from creneau.agents.schemas import Agent
from creneau.agents.second_factor.service import FACTOR_RESET, RECOVERY_USED
from creneau.agents.seeing.schemas import AboutSeeing
from creneau.agents.seeing.service import SEEN_AS
from creneau.context import Tenant, acting_for
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.messages.letter import Letter
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.rules import SetAsideError
from creneau.messages.receipts.schemas import Reason

Deliver = Callable[[Message], Awaitable[None]]
TenantOf = Callable[[UUID], Awaitable[Tenant]]
Told = Callable[[Agent, Tenant, Any], Letter]

PATHS: Final = {"invitation": "agents/invitation", "password": "agents/mot-de-passe"}
TOLD: Final = {
    PASSWORD_CHANGED: letters.password_changed,
    FACTOR_RESET: letters.factor_reset,
    RECOVERY_USED: letters.recovery_used,
}


def handlers(deliver: Deliver, tenant_of: TenantOf) -> dict[str, Handler]:
    """Give the handler of each kind; `deliver` hands a message to the mail transport."""
    desk = _Desk(deliver, tenant_of)
    return {
        INVITATION: desk.invite,
        FORGOTTEN: desk.remind,
        SEEN_AS: desk.tell_seen,
        **{kind: desk.telling(write) for kind, write in TOLD.items()},
    }


class _Desk:
    def __init__(self, deliver: Deliver, tenant_of: TenantOf) -> None:
        self._deliver = deliver
        self._tenant_of = tenant_of

    async def invite(self, tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        about = msgspec.convert(payload, AboutAgent, strict=False)
        tenant = await self._tenant_of(tenant_id)
        with acting_for(tenant):
            if await _overtaken(about):
                await receipts.attempt(row_id, _aside("outdated"))
                return
            async with tenant_transaction() as tx:
                agent = await _agent(tx, about.agent_id)
                inviter = await _inviter(tx, about.agent_id)
                href = await _href(tx, tenant, agent, "invitation", about)
        until = about.asked_at + LIFETIMES["invitation"]
        with acting_for(tenant, agent.locale):
            letter = letters.invitation(agent, tenant, inviter, href, until)
            await self._send(letter, agent, row_id)

    async def remind(self, tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        asked = msgspec.convert(payload, Forgotten, strict=False)
        tenant = await self._tenant_of(tenant_id)
        with acting_for(tenant):
            async with tenant_transaction() as tx:
                found = await queries.sign_in(tx, asked.email)
            if found is None:
                await receipts.attempt(row_id, _aside("no_reader"))
                return
            agent = found.agent
            async with tenant_transaction() as tx:
                about = AboutAgent(agent_id=agent.id, asked_at=asked.asked_at)
                href = await _href(tx, tenant, agent, "password", about)
        until = asked.asked_at + LIFETIMES["password"]
        with acting_for(tenant, agent.locale or asked.locale):
            letter = letters.forgotten(agent, tenant, href, until)
            await self._send(letter, agent, row_id)

    def telling(self, write: Told) -> Handler:
        async def tell(tenant_id: UUID, row_id: UUID, payload: Any) -> None:
            about = msgspec.convert(payload, AboutAgent, strict=False)
            tenant = await self._tenant_of(tenant_id)
            with acting_for(tenant):
                async with tenant_transaction() as tx:
                    agent = await _agent(tx, about.agent_id)
            with acting_for(tenant, agent.locale):
                letter = write(agent, tenant, about.asked_at)
                await self._send(letter, agent, row_id)

        return tell

    async def tell_seen(self, tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        about = msgspec.convert(payload, AboutSeeing, strict=False)
        tenant = await self._tenant_of(tenant_id)
        with acting_for(tenant):
            async with tenant_transaction() as tx:
                agent = await _agent(tx, about.seen_id)
                viewer = await _agent(tx, about.agent_id)
        with acting_for(tenant, agent.locale):
            letter = letters.seen_as(agent, tenant, viewer.display_name, about.at)
            await self._send(letter, agent, row_id)

    async def _send(self, letter: Letter, agent: Agent, row_id: UUID) -> None:
        message = _message(letter, agent, row_id)
        await receipts.attempt(row_id, lambda: self._deliver(message), agent.email)


async def _overtaken(about: AboutAgent) -> bool:
    # A later invitation has a mail of its own.
    async with tenant_transaction() as tx:
        return await links.invited_at(tx, about.agent_id) != about.asked_at


def _aside(reason: Reason) -> Callable[[], Awaitable[None]]:
    async def set_aside() -> None:
        raise SetAsideError(reason)

    return set_aside


async def _agent(tx: Transaction, agent_id: UUID) -> Agent:
    found = await queries.find(tx, agent_id)
    if found is None:
        raise LookupError("a mail to an agent who is not there")
    return found


async def _inviter(tx: Transaction, agent_id: UUID) -> str:
    last = await history.last_of_subject(tx, "agent", agent_id)
    return (last.actor_label or "") if last and last.actor_kind == "agent" else ""


async def _href(
    tx: Transaction, tenant: Tenant, agent: Agent, purpose: Purpose, about: AboutAgent
) -> str:
    secret = await link_for(tx, agent.id, purpose, about.asked_at)
    return f"{tenant.public_url}/{PATHS[purpose]}/{secret}"


def _message(letter: Letter, agent: Agent, row_id: UUID) -> Message:
    # The same row sent twice keeps its id: mail servers and readers drop the second.
    return Message(
        to=agent.email,
        subject=letter.subject,
        text=letter.text(),
        html=letter.html(),
        message_id=str(row_id),
    )
