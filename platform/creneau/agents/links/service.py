"""Invitations and passwords: what reaches an agent by mail, and what the agent makes of it.

A link is good once: the mail holds its secret, the database a digest.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import msgspec
from creneau_infra.clock import now as clock_now
from creneau_infra.tokens import digest, new_token

from creneau.agents import passwords
from creneau.agents import queries as agents
from creneau.agents.links import queries
from creneau.agents.links.errors import (
    InvitationExpired,
    InvitationUsed,
    LinkUnknown,
    PasswordWrong,
    ResetExpired,
    ResetUsed,
)
from creneau.agents.links.schemas import (
    AboutAgent,
    Forgotten,
    FoundLink,
    Joining,
    Opened,
    Purpose,
)
from creneau.agents.mailing import write_to
from creneau.agents.rules import LONGEST_PASSWORD, check_password
from creneau.agents.schemas import Agent
from creneau.context import Actor, current_tenant
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.i18n import current_locale
from creneau.i18n import gettext as _
from creneau.refusals import NotFound
from creneau.validation import Checked

INVITATION: Final = "mail.agent_invitation"
FORGOTTEN: Final = "mail.agent_forgotten"
PASSWORD_CHANGED: Final = "mail.agent_password_changed"  # noqa: S105 - the name of a mail

LIFETIMES: Final = {"invitation": timedelta(days=7), "password": timedelta(hours=1)}
"""How long a link is good, from when it was asked for."""

REFUSALS: Final = {
    "invitation": (InvitationUsed, InvitationExpired),
    "password": (ResetUsed, ResetExpired),
}


async def invite_in(tx: Transaction, agent_id: UUID) -> None:
    """Have an invitation mailed to an agent who has not joined; earlier links end (C-03).

    Raises:
        NotFound: There is no such agent, or they have joined.
    """
    moment = clock_now()
    if not await queries.set_invited(tx, agent_id, moment):
        raise NotFound
    await queries.expire_all(tx, agent_id, moment)
    about = AboutAgent(agent_id=agent_id, asked_at=moment)
    await write_to(
        tx, agent_id, INVITATION, about, key=f"invitation:{agent_id}:{moment.isoformat()}"
    )


async def link_for(tx: Transaction, agent_id: UUID, purpose: Purpose, asked_at: datetime) -> str:
    """Make a link's secret for a mail that is being written; several mails may be under way."""
    secret = new_token()
    expires_at = asked_at + LIFETIMES[purpose]
    await queries.insert(tx, agent_id, purpose, digest(secret), expires_at)
    return secret


async def opened(secret: str, purpose: Purpose) -> Opened:
    """Tell whom a link was sent to; opening it changes nothing.

    Raises:
        LinkUnknown: It is none of ours.
        Refusal: It was used, or is too old: an error of its own for each purpose.
    """
    async with tenant_transaction() as tx:
        return await _opened(tx, secret, purpose)


async def _opened(tx: Transaction, secret: str, purpose: Purpose) -> Opened:
    found = await queries.by_digest(tx, purpose, digest(secret))
    agent = await agents.find(tx, found.agent_id) if found else None
    if found is None or agent is None:
        raise LinkUnknown
    _check(found, agent, purpose)
    return Opened(link_id=found.id, agent=agent)


def _check(found: FoundLink, agent: Agent, purpose: Purpose) -> None:
    used, expired = REFUSALS[purpose]
    if found.used_at is not None:
        raise used
    wanted = "invited" if purpose == "invitation" else "active"
    if found.expires_at <= clock_now() or agent.state != wanted:
        raise expired


async def join(secret: str, typed: Joining) -> Agent:
    """Accept an invitation: the agent is active, under the name and password that they gave (C-03).

    Raises:
        InvalidInput: A field cannot be used.
        Refusal: As `opened`.
    """
    before = await opened(secret, "invitation")
    clean = _checked(typed, before.agent)
    kept = await asyncio.to_thread(passwords.hashed, clean.password)
    async with tenant_transaction() as tx:
        agent = (await _opened(tx, secret, "invitation")).agent
        await queries.join(tx, agent.id, clean.first_name, clean.last_name, kept)
        await queries.name_resource(tx, agent.id, f"{clean.first_name} {clean.last_name}")
        await queries.use_all(tx, agent.id, "invitation", clock_now())
        await history.record(tx, Actor("agent", agent.id), "agent.joined", "agent", agent.id)
        return await _found(tx, agent.id)


def _checked(typed: Joining, agent: Agent) -> Joining:
    check = Checked()
    clean = msgspec.structs.replace(
        typed,
        first_name=check.line(
            "first_name", typed.first_name, needed=_("Écrivez votre prénom."), longest=100
        ),
        last_name=check.line(
            "last_name", typed.last_name, needed=_("Écrivez votre nom."), longest=100
        ),
    )
    check_password(check, "password", typed.password, _known_of(agent))
    check.refuse_if_wrong()
    return clean


def _known_of(agent: Agent) -> list[str]:
    return [agent.email, current_tenant.get().name]


async def _found(tx: Transaction, agent_id: UUID) -> Agent:
    found = await agents.find(tx, agent_id)
    if found is None:
        raise NotFound
    return found


async def forgotten(email: str) -> None:
    """Have a link mailed if the address is an active agent's.

    The same is written for every address; whose it is, is looked up by the job, so that neither
    the answer nor its time tells. The caller throttles.
    """
    async with tenant_transaction() as tx:
        told = Forgotten(email=email, locale=current_locale.get(), asked_at=clock_now())
        await write_to(tx, None, FORGOTTEN, told, key=f"forgotten:{uuid4()}", lane="prompt")


async def reset_password(secret: str, password: str) -> Agent:
    """Choose another password with a mailed link; every session ends, and the agent is told (T-07).

    Raises:
        InvalidInput: The password cannot be used; the field is `password`.
        Refusal: As `opened`.
    """
    before = await opened(secret, "password")
    kept = await _hashed(before.agent, password)
    async with tenant_transaction() as tx:
        agent = (await _opened(tx, secret, "password")).agent
        await queries.use_all(tx, agent.id, "password", clock_now())
        await _set_password(tx, agent, kept, but=None)
    return agent


async def change_password(agent: Agent, present: str, password: str, session_id: UUID) -> None:
    """Choose another password with the present one; all other sessions end (T-07).

    The caller throttles.

    Raises:
        PasswordWrong: The present one is another.
        InvalidInput: The new one cannot be used; the field is `password`.
    """
    async with tenant_transaction() as tx:
        known = await queries.password_hash(tx, agent.id)
    if not await asyncio.to_thread(passwords.matches, known, present[: LONGEST_PASSWORD + 1]):
        raise PasswordWrong
    kept = await _hashed(agent, password)
    async with tenant_transaction() as tx:
        await _set_password(tx, agent, kept, but=session_id)


async def _hashed(agent: Agent, password: str) -> str:
    check = Checked()
    check_password(check, "password", password, _known_of(agent))
    check.refuse_if_wrong()
    return await asyncio.to_thread(passwords.hashed, password)


async def _set_password(tx: Transaction, agent: Agent, kept: str, *, but: UUID | None) -> None:
    moment = clock_now()
    await agents.set_password_hash(tx, agent.id, kept)
    await queries.expire_all(tx, agent.id, moment)
    await queries.end_sessions(tx, agent.id, moment, but=but)
    actor = Actor("agent", agent.id)
    await history.record(tx, actor, "agent.password_changed", "agent", agent.id)
    about = AboutAgent(agent_id=agent.id, asked_at=moment)
    await write_to(
        tx, agent.id, PASSWORD_CHANGED, about, key=f"password:{agent.id}:{moment.isoformat()}"
    )
