"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import UUID, Array, Boolean, Text
from piccolo.table import Table


class Role(Table, tablename="role"):
    """A named set of permissions (T-08)."""

    tenant_id = UUID(null=False, default=None)
    id = UUID(primary_key=True)
    code = Text(null=False)
    name = Text(null=False)
    permissions = Array(base_column=Text(), null=False)
    built_in = Boolean(null=False)


class Membership(Table, tablename="membership"):
    """The organisations that an agent belongs to, through a role."""

    tenant_id = UUID(null=False, default=None)
    agent_id = UUID(null=False, default=None)
    organisation_id = UUID(null=False, default=None)
    role_id = UUID(null=False, default=None)
