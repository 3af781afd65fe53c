"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import UUID, Array, Boolean, Text, Timestamptz
from piccolo.table import Table


class Domain(Table, tablename="domain"):
    """An address and its tenant."""

    host = Text(null=False)
    tenant_id = UUID(null=False, default=None)
    is_primary = Boolean(null=False)
    verified_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(null=False)


class TenantProfile(Table, tablename="tenant_profile"):
    """How a tenant presents itself."""

    tenant_id = UUID(null=False, default=None)
    plugins = Array(base_column=Text(), null=False)
    brand = Text(null=False)
    brand_ink = Text(null=False)
    public_text = Text(null=False)
    legal_notice = Text(null=False)
    footer = Text(null=False)
    sender_name = Text(null=False)
    phone = Text(null=False)
    logo = Text(null=False)
    accessibility = Text(null=False)
    created_at = Timestamptz(null=False)
