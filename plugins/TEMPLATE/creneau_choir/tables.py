"""The plugin's table; its keys, constraints and policy stand in the migration."""

from piccolo.columns import UUID, Text
from piccolo.table import Table


class Voice(Table, tablename="voice", schema="choir"):
    """Which voice somebody sings: one row for a booking at most."""

    tenant_id = UUID(required=True, null=False, default=None)
    id = UUID(primary_key=True)
    booking_id = UUID(required=True, null=False, default=None)
    name = Text()
