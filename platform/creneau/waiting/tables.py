"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import UUID, Boolean, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table


class WaitingRule(Table, tablename="waiting_rule"):
    """Whether one may wait for a motive, and how long an offer is held."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    motive_id = UUID(null=True, default=None)
    open = Boolean(null=False)
    offer_minutes = Integer(null=False)


class WaitingEntry(Table, tablename="waiting_entry"):
    """Somebody who waits for an earlier slot (C-28)."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    person_id = UUID(null=False, default=None)
    motive_id = UUID(null=False, default=None)
    place_id = UUID(null=True, default=None)
    wanted_before = Timestamptz(null=True, default=None)
    state = Text(null=False)
    requested_at = Timestamptz(null=False)
    ends_at = Timestamptz(null=False)
    closed_at = Timestamptz(null=True, default=None)


class WaitingOffer(Table, tablename="waiting_offer"):
    """A slot that is held for somebody who waits."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    entry_id = UUID(null=False, default=None)
    booking_id = UUID(null=False, default=None)
    place_id = UUID(null=False, default=None)
    starts_at = Timestamptz(null=False)
    held_until = Timestamptz(null=False)
    state = Text(null=False)
    made_at = Timestamptz(null=False)
    answered_at = Timestamptz(null=True, default=None)


class WaitingLink(Table, tablename="waiting_link"):
    """The digest of a link in a message to somebody who waits (C-45)."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    entry_id = UUID(null=False, default=None)
    digest = Bytea(null=False)
    expires_at = Timestamptz(null=False)
    created_at = Timestamptz(null=False)
