"""The tables as Piccolo knows them; keys, constraints and policies stand in the migration."""

from piccolo.columns import UUID, Array, Bytea, Text, Timestamptz
from piccolo.table import Table


class SituationSetting(Table, tablename="situation_setting", schema="social"):
    """Which facts about persons the territory works with: one row at most."""

    tenant_id = UUID(required=True, null=False, default=None)
    id = UUID(primary_key=True)
    fields = Array(base_column=Text())


class Situation(Table, tablename="situation", schema="social"):
    """What is kept of somebody's situation; sealed."""

    tenant_id = UUID(required=True, null=False, default=None)
    id = UUID(primary_key=True)
    person_id = UUID(required=True, null=False, default=None)
    told = Bytea()
    changed_at = Timestamptz()


class Reading(Table, tablename="reading", schema="social"):
    """Who read which facts of whom."""

    tenant_id = UUID(required=True, null=False, default=None)
    id = UUID(primary_key=True)
    person_id = UUID(required=True, null=False, default=None)
    agent_id = UUID(required=True, null=False, default=None)
    fields = Array(base_column=Text())
    at = Timestamptz()
