"""Allowing sites to show the booking, and taking that back (C-47)."""

from typing import Final

from creneau.context import Actor
from creneau.database import tenant_transaction
from creneau.embedding import queries
from creneau.embedding.rules import origin_of
from creneau.history import queries as history
from creneau.i18n import gettext as _
from creneau.refusals import InvalidInput, NotFound

MOST: Final = 20


async def origins() -> list[str]:
    """List the sites that may show the booking, by name."""
    async with tenant_transaction() as tx:
        return await queries.origins(tx)


async def allow(typed: str, actor: Actor) -> str:
    """Let a site show the booking, however its address was pasted; gives its origin.

    Raises:
        InvalidInput: It is no address of a site, is allowed already, or is one too many.
    """
    origin = origin_of(typed)
    if origin is None:
        sentence = _("Écrivez l’adresse du site, comme https://www.votre-ville.fr.")
        raise InvalidInput({"origin": sentence})
    async with tenant_transaction() as tx:
        added = await queries.add(tx, origin, MOST)
        if added is None:
            known = origin in await queries.origins(tx)
            sentence = (
                _("Ce site est déjà autorisé.")
                if known
                else _("Vingt sites au plus peuvent être autorisés. Retirez-en un d’abord.")
            )
            raise InvalidInput({"origin": sentence})
        await history.record(tx, actor, "embedding.allowed", "embedding", added)
    return origin


async def withdraw(origin: str, actor: Actor) -> None:
    """No longer let a site show the booking: its browsers refuse from the next load on.

    Raises:
        NotFound: The site is not allowed here.
    """
    async with tenant_transaction() as tx:
        removed = await queries.remove(tx, origin)
        if removed is None:
            raise NotFound
        await history.record(tx, actor, "embedding.withdrawn", "embedding", removed)
