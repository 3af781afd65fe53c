"""The second factor of agents: set up, asked for, replaced, and reset by an administrator (T-07)."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from creneau_infra.clock import now as clock_now
from creneau_infra.sealing import seal, unseal
from creneau_infra.tokens import digest

from creneau.agents.links import queries as links
from creneau.agents.links.schemas import AboutAgent
from creneau.agents.mailing import write_to
from creneau.agents.second_factor import queries
from creneau.agents.second_factor.errors import FactorSetUp, FactorWrong, RecoveryWrong
from creneau.agents.second_factor.rules import (
    matching_step,
    new_recovery_codes,
    new_secret,
    plain_recovery_code,
)
from creneau.agents.second_factor.schemas import Factor, FactorState
from creneau.context import SYSTEM, Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history

FACTOR_RESET: Final = "mail.agent_factor_reset"
RECOVERY_USED: Final = "mail.agent_recovery_used"
TIME_TO_SET_UP: Final = timedelta(hours=1)
"""A secret that was shown and never confirmed is made anew after this."""


async def state_of(agent_id: UUID) -> FactorState:
    """Tell whether an agent has a second factor, and how many recovery codes are left."""
    async with tenant_transaction() as tx:
        return FactorState(
            set_up_at=await queries.confirmed_at(tx, agent_id),
            codes_left=await queries.codes_left(tx, agent_id),
        )


async def begin(agent_id: UUID) -> str:
    """Give the secret to set a second factor up with: the same one while it is being set up.

    Raises:
        FactorSetUp: There is one already.
    """
    async with tenant_transaction() as tx:
        kept = await queries.locked(tx, agent_id)
        if kept is not None and kept.confirmed_at is not None:
            raise FactorSetUp
        if kept is not None and clock_now() - kept.created_at < TIME_TO_SET_UP:
            return unseal(kept.secret)
        secret = new_secret()
        await queries.insert(tx, agent_id, seal(secret), clock_now())
        return secret


async def set_known(agent_id: UUID, secret: str) -> None:
    """Set a second factor up with a secret that is known elsewhere: for demonstrations and tests."""
    moment = clock_now()
    async with tenant_transaction() as tx:
        await queries.insert(tx, agent_id, seal(secret), moment)
        await queries.use_step(tx, agent_id, 0, moment)
        await history.record(tx, SYSTEM, "agent.factor_set_up", "agent", agent_id)


async def confirm(agent_id: UUID, typed: str) -> list[str]:
    """Set the second factor up with a first code, and give ten recovery codes, shown once.

    Raises:
        FactorSetUp: There is one already.
        FactorWrong: It is not the code of this moment; nothing is set up.
    """
    async with tenant_transaction() as tx:
        kept = await queries.locked(tx, agent_id)
        if kept is not None and kept.confirmed_at is not None:
            raise FactorSetUp
        await _use(tx, agent_id, kept, typed)
        await history.record(tx, Actor("agent", agent_id), "agent.factor_set_up", "agent", agent_id)
        return await _new_codes(tx, agent_id)


async def check(agent_id: UUID, typed: str) -> None:
    """Accept the code of this moment, once. The caller throttles.

    Raises:
        FactorWrong: It is another code, or was accepted before.
    """
    async with tenant_transaction() as tx:
        kept = await queries.locked(tx, agent_id)
        if kept is not None and kept.confirmed_at is None:
            raise FactorWrong
        await _use(tx, agent_id, kept, typed)


async def _use(tx: Transaction, agent_id: UUID, kept: Factor | None, typed: str) -> None:
    moment = clock_now()
    step = kept and matching_step(unseal(kept.secret), typed, moment, kept.last_step)
    if step is None:
        raise FactorWrong
    await queries.use_step(tx, agent_id, step, moment)


async def recover(agent_id: UUID, typed: str) -> None:
    """Accept a recovery code, once; the agent is told by mail. The caller throttles.

    Raises:
        RecoveryWrong: It is none of the agent's, or was used.
    """
    moment = clock_now()
    async with tenant_transaction() as tx:
        used = digest(plain_recovery_code(typed))
        if not await queries.use_code(tx, agent_id, used, moment):
            raise RecoveryWrong
        actor = Actor("agent", agent_id)
        await history.record(tx, actor, "agent.recovery_used", "agent", agent_id)
        about = AboutAgent(agent_id=agent_id, asked_at=moment)
        key = f"recovery:{agent_id}:{moment.isoformat()}"
        await write_to(tx, agent_id, RECOVERY_USED, about, key=key)


async def renew_codes(agent_id: UUID) -> list[str]:
    """Make ten other recovery codes, shown once; the old ones are good for nothing more.

    Raises:
        FactorWrong: There is no second factor.
    """
    async with tenant_transaction() as tx:
        if await queries.confirmed_at(tx, agent_id) is None:
            raise FactorWrong
        actor = Actor("agent", agent_id)
        await history.record(tx, actor, "agent.recovery_renewed", "agent", agent_id)
        return await _new_codes(tx, agent_id)


async def _new_codes(tx: Transaction, agent_id: UUID) -> list[str]:
    codes = new_recovery_codes()
    await queries.replace_codes(tx, agent_id, [digest(code) for code in codes])
    return codes


async def drop(agent_id: UUID, typed: str) -> None:
    """Let an agent's own factor go, with a code of it: another telephone comes in its place.

    Raises:
        FactorWrong: It is another code, or was accepted before.
    """
    await check(agent_id, typed)
    async with tenant_transaction() as tx:
        await queries.delete(tx, agent_id)
        await history.record(
            tx, Actor("agent", agent_id), "agent.factor_dropped", "agent", agent_id
        )


async def reset_in(tx: Transaction, agent_id: UUID, actor: Actor) -> None:
    """Take a colleague's factor away and end their sessions; traced, and told by mail."""
    moment = clock_now()
    await queries.delete(tx, agent_id)
    await links.end_sessions(tx, agent_id, moment)
    await history.record(tx, actor, "agent.factor_reset", "agent", agent_id)
    about = AboutAgent(agent_id=agent_id, asked_at=moment)
    await write_to(tx, agent_id, FACTOR_RESET, about, key=f"factor:{agent_id}:{moment.isoformat()}")
