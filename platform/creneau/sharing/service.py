"""Finding what a short address leads to (C-46)."""

from creneau.database import tenant_transaction
from creneau.refusals import NotFound
from creneau.sharing import queries
from creneau.sharing.rules import ending_of
from creneau.sharing.schemas import Shared


async def named(typed: str) -> Shared:
    """Find what a short name stands for, however it was typed.

    Raises:
        NotFound: Nothing of this tenant has that name.
    """
    ending = ending_of(typed)
    if ending is None:
        raise NotFound
    async with tenant_transaction() as tx:
        found = await queries.ending_in(tx, ending)
    if found is None:
        raise NotFound
    return found
