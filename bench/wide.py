"""A tenant of 155 places over 6 months, booked solid for weeks or months: where is the first slot?"""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from creneau.context import Tenant
from creneau_infra.postgres.embedded import PostgresAddress

PLACES = 155
DAYS = 184
YEAR = 400
SLUG = "wide"


class Wide(msgspec.Struct, frozen=True):
    """The tenant; `solid` is booked solid for up to 150 days, `light` here and there.

    `agent` has a year of openings for `quarters`, whose slots may begin at each quarter of an hour.
    """

    tenant: Tenant
    solid: UUID
    light: UUID
    quarters: UUID
    agent: UUID
    places: list[UUID]


async def wide(address: PostgresAddress) -> Wide:
    """Look the tenant up, made where it is missing or its days run out."""
    connection: Any = await asyncpg.connect(address.superuser_url, command_timeout=None)
    try:
        found = await _find(connection)
        if found is None:
            made = _MAKE.format(slug=SLUG, first_day=_today(), days=DAYS, year=YEAR)
            await connection.execute(made)
            await connection.execute("VACUUM ANALYZE")
            found = await _find(connection)
    finally:
        await connection.close()
    assert found is not None
    return found


def _today() -> date:
    return datetime.now(UTC).date()


async def _find(connection: Any) -> Wide | None:
    row = await connection.fetchrow(
        """
        SELECT t.id, t.slug, t.name,
            (SELECT m.id FROM motive m WHERE m.tenant_id = t.id AND m.name = 'Complet') AS solid,
            (SELECT m.id FROM motive m WHERE m.tenant_id = t.id AND m.name = 'Calme') AS light,
            (SELECT m.id FROM motive m WHERE m.tenant_id = t.id AND m.name = 'Quarts') AS quarters,
            (SELECT r.id FROM resource r WHERE r.tenant_id = t.id AND r.label = 'Quarts 1') AS agent,
            ARRAY(SELECT p.id FROM place p WHERE p.tenant_id = t.id ORDER BY p.id) AS places
        FROM tenant t WHERE t.slug = $1
        """,
        SLUG,
    )
    if row is None:
        return None
    tenant = Tenant(
        id=row["id"],
        slug=row["slug"],
        name=row["name"],
        locale="fr",
        time_zone="Europe/Paris",
        public_url="",
    )
    return Wide(
        tenant, row["solid"], row["light"], row["quarters"], row["agent"], list(row["places"])
    )


# Two agents at each place: the times of one are all taken up to a day that differs by place, those
# of the other by chance, one in six. Of the 155 places, five have nothing free at all.
_MAKE = """
    SET session_replication_role = replica;
    SET TimeZone = 'UTC';
    SELECT setseed(0.42);
    INSERT INTO tenant (slug, name) VALUES ('{slug}', 'Région');
    CREATE TEMP TABLE here AS SELECT id AS tenant_id FROM tenant WHERE slug = '{slug}';
    INSERT INTO tenant_profile (tenant_id) SELECT tenant_id FROM here;
    INSERT INTO domain (host, tenant_id, verified_at) SELECT '{slug}.localhost', tenant_id, now() FROM here;
    INSERT INTO organisation (tenant_id, name) SELECT tenant_id, 'Région' FROM here;
    INSERT INTO service (tenant_id, name) SELECT tenant_id, 'Titres' FROM here;
    INSERT INTO place (tenant_id, organisation_id, name)
        SELECT o.tenant_id, o.id, 'Lieu ' || n FROM organisation o JOIN here USING (tenant_id),
            generate_series(1, 155) n;
    INSERT INTO motive (tenant_id, organisation_id, service_id, name, audience, position,
            duration_minutes, step_minutes, maximum_notice_minutes)
        SELECT s.tenant_id, o.id, s.id, m.name, 'everyone', 9, 30, m.step, 60 * 24 * m.days
        FROM service s JOIN organisation o USING (tenant_id) JOIN here USING (tenant_id),
            (VALUES ('Complet', 30, {days}), ('Calme', 30, {days}), ('Quarts', 15, {year}))
                AS m (name, step, days);
    CREATE TEMP TABLE staff AS
        SELECT p.tenant_id, p.id AS place_id, uuidv7() AS id, m.id AS motive_id, m.name AS kind, p.n,
            CASE WHEN p.n > 150 THEN {days} ELSE p.n::integer END AS full_days
        FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM place JOIN here USING (tenant_id)) p
        JOIN motive m USING (tenant_id)
        WHERE m.name <> 'Quarts' OR p.n = 1;
    INSERT INTO resource (tenant_id, id, kind, label)
        SELECT tenant_id, id, 'agent', kind || ' ' || n FROM staff;
    INSERT INTO agent (tenant_id, id, email, first_name, last_name, state)
        SELECT tenant_id, id, lower(kind) || n || '@exemple.fr', kind, n::text, 'active' FROM staff;
    INSERT INTO opening (tenant_id, resource_id, place_id, title, first_day, start_time, end_time,
            recurrence, materialised_until)
        SELECT tenant_id, s.id, place_id, h.title, '{first_day}'::date, h.start_time, h.end_time,
            'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', '{first_day}'::date + {days}
        FROM staff s,
        (VALUES ('Matin', time '09:00', time '12:00'), ('Après-midi', '13:30', '16:30'))
            AS h (title, start_time, end_time);
    INSERT INTO opening_motive (tenant_id, opening_id, motive_id)
        SELECT o.tenant_id, o.id, s.motive_id FROM opening o
        JOIN staff s ON s.tenant_id = o.tenant_id AND s.id = o.resource_id;
    INSERT INTO opening_occurrence (tenant_id, opening_id, resource_id, place_id, starts_at, ends_at)
        SELECT o.tenant_id, o.id, o.resource_id, o.place_id,
            (d.day + o.start_time) AT TIME ZONE 'Europe/Paris',
            (d.day + o.end_time) AT TIME ZONE 'Europe/Paris'
        FROM opening o JOIN here USING (tenant_id),
            (SELECT '{first_day}'::date + n AS day, n FROM generate_series(0, {year} - 1) n) d
        WHERE extract(isodow FROM d.day) < 6 AND (d.n < {days} OR o.resource_id = (
            SELECT id FROM staff WHERE kind = 'Quarts'));
    CREATE TEMP TABLE made AS
        SELECT o.tenant_id, uuidv7() AS id, s.motive_id, o.place_id, o.resource_id,
            o.starts_at + t.step * interval '30 minutes' AS starts_at
        FROM opening_occurrence o
        JOIN staff s ON s.tenant_id = o.tenant_id AND s.id = o.resource_id,
            generate_series(0, 5) AS t (step)
        WHERE CASE WHEN s.kind = 'Complet' THEN o.starts_at < '{first_day}'::date + s.full_days
            ELSE random() < 1 / 6.0 END;
    INSERT INTO appointment (tenant_id, id, motive_id, place_id, starts_at, ends_at)
        SELECT tenant_id, id, motive_id, place_id, starts_at, starts_at + interval '30 minutes'
        FROM made ORDER BY starts_at, id;
    INSERT INTO allocation (tenant_id, appointment_id, resource_id, starts_at, ends_at)
        SELECT tenant_id, id, resource_id, starts_at, starts_at + interval '30 minutes'
        FROM made ORDER BY starts_at, id;
"""
