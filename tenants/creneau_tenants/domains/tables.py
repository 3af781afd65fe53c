"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import UUID, Text, Timestamptz
from piccolo.table import Table


class DomainClaim(Table, tablename="domain_claim"):
    """An address that a tenant says is its own, until its name servers say so too."""

    tenant_id = UUID(null=False, default=None)
    host = Text(null=False)
    secret = Text(null=False)
    created_at = Timestamptz(null=False)
