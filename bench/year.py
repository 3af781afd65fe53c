"""A territory with a year of 500,000 appointments: half of it is past, with what became of each.

60,000 persons have a referent, whom they met or will meet (S-10).
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from creneau.context import Tenant
from creneau_infra.postgres.embedded import PostgresAddress

SLUG = "year"
APPOINTMENTS = 500_000
PERSONS = 200_000
AGENTS = 100


class Year(msgspec.Struct, frozen=True, kw_only=True):
    """The tenant, who administers it, and one agent of a service."""

    tenant: Tenant
    organisation: UUID
    service: UUID
    agent: UUID
    place: UUID
    motive: UUID


async def year(address: PostgresAddress) -> Year:
    """Make the tenant where it is missing, and look it up."""
    connection: Any = await asyncpg.connect(address.superuser_url, command_timeout=None)
    try:
        if await _find(connection) is None:
            await connection.execute(_MAKE.format(slug=SLUG, first_day=_half_a_year_ago()))
            await connection.execute("VACUUM ANALYZE")
        found = await _find(connection)
    finally:
        await connection.close()
    assert found is not None
    return found


def _half_a_year_ago() -> str:
    return (datetime.now(UTC).date() - timedelta(days=182)).isoformat()


async def _find(connection: Any) -> Year | None:
    row = await connection.fetchrow(
        """
        SELECT t.id, t.slug, t.name,
            (SELECT o.id FROM organisation o WHERE o.tenant_id = t.id) AS organisation,
            (SELECT s.id FROM service s WHERE s.tenant_id = t.id AND s.name = 'Service 1') AS service,
            (SELECT a.id FROM agent a WHERE a.tenant_id = t.id AND a.last_name = 'Agent 1') AS agent,
            (SELECT p.id FROM place p WHERE p.tenant_id = t.id AND p.name = 'Lieu 1') AS place,
            (SELECT m.id FROM motive m WHERE m.tenant_id = t.id AND m.name = 'Motif 1') AS motive
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
        plugins=frozenset({"social"}),
    )
    ids = {name: row[name] for name in ("organisation", "service", "agent", "place", "motive")}
    return Year(tenant=tenant, **ids)


# A hundred agents of ten services, at twenty places, for thirty motives; twenty times of twenty
# minutes on each of 250 working days.
_MAKE = """
    SET session_replication_role = replica;
    SET synchronous_commit = off;
    SET work_mem = '256MB';
    SET TimeZone = 'UTC';
    SELECT setseed(0.42);
    INSERT INTO tenant (slug, name) VALUES ('{slug}', 'Département');
    CREATE TEMP TABLE here AS SELECT id AS tenant_id FROM tenant WHERE slug = '{slug}';
    INSERT INTO tenant_profile (tenant_id, plugins) SELECT tenant_id, '{{social}}' FROM here;
    INSERT INTO domain (host, tenant_id, verified_at)
        SELECT '{slug}.localhost', tenant_id, now() FROM here;
    INSERT INTO role (tenant_id, code, name, built_in)
        SELECT tenant_id, code, code, true
        FROM here, (VALUES ('administrator'), ('agent'), ('secretary')) AS r (code);
    INSERT INTO organisation (tenant_id, name) SELECT tenant_id, 'Département' FROM here;
    INSERT INTO service (tenant_id, name)
        SELECT tenant_id, 'Service ' || n FROM here, generate_series(1, 10) n;
    INSERT INTO place (tenant_id, organisation_id, name)
        SELECT o.tenant_id, o.id, 'Lieu ' || n FROM organisation o JOIN here USING (tenant_id),
            generate_series(1, 20) n;
    CREATE TEMP TABLE services AS
        SELECT *, row_number() OVER (ORDER BY id) AS n FROM service JOIN here USING (tenant_id);
    CREATE TEMP TABLE places AS
        SELECT *, row_number() OVER (ORDER BY id) AS n FROM place JOIN here USING (tenant_id);
    INSERT INTO motive (tenant_id, organisation_id, service_id, name, audience, duration_minutes, extra)
        SELECT s.tenant_id, o.id, s.id, 'Motif ' || g.n, 'everyone', 20,
            CASE g.n % 3 WHEN 0 THEN '{{"social.follow_up": "yes"}}' ELSE '{{}}' END::jsonb
        FROM generate_series(1, 30) AS g (n) JOIN services s ON s.n = 1 + g.n % 10
        JOIN organisation o USING (tenant_id);
    CREATE TEMP TABLE motives AS
        SELECT *, row_number() OVER (PARTITION BY service_id ORDER BY id) AS n
        FROM motive JOIN here USING (tenant_id);
    CREATE TEMP TABLE staff AS
        SELECT tenant_id, uuidv7() AS id, n FROM here, generate_series(1, 100) n;
    INSERT INTO resource (tenant_id, id, kind, label)
        SELECT tenant_id, id, 'agent', 'Camille Agent ' || n FROM staff;
    INSERT INTO agent (tenant_id, id, email, first_name, last_name, state)
        SELECT tenant_id, id, 'agent' || n || '@exemple.fr', 'Camille', 'Agent ' || n, 'active'
        FROM staff;
    INSERT INTO agent_service (tenant_id, agent_id, service_id)
        SELECT a.tenant_id, a.id, s.id FROM staff a JOIN services s ON s.n = 1 + a.n % 10;
    INSERT INTO membership (tenant_id, agent_id, organisation_id, role_id)
        SELECT a.tenant_id, a.id, o.id, r.id FROM staff a JOIN organisation o USING (tenant_id)
        JOIN role r ON r.tenant_id = a.tenant_id AND r.code = 'agent';
    INSERT INTO person (tenant_id, id, first_name, last_name, email, phone, created_at)
        SELECT tenant_id, uuidv7(), 'Prénom ' || n % 977, 'Nom ' || (n * 7919) % 200003,
            'personne' || n || '@exemple.fr', '+336' || lpad(n::text, 8, '0'),
            '{first_day}'::date + random() * interval '182 days'
        FROM here, generate_series(1, 200000) n;
    INSERT INTO person_word (tenant_id, person_id, word)
        SELECT tenant_id, id, 'a:' || plain_words(last_name || ' ' || first_name) || ' '
        FROM person JOIN here USING (tenant_id);
    CREATE TEMP TABLE persons AS
        SELECT id, row_number() OVER (ORDER BY id) AS n FROM person JOIN here USING (tenant_id);
    INSERT INTO opening (tenant_id, resource_id, place_id, title, first_day, start_time, end_time,
            recurrence, materialised_until)
        SELECT a.tenant_id, a.id, p.id, 'Journée', '{first_day}'::date, time '09:00', time '16:00',
            'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', '{first_day}'::date + 400
        FROM staff a JOIN places p ON p.n = 1 + a.n % 20;
    INSERT INTO opening_motive (tenant_id, opening_id, motive_id)
        SELECT o.tenant_id, o.id, m.id FROM opening o JOIN here USING (tenant_id)
        JOIN agent_service x ON x.tenant_id = o.tenant_id AND x.agent_id = o.resource_id
        JOIN motive m ON m.tenant_id = o.tenant_id AND m.service_id = x.service_id;
    CREATE TEMP TABLE days AS
        SELECT day, row_number() OVER (ORDER BY day) AS n
        FROM (SELECT '{first_day}'::date + n AS day FROM generate_series(0, 400) n) d
        WHERE extract(isodow FROM day) < 6 LIMIT 250;
    INSERT INTO opening_occurrence (tenant_id, opening_id, resource_id, place_id, starts_at, ends_at)
        SELECT o.tenant_id, o.id, o.resource_id, o.place_id,
            (d.day + o.start_time) AT TIME ZONE 'Europe/Paris',
            (d.day + o.end_time) AT TIME ZONE 'Europe/Paris'
        FROM opening o JOIN here USING (tenant_id), days d;
    CREATE TEMP TABLE made AS
        SELECT a.tenant_id, uuidv7() AS id, a.id AS resource_id, p.id AS place_id, m.id AS motive_id,
            (d.day + time '09:00' + t.step * interval '20 minutes') AT TIME ZONE 'Europe/Paris'
                AS starts_at,
            random() AS luck, random() AS other, 1 + floor(random() * 200000)::integer AS person
        FROM staff a JOIN places p ON p.n = 1 + a.n % 20 JOIN services s ON s.n = 1 + a.n % 10,
            days d, generate_series(0, 19) AS t (step), motives m
        WHERE m.service_id = s.id AND m.n = 1 + t.step % 3;
    INSERT INTO appointment (tenant_id, id, motive_id, place_id, starts_at, ends_at, created_at)
        SELECT tenant_id, id, motive_id, place_id, starts_at, starts_at + interval '20 minutes',
            least(now(), starts_at - other * interval '30 days')
        FROM made ORDER BY starts_at, id;
    INSERT INTO allocation (tenant_id, appointment_id, resource_id, starts_at, ends_at)
        SELECT tenant_id, id, resource_id, starts_at, starts_at + interval '20 minutes'
        FROM made ORDER BY starts_at, id;
    INSERT INTO booking (tenant_id, appointment_id, person_id, state, source, created_at, confirmed_at)
        SELECT d.tenant_id, d.id, p.id,
            CASE WHEN d.starts_at > now() THEN CASE WHEN luck < 0.95 THEN 'planned'
                    WHEN luck < 0.98 THEN 'cancelled' ELSE 'to_reschedule' END
                WHEN luck < 0.8 THEN 'seen' WHEN luck < 0.86 THEN 'no_show'
                WHEN luck < 0.92 THEN 'excused' WHEN luck < 0.95 THEN 'cancelled'
                ELSE 'planned' END,
            CASE WHEN other < 0.6 THEN 'public' WHEN other < 0.95 THEN 'agent' ELSE 'api' END,
            least(now(), starts_at - other * interval '30 days'),
            least(now(), starts_at - other * interval '30 days')
        FROM made d JOIN persons p ON p.n = d.person
        ORDER BY d.starts_at, d.id;
    INSERT INTO referent (tenant_id, person_id, agent_id, since)
        SELECT m.tenant_id, p.id, m.resource_id, now() - random() * interval '500 days'
        FROM (SELECT DISTINCT ON (person) * FROM made ORDER BY person, id) m
        JOIN persons p ON p.n = m.person
        LIMIT 60000;
"""
