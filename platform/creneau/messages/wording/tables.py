"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import UUID, Text
from piccolo.table import Table


class MessageWording(Table, tablename="message_wording"):
    """What a message says in the tenant's own words, everywhere or for a motive (C-80)."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    motive_id = UUID(null=True, default=None)
    message = Text(null=False)
    locale = Text(null=False)
    subject = Text(null=False)
    introduction = Text(null=False)
    ending = Text(null=False)
    sms = Text(null=False)
