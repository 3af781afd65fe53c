"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import UUID, DoublePrecision, Integer, Timestamptz
from piccolo.table import Table


class AdmissionLine(Table, tablename="admission_line"):
    """The line in front of a motive, and who is let in."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    motive_id = UUID(null=False, default=None)
    opens_at = Timestamptz(null=False)
    per_second = DoublePrecision(null=False)
    last_number = Integer(null=False)
    anchor_number = Integer(null=False)
    anchor_at = Timestamptz(null=False)
    created_at = Timestamptz(null=False)
