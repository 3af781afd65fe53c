"""Deciding where one may wait, and how long an offer is held."""

from typing import Final
from uuid import UUID

from creneau.context import Actor, current_tenant
from creneau.database import tenant_transaction
from creneau.history.queries import record
from creneau.i18n import gettext as _
from creneau.refusals import InvalidInput
from creneau.waiting import queries
from creneau.waiting.schemas import WaitingRule

OFFER_MINUTES: Final = range(15, 7 * 24 * 60 + 1)


async def set_rule(motive_id: UUID | None, rule: WaitingRule, actor: Actor) -> None:
    """Set the rule of a motive, or (without one) of the tenant for all that have none.

    Raises:
        InvalidInput: An offer would be held for less than 15 minutes or more than a week.
    """
    if rule.offer_minutes not in OFFER_MINUTES:
        raise InvalidInput({"offer_minutes": _("Choisissez entre 15 minutes et 7 jours.")})
    async with tenant_transaction() as tx:
        await queries.set_rule(tx, motive_id, rule)
        subject = ("motive", motive_id) if motive_id else ("tenant", current_tenant.get().id)
        await record(tx, actor, "waiting.rule_set", *subject)
