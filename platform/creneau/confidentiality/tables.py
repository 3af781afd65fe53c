"""The table as Piccolo knows it; keys, constraints and policies stand in the migration."""

from piccolo.columns import UUID, Timestamptz
from piccolo.table import Table


class PersonConfidential(Table, tablename="person_confidential"):
    """For whom a motive is confidential that is not so for everybody."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    person_id = UUID(null=False, default=None)
    motive_id = UUID(null=False, default=None)
    since = Timestamptz(null=False)
