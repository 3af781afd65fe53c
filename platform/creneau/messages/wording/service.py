"""A tenant's own texts: read with a message, written on their page (C-80)."""

from collections.abc import Sequence
from uuid import UUID, uuid5

import msgspec

from creneau.context import Actor, current_tenant
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.history.rules import changed_fields
from creneau.messages.wording import queries
from creneau.messages.wording.rules import checked_wording, chosen
from creneau.messages.wording.schemas import FIELDS, OwnWording, Wording, WordingKey
from creneau.refusals import ChangedMeanwhile

SUBJECT_KIND = "message_wording"


async def own(motive_id: UUID | None) -> Sequence[OwnWording]:
    """Give the tenant's texts for every motive, and those of one."""
    async with tenant_transaction() as tx:
        return await queries.own(tx, motive_id)


async def own_in(tx: Transaction, motive_id: UUID) -> Sequence[OwnWording]:
    """Give the same in the caller's transaction."""
    return await queries.own(tx, motive_id)


async def motives_with_own() -> set[UUID]:
    """Tell which motives have texts of their own."""
    async with tenant_transaction() as tx:
        return await queries.motives_with_own(tx)


async def save(
    key: WordingKey, typed: Wording, above: Wording, version: str, actor: Actor
) -> Sequence[str]:
    """Keep texts, and name the fields that changed; `version` is empty where nothing was written.

    `above` is what counts without them: a text that says the same, or nothing, is not kept, and
    follows what is above.

    Raises:
        InvalidInput: With a sentence for each text that cannot be used.
        ChangedMeanwhile: Somebody else saved since.
    """
    clean = checked_wording(key.message, typed)
    # Cleaned alike: a form gives no-break spaces back as plain ones.
    same = checked_wording(key.message, above)
    kept = Wording(
        **{
            name: "" if getattr(clean, name) == getattr(same, name) else getattr(clean, name)
            for name in FIELDS
        }
    )
    async with tenant_transaction() as tx:
        before = await _before(tx, key)
        if not await _write(tx, key, kept, version):
            raise ChangedMeanwhile(chosen(await queries.own(tx, key.motive_id), key, above))
        changed = changed_fields(before or Wording(), kept, FIELDS)
        if changed:
            await _record(tx, key, changed, actor)
    return changed


async def reset(key: WordingKey, version: str, actor: Actor) -> None:
    """Go back to the texts of above.

    Raises:
        ChangedMeanwhile: Somebody else saved since.
    """
    async with tenant_transaction() as tx:
        before = await _before(tx, key)
        if before is None:
            return
        if not await queries.delete(tx, key, version):
            raise ChangedMeanwhile(before)
        await _record(tx, key, changed_fields(before, Wording(), FIELDS), actor)


def history_id(key: WordingKey) -> UUID:
    """Name a message's texts in the history, whether there are any or not."""
    return uuid5(current_tenant.get().id, f"{key.motive_id}:{key.message}:{key.locale}")


async def _before(tx: Transaction, key: WordingKey) -> OwnWording | None:
    return next((one for one in await queries.own(tx, key.motive_id) if one.key == key), None)


async def _write(tx: Transaction, key: WordingKey, kept: Wording, version: str) -> bool:
    nothing = kept == Wording()
    if not version:
        if nothing:
            return await _before(tx, key) is None
        return await queries.insert(tx, key, kept)
    if nothing:
        return await queries.delete(tx, key, version)
    return await queries.update(tx, key, kept, version)


async def _record(tx: Transaction, key: WordingKey, changed: Sequence[str], actor: Actor) -> None:
    details = {"changed": changed, **msgspec.to_builtins(key)}
    await history.record(tx, actor, "wording.changed", SUBJECT_KIND, history_id(key), details)
