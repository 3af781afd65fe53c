"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import UUID, Boolean, Text, Timestamptz
from piccolo.table import Table


class Organisation(Table, tablename="organisation"):
    """A site or team of a tenant (C-01)."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    name = Text(null=False)
    phone = Text(null=False)
    email = Text(null=False)
    address = Text(null=False)
    website = Text(null=False)
    opening_hours = Text(null=False)
    time_zone = Text(null=False)
    territory = Text(null=False)
    created_at = Timestamptz(null=False)
    archived_at = Timestamptz(null=True, default=None)


class Service(Table, tablename="service"):
    """A trade inside a tenant."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    name = Text(null=False)
    secretariat = Boolean(null=False)
    created_at = Timestamptz(null=False)
