"""Deciding where one may wait, and how long an offer is held."""

from typing import Final
from uuid import UUID

from creneau.context import Actor, current_tenant
from creneau.database import tenant_transaction
from creneau.history.queries import record
from creneau.history.rules import changed_fields
from creneau.i18n import gettext as _
from creneau.refusals import ChangedMeanwhile, InvalidInput
from creneau.waiting import queries
from creneau.waiting.events import time_freed
from creneau.waiting.schemas import WaitingRule

OFFER_MINUTES: Final = range(15, 7 * 24 * 60 + 1)
FIELDS: Final = WaitingRule.__struct_fields__


async def rule(motive_id: UUID) -> WaitingRule:
    """Read what counts for a motive: its own rule, the tenant's, or what everybody begins with."""
    async with tenant_transaction() as tx:
        return await queries.rule_of(tx, motive_id)


async def number_waiting(motive_id: UUID) -> int:
    """Count who waits for a motive, with or without an offer."""
    async with tenant_transaction() as tx:
        return await queries.number_waiting(tx, motive_id)


async def set_rule(
    motive_id: UUID | None, wanted: WaitingRule, actor: Actor, *, seen: WaitingRule | None = None
) -> None:
    """Set the rule of a motive, or (without one) of the tenant for all that have none.

    While a line is closed nobody joins it and nothing is offered in it; whoever stands in it keeps
    their place, and an offer that was made stays open. `seen` is the rule that the form was made from.

    Raises:
        InvalidInput: An offer would be held for less than 15 minutes or more than a week.
        ChangedMeanwhile: Somebody else has set it since.
    """
    if wanted.offer_minutes not in OFFER_MINUTES:
        raise InvalidInput({"offer_minutes": _("Choisissez entre 15 minutes et 7 jours.")})
    async with tenant_transaction() as tx:
        await queries.lock_line(tx)
        before = await queries.rule_of(tx, motive_id)
        if seen is not None and before != seen:
            raise ChangedMeanwhile(before)
        if wanted == before:
            return
        await queries.set_rule(tx, motive_id, wanted)
        if wanted.open and not before.open:
            await time_freed(tx)
        subject = ("motive", motive_id) if motive_id else ("tenant", current_tenant.get().id)
        changed = {"changed": changed_fields(before, wanted, FIELDS)}
        await record(tx, actor, "waiting.rule_set", *subject, changed)
