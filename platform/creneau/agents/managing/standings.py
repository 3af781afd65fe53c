"""Who asks, and whether they may: read anew in the transaction of the change, after its lock."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

from creneau_infra.postgres.errors import REFUSED

from creneau.agents.managing import queries
from creneau.agents.managing.errors import LastAdministrator, MoreThanOwn
from creneau.agents.managing.rules import gives_too_much
from creneau.agents.managing.schemas import Colleague
from creneau.agents.standing import Standing, standing_of
from creneau.context import Actor
from creneau.database import Transaction
from creneau.refusals import NotAllowed, NotFound
from creneau.roles.covering import covers

RIGHT: Final = "agent:update"
GUARD: Final = "last_administrator"


@asynccontextmanager
async def keeping_an_administrator() -> AsyncGenerator[None, None]:
    """Say in our own words what the database's guard refuses: `LastAdministrator`."""
    try:
        yield
    except REFUSED as error:
        if getattr(error, "constraint_name", None) == GUARD:
            raise LastAdministrator from error
        raise


async def asking(tx: Transaction, actor: Actor) -> Standing | None:
    """Read where whoever asks stands now; None: the system, which may everything.

    Raises:
        NotAllowed: They hold the right nowhere, any more or at all.
    """
    await queries.lock_administrators(tx)
    if actor.kind == "system":
        return None
    if actor.kind != "agent" or actor.id is None:
        raise NotAllowed
    standing = await standing_of(tx, actor.id)
    if not standing.rights.can(RIGHT):
        raise NotAllowed
    return standing


def shares(asker: Standing | None, other: Standing) -> bool:
    """Tell whether the right is held in an organisation of somebody else."""
    return (
        asker is None
        or asker.rights.everywhere(RIGHT)
        or not other.organisation_ids.isdisjoint(asker.rights.organisations(RIGHT))
    )


async def reached(
    tx: Transaction, asker: Standing | None, agent_id: UUID
) -> tuple[Colleague, Standing]:
    """Read a colleague whom the asker may change.

    Raises:
        NotFound: There is no such agent here, or they were removed.
        NotAllowed: The asker administers none of their organisations.
    """
    found = await queries.colleague(tx, agent_id)
    if found is None:
        raise NotFound
    other = await standing_of(tx, agent_id)
    if not shares(asker, other):
        raise NotAllowed
    return found, other


def require_whole(asker: Standing | None, other: Standing, *, covering: bool = False) -> None:
    """Refuse what concerns the whole agent to whoever administers a part of their organisations.

    Raises:
        NotAllowed: One of them is not the asker's; or, with `covering`, they hold more rights.
    """
    if asker is None:
        return
    if not asker.manages(RIGHT, other) or (covering and not covers(asker.rights, other.rights)):
        raise NotAllowed


async def require_gift(
    tx: Transaction, asker: Standing | None, before: Standing, agent_id: UUID
) -> None:
    """Refuse, after the change, what gave somebody more than the giver holds: `MoreThanOwn`."""
    if asker is None:
        return
    after = await standing_of(tx, agent_id)
    if gives_too_much(asker.rights, before.rights, after.rights):
        raise MoreThanOwn
