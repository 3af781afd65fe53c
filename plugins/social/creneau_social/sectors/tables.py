"""The tables of sectors; keys, constraints and policies stand in the migration."""

from piccolo.columns import UUID, Integer, Text, Timestamptz
from piccolo.table import Table


class Sector(Table, tablename="sector", schema="social"):
    """A named set of towns and streets."""

    tenant_id = UUID(required=True, null=False, default=None)
    id = UUID(primary_key=True)
    name = Text()
    created_at = Timestamptz()


class SectorZone(Table, tablename="sector_zone", schema="social"):
    """A town of a sector, or a street of it."""

    tenant_id = UUID(required=True, null=False, default=None)
    id = UUID(primary_key=True)
    sector_id = UUID(required=True, null=False, default=None)
    town_code = Text()
    town_name = Text()
    street = Text()
    street_plain = Text()
    first_number = Integer(null=True, default=None)
    last_number = Integer(null=True, default=None)
    side = Text(default="both")


class SectorDuty(Table, tablename="sector_duty", schema="social"):
    """Who looks after a sector: an organisation, or an agent."""

    tenant_id = UUID(required=True, null=False, default=None)
    id = UUID(primary_key=True)
    sector_id = UUID(required=True, null=False, default=None)
    organisation_id = UUID(null=True, default=None)
    agent_id = UUID(null=True, default=None)
