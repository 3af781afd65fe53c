"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import UUID, DoublePrecision, Text, Timestamptz
from piccolo.table import Table


class Place(Table, tablename="place"):
    """Where people are received (C-02)."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    organisation_id = UUID(null=False, default=None)
    name = Text(null=False)
    address = Text(null=False)
    latitude = DoublePrecision(null=True, default=None)
    longitude = DoublePrecision(null=True, default=None)
    phone = Text(null=False)
    access_information = Text(null=False)
    created_at = Timestamptz(null=False)
    archived_at = Timestamptz(null=True, default=None)
