"""What plugins tell of a person, read in one transaction."""

from collections.abc import Mapping, Sequence

import msgspec
from creneau.contributions import PersonAction, PersonContext, PersonFields, PersonSection
from creneau.database import tenant_transaction


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


async def values_of(
    groups: Sequence[PersonFields], context: PersonContext
) -> list[Mapping[str, str]]:
    """Read what is kept in some groups of fields."""
    async with tenant_transaction() as tx:
        return [await one.values(tx, context) for one in groups]
