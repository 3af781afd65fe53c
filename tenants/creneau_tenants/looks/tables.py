"""The tables as Piccolo knows them; keys, constraints and policies stand in the migrations."""

from piccolo.columns import JSONB, UUID, Bytea, Date, Text, Timestamptz
from piccolo.table import Table


class LookDraft(Table, tablename="look_draft"):
    """How a tenant means to look, before it is published."""

    tenant_id = UUID(null=False, default=None)
    look = JSONB(null=False)
    saved_at = Timestamptz(null=False)


class Logo(Table, tablename="logo"):
    """A picture that stands for the tenant."""

    tenant_id = UUID(null=False, default=None)
    digest = Text(null=False)
    content = Bytea(null=False)
    created_at = Timestamptz(null=False)


class AccessibilityStatement(Table, tablename="accessibility_statement"):
    """What a tenant states about the accessibility of its pages (T-16)."""

    tenant_id = UUID(null=False, default=None)
    audited_on = Date(null=True, default=None)
    audited_by = Text(null=False)
    exceptions = Text(null=False)
    contact = Text(null=False)
    saved_at = Timestamptz(null=False)
