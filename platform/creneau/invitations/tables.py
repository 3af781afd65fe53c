"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import UUID, Boolean, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table


class Invitation(Table, tablename="invitation"):
    """Somebody who was invited to book (S-11)."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    person_id = UUID(null=False, default=None)
    organisation_id = UUID(null=False, default=None)
    motive_id = UUID(null=True, default=None)
    category = Text(null=False)
    referents_only = Boolean(null=False)
    channel = Text(null=False)
    message = Text(null=False)
    last_day = Date(null=False)
    ends_at = Timestamptz(null=False)
    made_by = UUID(null=True, default=None)
    made_at = Timestamptz(null=False)
    opened_at = Timestamptz(null=True, default=None)
    reminded_at = Timestamptz(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)
    booking_id = UUID(null=True, default=None)
    booked_at = Timestamptz(null=True, default=None)


class InvitationLink(Table, tablename="invitation_link"):
    """The digest of a link in a message, or of the code on a letter."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    invitation_id = UUID(null=False, default=None)
    digest = Bytea(null=False)
    made_at = Timestamptz(null=False)


class InvitationRule(Table, tablename="invitation_rule"):
    """When the tenant reminds, and how long its invitations are good for."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    remind_after_days = Integer(null=True, default=None)
    valid_days = Integer(null=False)
