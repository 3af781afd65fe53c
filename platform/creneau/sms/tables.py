"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import JSONB, UUID, Boolean, Bytea, Date, Integer, Text, Time, Timestamptz
from piccolo.table import Table


class SmsSetting(Table, tablename="sms_setting"):
    """How a tenant's SMS leave, and what they may cost."""

    tenant_id = UUID(null=False, default=None)
    gateway = Text(null=False)
    connection = JSONB(null=False)
    secrets = Bytea(null=True, default=None)
    enabled = Boolean(null=False)
    tested_at = Timestamptz(null=True, default=None)
    sender = Text(null=False)
    price = Integer(null=False)
    monthly_limit = Integer(null=False)
    abroad = Boolean(null=False)
    quiet_begins = Time(null=False)
    quiet_ends = Time(null=False)
    quiet_sundays = Boolean(null=False)
    quiet_holidays = Boolean(null=False)
    trouble = Text(null=False)
    trouble_since = Timestamptz(null=True, default=None)
    updated_at = Timestamptz(null=False)


class SmsMonth(Table, tablename="sms_month"):
    """What a month has taken."""

    tenant_id = UUID(null=False, default=None)
    month = Date(null=False)
    parts = Integer(null=False)
    sent = Integer(null=False)
    refused = Integer(null=False)


class SmsDispatch(Table, tablename="sms_dispatch"):
    """An SMS whose parts are counted."""

    tenant_id = UUID(null=False, default=None)
    reference = Text(null=False)
    month = Date(null=False)
    parts = Integer(null=False)
    state = Text(null=False)
    gateway_id = Text(null=False)
    created_at = Timestamptz(null=False)
