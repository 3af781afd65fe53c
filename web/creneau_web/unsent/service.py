"""Forms that were sent after the session’s end: kept for their agent, and shown again, never sent.

A form is kept with the ended session that its browser still names, sealed, for half an hour; only
the agent of that session gets it back. So nobody else keeps anything here, and reads nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec
from creneau.database import tenant_transaction
from creneau_infra.clock import now
from creneau_infra.sealing import SealBrokenError, seal, unseal
from creneau_infra.tokens import digest

from creneau_web.unsent import queries
from creneau_web.unsent.schemas import Kept, Unsent

LASTING: Final = timedelta(minutes=30)
LASTING_AFTER_LEAVING: Final = timedelta(minutes=10)
"""Whoever signed out may have left a computer that others use."""

MOST: Final = 100_000
"""Characters; what is longer is a file pasted into a field, and the browser still has it."""

Values = Mapping[str, Sequence[str]]


async def keep(
    secret: str, page: str, action: str, values: Values, lasting: timedelta = LASTING
) -> bool:
    """Keep a form for the agent whose ended session has this secret; tells whether there is one."""
    text = msgspec.json.encode(values).decode()
    if len(text) > MOST:
        return False
    moment = now()
    kept = Kept(page=page, action=action, until=moment + lasting, sealed=seal(text).decode())
    async with tenant_transaction() as tx:
        return await queries.keep(tx, digest(secret), kept, moment)


async def take(secret: str, agent_id: UUID, page: str) -> Unsent | None:
    """Give what an agent typed on a page before their session ended, once; None: nothing."""
    async with tenant_transaction() as tx:
        kept = await queries.read(tx, digest(secret), agent_id, now())
        if kept is None or kept.page != page:
            return None
        await queries.forget(tx, digest(secret), now())
    return _opened(kept) if kept.until > now() else None


def _opened(kept: Kept) -> Unsent | None:
    try:
        text = unseal(kept.sealed.encode())
    except SealBrokenError:
        return None
    return Unsent(action=kept.action, values=msgspec.json.decode(text, type=dict[str, list[str]]))
