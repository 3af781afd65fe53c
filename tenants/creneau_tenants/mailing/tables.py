"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import UUID, Boolean, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table


class MailSetting(Table, tablename="mail_setting"):
    """A tenant's own sender address and mail server."""

    tenant_id = UUID(null=False, default=None)
    address = Text(null=False)
    asked_at = Timestamptz(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    host = Text(null=False)
    port = Integer(null=False)
    security = Text(null=False)
    username = Text(null=False)
    password = Bytea(null=True, default=None)
    enabled = Boolean(null=False)
    tested_at = Timestamptz(null=True, default=None)
    trouble = Text(null=False)
    trouble_since = Timestamptz(null=True, default=None)
    tried_at = Timestamptz(null=True, default=None)
    updated_at = Timestamptz(null=False)


class MailConfirmation(Table, tablename="mail_confirmation"):
    """A link that may confirm a sender address."""

    tenant_id = UUID(null=False, default=None)
    digest = Bytea(null=False)
    address = Text(null=False)
    asked_at = Timestamptz(null=False)
