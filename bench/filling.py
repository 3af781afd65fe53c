"""How the data are made: by the server itself, from a few rows of each tenant."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
from creneau_infra.postgres.embedded import EmbeddedPostgres
from creneau_infra.postgres.migrations import migrate
from creneau_web.migrations import migration_apps

BIG = ("opening_occurrence", "appointment", "allocation", "booking")
_AtOnce = Sequence[Sequence[str]]


class Shape(NamedTuple):
    """How much is made: of each tenant the same."""

    tenants: int
    agents: int
    places: int
    days: int
    appointments: int


_SETTINGS = """
    -- The data are made consistent below; checking each row's keys would take many minutes.
    SET session_replication_role = replica;
    SET synchronous_commit = off;
    SET maintenance_work_mem = '2GB';
    SET max_parallel_maintenance_workers = 0;
    SET work_mem = '1GB';
    SET max_parallel_workers_per_gather = 0;
    SET TimeZone = 'UTC';
    SELECT setseed(0.42);
"""

_SETUP = """
    INSERT INTO tenant (slug, name)
        SELECT 'bench-' || lpad(n::text, greatest(3, length('{tenants}')), '0'), 'Ville ' || n
        FROM generate_series(1, {tenants}) n;
    INSERT INTO tenant_profile (tenant_id) SELECT id FROM tenant;
    INSERT INTO domain (host, tenant_id, verified_at) SELECT slug || '.localhost', id, now() FROM tenant;
    INSERT INTO organisation (tenant_id, name) SELECT id, 'Mairie' FROM tenant;
    INSERT INTO service (tenant_id, name) SELECT id, 'Citoyenneté' FROM tenant;
    INSERT INTO place (tenant_id, organisation_id, name)
        SELECT o.tenant_id, o.id, 'Lieu ' || n FROM organisation o, generate_series(1, {places}) n;
    INSERT INTO resource (tenant_id, kind, label)
        SELECT id, 'agent', 'Agent ' || n FROM tenant, generate_series(1, {agents}) n;
    INSERT INTO agent (tenant_id, id, email, first_name, last_name, state)
        SELECT tenant_id, id, lower(replace(label, ' ', '')) || '@exemple.fr', 'Agent', label, 'active'
        FROM resource;
    INSERT INTO agent_service (tenant_id, agent_id, service_id)
        SELECT a.tenant_id, a.id, s.id FROM agent a JOIN service s USING (tenant_id);
    INSERT INTO motive (tenant_id, organisation_id, service_id, name, audience, position, duration_minutes)
        SELECT o.tenant_id, o.id, s.id, 'Motif ' || n, 'everyone', n, 30
        FROM organisation o JOIN service s USING (tenant_id), generate_series(1, 4) n;
    INSERT INTO person (tenant_id, first_name, last_name, email)
        SELECT id, 'Prénom ' || n, 'Nom ' || n, 'personne' || n || '@exemple.fr'
        FROM tenant, generate_series(1, 1000) n;
"""

# Half the tenant's day each: 9:00 to 12:00 and 13:30 to 16:30, Monday to Friday.
_OPENINGS = """
    INSERT INTO opening (tenant_id, resource_id, place_id, title, first_day, start_time, end_time,
            recurrence, materialised_until)
        SELECT a.tenant_id, a.id, p.id, h.title, '{first_day}'::date, h.start_time, h.end_time,
            'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', '{first_day}'::date + {days}
        FROM (SELECT *, row_number() OVER (PARTITION BY tenant_id ORDER BY id) AS n FROM resource) a
        JOIN (SELECT *, row_number() OVER (PARTITION BY tenant_id ORDER BY id) AS n FROM place) p
            ON p.tenant_id = a.tenant_id AND p.n = 1 + a.n % {places},
        (VALUES ('Matin', time '09:00', time '12:00'), ('Après-midi', '13:30', '16:30'))
            AS h (title, start_time, end_time);
    INSERT INTO opening_motive (tenant_id, opening_id, motive_id)
        SELECT o.tenant_id, o.id, m.id FROM opening o JOIN motive m USING (tenant_id)
        WHERE m.position = 1 OR m.position = 2 + get_byte(uuid_send(o.resource_id), 15) % 3;
"""

_OCCURRENCES = """
    INSERT INTO opening_occurrence (tenant_id, opening_id, resource_id, place_id, starts_at, ends_at)
        SELECT o.tenant_id, o.id, o.resource_id, o.place_id,
            (d.day + o.start_time) AT TIME ZONE 'Europe/Paris',
            (d.day + o.end_time) AT TIME ZONE 'Europe/Paris'
        FROM opening o, (SELECT '{first_day}'::date + n AS day FROM generate_series(0, {days} - 1) n) d
        WHERE extract(isodow FROM d.day) < 6;
"""

# One appointment in each occurrence, a second one in some, until there are enough.
_CHOICE = """
    CREATE UNLOGGED TABLE made AS
        SELECT o.tenant_id, uuidv7() AS id, o.resource_id, o.place_id,
            o.opens_at + t.step * interval '30 minutes' AS starts_at,
            o.opens_at + (t.step + 1) * interval '30 minutes' AS ends_at,
            1 + floor(random() * 1000)::integer AS person, 1 + floor(random() * 4)::integer AS motive
        FROM (SELECT tenant_id, resource_id, place_id, starts_at AS opens_at,
                floor(random() * 6)::integer AS first, random() < {appointments}::float
                    / (SELECT count(*) FROM opening_occurrence) - 1 AS twice
              FROM opening_occurrence OFFSET 0) o,
            LATERAL (VALUES (o.first, true), ((o.first + 3) % 6, o.twice)) AS t (step, taken)
        WHERE t.taken;
    ANALYZE made;
"""

# By the clock, as they come in real life: neighbours on the disk belong to different tenants.
_APPOINTMENTS = """
    INSERT INTO appointment (tenant_id, id, motive_id, place_id, starts_at, ends_at)
        SELECT d.tenant_id, d.id, m.id, d.place_id, d.starts_at, d.ends_at
        FROM made d JOIN motive m ON m.tenant_id = d.tenant_id AND m.position = d.motive
        ORDER BY d.starts_at, d.id;
"""

_ALLOCATIONS = """
    INSERT INTO allocation (tenant_id, appointment_id, resource_id, starts_at, ends_at)
        SELECT tenant_id, id, resource_id, starts_at, ends_at FROM made ORDER BY starts_at, id;
"""

_BOOKINGS = """
    INSERT INTO booking (tenant_id, appointment_id, person_id, state, source, confirmed_at)
        SELECT d.tenant_id, d.id, p.id, 'planned', 'public', now()
        FROM made d
        JOIN (SELECT *, row_number() OVER (PARTITION BY tenant_id ORDER BY id) AS n FROM person) p
            ON p.tenant_id = d.tenant_id AND p.n = d.person
        ORDER BY d.starts_at, d.id;
"""

_TOKENS = """
    INSERT INTO api_token (tenant_id, digest, label, scopes, expires_at)
        SELECT t.id, sha256(convert_to(
                'bench-token-' || t.n || '-' || k, 'UTF8')), 'bench',
            '{{motives:read,places:read,slots:read,bookings:read,bookings:write}}',
            now() + interval '365 days'
        FROM (SELECT *, row_number() OVER (ORDER BY length(slug), slug) AS n FROM tenant) t,
            generate_series(0, CASE WHEN t.n = {tenants} THEN {tokens} ELSE 0 END) k;
"""

# What is built over a full table is built several times faster than row by row.
_REMEMBER = """
    CREATE TABLE later AS
        SELECT conrelid::regclass AS of, 1 AS turn,
            format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS away,
            format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname,
                   pg_get_constraintdef(oid)) AS back
        FROM pg_constraint
        WHERE conrelid = ANY ('{{{big}}}'::regclass[]) AND contype = 'x'
        UNION ALL
        SELECT i.indrelid::regclass, 0, format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
        FROM pg_index i
        WHERE i.indrelid = ANY ('{{{big}}}'::regclass[])
            AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid);
    DO $$ DECLARE statement text; BEGIN
        FOR statement IN SELECT away FROM later LOOP EXECUTE statement; END LOOP;
    END $$;
"""

_PUT_BACK = """
    DO $$ DECLARE statement text; BEGIN
        FOR statement IN SELECT back FROM later WHERE of = '{table}'::regclass ORDER BY turn LOOP
            EXECUTE statement;
        END LOOP;
    END $$
"""

# A server that does nothing but load may forget all of it if the machine stops.
_LOADER = (
    "ALTER SYSTEM SET shared_buffers = '2GB'",
    "ALTER SYSTEM SET max_wal_size = '8GB'",
    "ALTER SYSTEM SET checkpoint_timeout = '1h'",
    "ALTER SYSTEM SET autovacuum = off",
)


async def fill(folder: Path, shape: Shape, first_day: date, tokens: int) -> None:
    """Make the data in a folder that has none; its server is started and stopped for that."""
    server = EmbeddedPostgres(folder, durable=False)
    try:
        await _say(server.start().superuser_url, _LOADER)
        server.stop()
        address = server.start()
        await migrate(address.owner_url, migration_apps())
        for name, at_once in _steps(shape, first_day, tokens):
            at = time.perf_counter()
            await asyncio.gather(*(_say(address.superuser_url, said) for said in at_once))
            print(f"  {name:<34} {time.perf_counter() - at:6.1f} s", flush=True)
    finally:
        server.stop()


async def _say(url: str, statements: Sequence[str]) -> None:
    connection: Any = await asyncpg.connect(url, command_timeout=None)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def _steps(shape: Shape, first_day: date, tokens: int) -> Iterator[tuple[str, _AtOnce]]:
    """Give what is said one after the other, and within a step on several connections at once."""
    values = {**shape._asdict(), "first_day": first_day.isoformat(), "tokens": tokens}

    def alone(sql: str) -> _AtOnce:
        return ((_SETTINGS, sql.format(**values)),)

    put_back = {table: _PUT_BACK.format(table=table) for table in BIG}
    yield "tenants, agents, persons", alone(_SETUP)
    yield "openings", alone(_OPENINGS)
    yield "tokens", alone(_TOKENS)
    yield "indexes set aside", ((_SETTINGS, _REMEMBER.format(big=",".join(BIG))),)
    yield "occurrences", alone(_OCCURRENCES)
    yield "choice of times", alone(_CHOICE)
    yield (
        "appointments, allocations, bookings",
        ((_SETTINGS, _APPOINTMENTS, _ALLOCATIONS), (_SETTINGS, _BOOKINGS)),
    )
    yield (
        "indexes and constraints put back",
        (
            (_SETTINGS, put_back.pop("allocation")),
            (_SETTINGS, *put_back.values()),
        ),
    )
    yield "cleared up", (("DROP TABLE made", "DROP TABLE later"),)
    yield "vacuum", (("VACUUM ANALYZE",),)
    yield "settings put back", (("ALTER SYSTEM RESET ALL", "CHECKPOINT"),)
