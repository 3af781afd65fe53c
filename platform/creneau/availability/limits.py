"""Whose time is offered to whom: the limits of plugins, asked where a motive has one (S-02, S-12)."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec

from creneau.availability.schemas import Asking, SlotQuery
from creneau.contributions import Limited
from creneau.database import Transaction
from creneau.motives.schemas import Motive
from creneau.plugins import active

NOBODY: Final = UUID(int=0)
UNLIMITED: Final = Limited()


def is_limited(motive: Motive) -> bool:
    """Tell whether a plugin limits whose time a motive offers."""
    return any(limit.concerns(motive) for limit in active().slot_limits())


async def limited(tx: Transaction, motive: Motive, asking: Asking) -> Limited:
    """Say whose time is offered to who asks, by all limits together.

    Raises:
        PersonFirst: who asks must be known before.
        StepFirst: a question must be answered before.
        NothingOffered: nobody's time is.
    """
    if asking.unbound:
        return UNLIMITED
    found = Limited(resource_ids=asking.among) if asking.among else UNLIMITED
    for limit in active().slot_limits():
        if limit.concerns(motive):
            found = _both(found, await limit.limited(tx, motive, asking))
    return found


def _both(one: Limited, other: Limited) -> Limited:
    notes = [note for note in (one.note, other.note) if note]
    return Limited(
        resource_ids=among(one.resource_ids, other.resource_ids),
        note=" ".join(notes),
        note_href=one.note_href or other.note_href,
    )


def among(one: Sequence[UUID] | None, other: Sequence[UUID] | None) -> Sequence[UUID] | None:
    """Name who is in both; None: everybody. Where nobody is, it names nobody, and not everybody."""
    if one is None or other is None:
        return other if one is None else one
    return [resource for resource in one if resource in other] or [NOBODY]


async def within(tx: Transaction, motive: Motive, query: SlotQuery) -> SlotQuery:
    """Narrow a search to whose time is offered to who asks; raises what `limited` raises."""
    if query.for_agents:
        return query
    found = await limited(tx, motive, query.asking)
    if found.resource_ids is None:
        return query
    asked = query.resource_ids or None
    kept = among(found.resource_ids or [NOBODY], asked) or ()
    return msgspec.structs.replace(query, resource_ids=kept)
