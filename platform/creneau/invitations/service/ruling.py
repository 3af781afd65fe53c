"""Deciding when whoever has not booked is reminded."""

from typing import Final

from creneau.context import Actor, current_tenant
from creneau.database import tenant_transaction
from creneau.history.queries import record
from creneau.history.rules import changed_fields
from creneau.invitations import queries
from creneau.invitations.schemas import InvitationRule
from creneau.refusals import ChangedMeanwhile
from creneau.validation import Checked

FIELDS: Final = InvitationRule.__struct_fields__
MOST_DAYS: Final = 60
LONGEST_VALID: Final = 365


async def rule() -> InvitationRule:
    """Read when the tenant reminds, and how long its invitations are good for."""
    async with tenant_transaction() as tx:
        return await queries.rule(tx)


async def set_rule(wanted: InvitationRule, actor: Actor, *, seen: InvitationRule) -> None:
    """Set when the tenant reminds; invitations that were sent keep the day that they were sent with.

    `seen` is the rule that the form was made from.

    Raises:
        InvalidInput: A number of days is out of bounds.
        ChangedMeanwhile: Somebody else has set it since.
    """
    check = Checked()
    check.between("remind_after_days", wanted.remind_after_days, 1, MOST_DAYS)
    check.between("valid_days", wanted.valid_days, 1, LONGEST_VALID)
    check.refuse_if_wrong()
    async with tenant_transaction() as tx:
        await queries.lock_rule(tx)
        before = await queries.rule(tx)
        if before != seen:
            raise ChangedMeanwhile(before)
        if wanted == before:
            return
        await queries.set_rule(tx, wanted)
        changed = {"changed": changed_fields(before, wanted, FIELDS)}
        await record(tx, actor, "invitation.rule_set", "tenant", current_tenant.get().id, changed)
