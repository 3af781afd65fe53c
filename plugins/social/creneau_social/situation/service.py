"""What social services know of a person: chosen by the territory, sealed at rest, reads noted (S-09)."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from uuid import UUID, uuid5

import msgspec
from creneau.context import Actor, current_tenant
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.refusals import ChangedMeanwhile
from creneau.sealing import SealBrokenError, seal, unseal

from creneau_social.situation import queries, rules
from creneau_social.situation.errors import SituationSealed
from creneau_social.situation.schemas import Reading, ReadingsWanted, Setting

SUBJECT = "social_situation"


async def setting() -> Setting:
    """Say which facts about persons the territory works with."""
    async with tenant_transaction() as tx:
        return await setting_in(tx)


async def setting_in(tx: Transaction) -> Setting:
    """Say it inside a transaction."""
    return await queries.setting(tx) or Setting(fields=rules.USUAL)


async def choose(fields: Collection[str], version: str, actor: Actor) -> frozenset[str]:
    """Choose which facts are in use, and give those that were; what was typed stays, hidden.

    Raises:
        ChangedMeanwhile: Somebody else chose since `version`; it carries what stands now.
    """
    wanted = [name for name in rules.LABELS if name in fields]
    async with tenant_transaction() as tx:
        before = await setting_in(tx)
        if before.version != version or not await queries.keep_setting(tx, wanted, version):
            raise ChangedMeanwhile(saved=await setting_in(tx))
        if before.fields != frozenset(wanted):
            itself = uuid5(current_tenant.get().id, SUBJECT)
            details = {"fields": wanted}
            await history.record(tx, actor, "social.fields_chosen", SUBJECT, itself, details)
    return before.fields


async def note_list(tx: Transaction, agent_id: UUID, facts: Collection[str], persons: int) -> None:
    """Write into the history that an agent has read facts in a list of so many persons (S-09)."""
    itself = uuid5(current_tenant.get().id, SUBJECT)
    details = {"fields": sorted(facts), "persons": persons}
    await history.record(tx, Actor("agent", agent_id), "social.list_read", SUBJECT, itself, details)


async def situation_in(tx: Transaction, person_id: UUID) -> dict[str, str]:
    """Read all that is kept of a person, in use or not.

    Raises:
        SituationSealed: No key opens it.
    """
    sealed = await queries.told(tx, person_id)
    if sealed is None:
        return {}
    try:
        return msgspec.json.decode(unseal(sealed), type=dict[str, str])
    except SealBrokenError as error:
        raise SituationSealed from error


async def used_in(tx: Transaction, person_id: UUID) -> dict[str, str]:
    """Read what is kept of a person in the fields in use; raises `SituationSealed`."""
    used = (await setting_in(tx)).fields
    kept = await situation_in(tx, person_id)
    return {name: kept.get(name, "") for name in rules.BY_NAME if name in used}


async def keep_in(tx: Transaction, person_id: UUID, values: Mapping[str, str]) -> None:
    """Keep checked values; what stands in other fields stays. Raises `SituationSealed`."""
    kept = {**await situation_in(tx, person_id), **rules.clean(values)}
    told = {name: value for name, value in kept.items() if value}
    if told:
        await queries.keep(tx, person_id, seal(msgspec.json.encode(told).decode()))
    else:
        await queries.forget(tx, person_id)


async def note(person_id: UUID, agent_id: UUID, fields: Sequence[str]) -> None:
    """Note that an agent has read some facts of a person; once in ten minutes."""
    async with tenant_transaction() as tx:
        await queries.note(tx, person_id, agent_id, fields)


async def count_readings(wanted: ReadingsWanted) -> int:
    """Count the readings that are asked for."""
    async with tenant_transaction() as tx:
        return await queries.count_readings(tx, wanted)


async def readings(wanted: ReadingsWanted, most: int, skipped: int = 0) -> list[Reading]:
    """List who has read what of a person, the latest first as a rule."""
    async with tenant_transaction() as tx:
        return await queries.readings(tx, wanted, most, skipped)


async def each_reading(
    wanted: ReadingsWanted, sink: Callable[[Sequence[Reading]], Awaitable[None]], at_once: int
) -> None:
    """Hand all of them to a sink, so many at a time."""
    async with tenant_transaction() as tx:
        await queries.each_reading(tx, wanted, sink, at_once)


async def readers(person_id: UUID) -> list[tuple[UUID, str]]:
    """List who has read something of a person."""
    async with tenant_transaction() as tx:
        return await queries.readers(tx, person_id)
