"""What plugins tell of a person, read in one transaction."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import msgspec
from creneau.contributions import (
    Fact,
    Field,
    PersonAction,
    PersonContext,
    PersonFacts,
    PersonFields,
    PersonSection,
)
from creneau.database import Transaction, tenant_transaction
from creneau.people.rules import version_of_values


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What sections show, by template, and the buttons that they bring."""

    sections: Sequence[tuple[str, Mapping[str, object]]]
    actions: Sequence[PersonAction]


async def told_by(sections: Sequence[PersonSection], context: PersonContext) -> Told:
    """Read what some sections show of a person; one with nothing to say is left out."""
    shown: list[tuple[str, Mapping[str, object]]] = []
    actions: list[PersonAction] = []
    async with tenant_transaction() as tx:
        for one in sections:
            data = await one.data(tx, context)
            shown += [] if data is None else [(one.template, data)]
            actions += await one.actions(tx, context)
    return Told(sections=shown, actions=actions)


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What a group of fields shows: the fields in use, what stands in them, and its version."""

    used: Sequence[Field]
    values: Mapping[str, str]
    seen: str


async def kept_in(
    groups: Sequence[PersonFields], context: PersonContext | None
) -> list[tuple[PersonFields, Kept]]:
    """Read what is kept in those groups that have fields in use; nothing for a new file."""
    async with tenant_transaction() as tx:
        found = [(one, await _kept_in(tx, one, context)) for one in groups]
    return [(group, kept) for group, kept in found if kept.used]


async def _kept_in(tx: Transaction, group: PersonFields, context: PersonContext | None) -> Kept:
    names = await group.used(tx)
    used = [one for one in group.fields if names is None or one.name in names]
    if context is None or not used:
        return Kept(used=used, values={}, seen="")
    seen = version_of_values(await group.kept(tx, context.person_id))
    return Kept(used=used, values=await group.values(tx, context), seen=seen)


async def rights_over(ruling: Sequence[PersonFacts]) -> dict[Fact, str | None]:
    """Say which right shows each fact that somebody rules over; None: it is shown to nobody."""
    rights: dict[Fact, str | None] = {}
    async with tenant_transaction() as tx:
        for one in ruling:
            rights.update(await one.rights(tx))
    return rights


async def note_list(
    ruling: Sequence[PersonFacts], agent_id: UUID, facts: Collection[Fact], persons: int
) -> None:
    """Have it noted which facts an agent has read in a list, and of how many persons."""
    async with tenant_transaction() as tx:
        for one in ruling:
            await one.listed(tx, agent_id, facts, persons)


async def note_reading(
    ruling: Sequence[PersonFacts], agent_id: UUID, facts: Mapping[UUID, Collection[Fact]]
) -> None:
    """Have it noted which facts an agent has read, by person."""
    async with tenant_transaction() as tx:
        for one in ruling:
            await one.read(tx, agent_id, facts)
