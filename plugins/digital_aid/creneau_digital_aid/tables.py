"""The plugin’s tables; their keys, constraints and policies stand in the migrations."""

from piccolo.columns import UUID, Array, Boolean, Bytea, Text, Timestamptz
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


class Sheet(Table, tablename="sheet", schema="digital_aid"):
    """What the national map asks of a structure: one row for an organisation at most."""

    tenant_id = UUID(required=True, null=False, default=None)
    id = UUID(primary_key=True)
    organisation_id = UUID(required=True, null=False, default=None)
    pivot = Text()
    services = Array(base_column=Text())
    fees = Text(default="Gratuit")
    itinerant = Boolean(default=False)
    summary = Text()
    updated_at = Timestamptz()


class Line(Table, tablename="line", schema="digital_aid"):
    """A place's line of the open feed, in one form."""

    tenant_id = UUID(required=True, null=False, default=None)
    id = UUID(primary_key=True)
    place_id = UUID(required=True, null=False, default=None)
    form = Text()
    text = Bytea()
    ways_in = Text()
    made_of = Text()
