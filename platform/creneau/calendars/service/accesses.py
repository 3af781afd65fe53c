"""Ways into a calendar: made, shown once, renewed, ended."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from creneau_infra import clock
from creneau_infra.tokens import digest, new_token

from creneau.calendars.errors import TooManyAccesses
from creneau.calendars.queries import accesses as queries
from creneau.calendars.rules import MOST_ACCESSES, checked_access, new_password
from creneau.calendars.schemas import Access, AccessDraft, AccessKind, Owner
from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history.queries import record
from creneau.i18n import current_locale
from creneau.refusals import NotFound


async def accesses_of(owner: Owner) -> list[Access]:
    """List the living ways into a calendar, the oldest first."""
    async with tenant_transaction() as tx:
        return await queries.living(tx, owner)


async def make(owner: Owner, draft: AccessDraft, actor: Actor) -> str:
    """Make a way into a calendar, in the current language, and give its secret, shown once (C-83).

    Raises:
        InvalidInput: It has no name, or one that is taken.
        TooManyAccesses: There are ten already.
    """
    secret = _secret(draft.kind)
    async with tenant_transaction() as tx:
        await queries.lock_owner(tx, owner)
        known = await queries.living(tx, owner)
        clean = checked_access(draft, _names(known))
        if len(known) >= MOST_ACCESSES:
            raise TooManyAccesses(most=MOST_ACCESSES)
        made = await queries.add(tx, owner, clean, current_locale.get(), digest(secret))
        await _note(tx, actor, "made", made)
    return secret


def _secret(kind: AccessKind) -> str:
    return new_token() if kind == "address" else new_password()


def _names(known: Sequence[Access]) -> set[str]:
    return {one.name.casefold() for one in known}


async def renew(owner: Owner, access_id: UUID, actor: Actor) -> tuple[Access, str]:
    """Give a living access another secret, shown once; what reads by the old one is told so.

    Raises:
        NotFound: The owner has no such access, or it has ended.
    """
    async with tenant_transaction() as tx:
        access = await _living(tx, owner, access_id)
        secret = _secret(access.kind)
        if not await queries.replace_digest(tx, owner, access_id, uuid4(), digest(secret)):
            raise NotFound
        await _note(tx, actor, "renewed", access_id)
    return access, secret


async def end(owner: Owner, access_id: UUID, actor: Actor) -> Access:
    """End an access at once; whoever ends it twice, as by a double click, has ended it.

    Raises:
        NotFound: The owner has no such access.
    """
    async with tenant_transaction() as tx:
        access = await queries.find(tx, owner, access_id)
        if access is None:
            raise NotFound
        if await queries.end(tx, owner, access_id, clock.now()):
            await _note(tx, actor, "ended", access_id)
    return access


async def _living(tx: Transaction, owner: Owner, access_id: UUID) -> Access:
    found = [one for one in await queries.living(tx, owner) if one.id == access_id]
    if not found:
        raise NotFound
    return found[0]


async def _note(tx: Transaction, actor: Actor, what: str, access_id: UUID) -> None:
    await record(tx, actor, f"calendar_access.{what}", "calendar_access", access_id)
