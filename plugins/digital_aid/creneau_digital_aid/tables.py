"""The plugin's table; its keys, constraints and policies stand in the migration."""

from piccolo.columns import UUID, Text, Timestamptz
from piccolo.table import Table


class Prescription(Table, tablename="prescription", schema="digital_aid"):
    """Who booked for a learner: one row for a booking at most."""

    tenant_id = UUID(required=True, null=False, default=None)
    id = UUID(primary_key=True)
    booking_id = UUID(required=True, null=False, default=None)
    name = Text()
    structure = Text()
    email = Text()
    phone = Text()
    locale = Text(default="fr")
    created_at = Timestamptz()
