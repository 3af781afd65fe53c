"""The table as Piccolo knows it; keys, constraints and the policy stand in the migration."""

from piccolo.columns import UUID, Integer, Timestamptz
from piccolo.table import Table


class RetentionRule(Table, tablename="retention_rule"):
    """How many months a tenant keeps what has no activity."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    months = Integer(null=False)
    since = Timestamptz(null=False)
