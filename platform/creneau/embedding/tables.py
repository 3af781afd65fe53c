"""The table as Piccolo knows it; keys, constraints and the policy stand in the migration."""

from piccolo.columns import UUID, Text, Timestamptz
from piccolo.table import Table


class EmbeddingOrigin(Table, tablename="embedding_origin"):
    """A site that may show the booking."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    origin = Text(null=False)
    created_at = Timestamptz(null=False)
