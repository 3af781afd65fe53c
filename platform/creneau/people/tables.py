"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import JSONB, UUID, Date, Text, Timestamptz
from piccolo.table import Table


class Person(Table, tablename="person"):
    """Who is received."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    responsible_id = UUID(null=True, default=None)
    first_name = Text(null=False)
    last_name = Text(null=False)
    email = Text(null=False)
    email_verified_at = Timestamptz(null=True, default=None)
    phone = Text(null=False)
    birth_date = Date(null=True, default=None)
    address = Text(null=False)
    locale = Text(null=False)
    notes = Text(null=False)
    extra = JSONB(null=False)
    created_at = Timestamptz(null=False)
    erased_at = Timestamptz(null=True, default=None)
