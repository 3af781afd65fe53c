"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import UUID, Integer, Text, Timestamptz
from piccolo.table import Table


class Message(Table, tablename="message"):
    """The receipt of a message to one reader, by one way (C-82)."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    about = Text(null=False)
    occasion = Text(null=False)
    booking_id = UUID(null=True, default=None)
    about_id = UUID(null=True, default=None)
    person_id = UUID(null=True, default=None)
    agent_id = UUID(null=True, default=None)
    reader = Text(null=False)
    reader_name = Text(null=False)
    channel = Text(null=False)
    address = Text(null=False)
    sequence = Integer(null=False)
    state = Text(null=False)
    reason = Text(null=True, default=None)
    attempts = Integer(null=False)
    resend_of = UUID(null=True, default=None)
    created_at = Timestamptz(null=False)
    tried_at = Timestamptz(null=True, default=None)
    sent_at = Timestamptz(null=True, default=None)
    settled_at = Timestamptz(null=True, default=None)
