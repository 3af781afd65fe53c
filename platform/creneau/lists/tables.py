"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import UUID, Text, Timestamptz
from piccolo.table import Table


class SavedSearch(Table, tablename="saved_search"):
    """A search of a list under a name, for its agent or for a service."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    path = Text(null=False)
    name = Text(null=False)
    query = Text(null=False)
    agent_id = UUID(null=False, default=None)
    service_id = UUID(null=True, default=None)
    created_at = Timestamptz(null=False)


class SavedSearchOpening(Table, tablename="saved_search_opening"):
    """The search with which a list opens for an agent."""

    tenant_id = UUID(null=False, default=None)
    agent_id = UUID(primary_key=True)
    path = Text(null=False)
    search_id = UUID(null=False, default=None)
