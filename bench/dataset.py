"""The data that is measured on: 200 tenants with 1.4 million appointments, made by the server.

Seeded and relative to the day it is made; kept until the schema changes or the days run out.
"""

import hashlib
import shutil
import time
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from creneau.context import Tenant
from creneau_infra.postgres.embedded import EmbeddedPostgres, PostgresAddress
from creneau_infra.postgres.migrations import migrate
from creneau_web.migrations import migration_apps

TENANTS = 200
AGENTS = 50
PLACES = 5
DAYS = 90
APPOINTMENTS = 1_400_000
DAYS_BEFORE_IT_IS_OLD = 45
BIG = ("opening_occurrence", "appointment", "allocation", "booking")


class Made(msgspec.Struct, frozen=True):
    """What stands in the folder, and whether it can be used again."""

    schema: str
    shape: tuple[int, ...]
    first_day: date
    seconds: float


def _shape(tenants: int) -> tuple[int, ...]:
    return (tenants, AGENTS, PLACES, DAYS, APPOINTMENTS * tenants // TENANTS)


def slug(number: int) -> str:
    """Name a tenant, from 1."""
    return f"bench-{number:03}"


def token(tenant: int, number: int = 0) -> str:
    """Give the secret of a program's token; each tenant has as many as the races need."""
    return f"bench-token-{tenant}-{number}"


async def prepare(
    server: EmbeddedPostgres, folder: Path, tokens: int, tenants: int = TENANTS
) -> tuple[PostgresAddress, Made]:
    """Start the server with the data in it, made anew where there is none that fits."""
    note = folder / "dataset.json"
    address = server.start()
    found = _read(note)
    if found is None or not _fits(found, tenants):
        server.stop()
        note.unlink(missing_ok=True)
        shutil.rmtree(server.home, ignore_errors=True)
        address = server.start()
        found = await _make(address, tokens, tenants)
        note.write_bytes(msgspec.json.encode(found))
    return address, found


def _read(note: Path) -> Made | None:
    try:
        return msgspec.json.decode(note.read_bytes(), type=Made)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _fits(made: Made, tenants: int) -> bool:
    young = date.today() - made.first_day < timedelta(days=DAYS_BEFORE_IT_IS_OLD)  # noqa: DTZ011 - a day is near enough
    return young and made.schema == _schema() and made.shape == _shape(tenants)


def _schema() -> str:
    """Digest every migration: what was made for another schema is no measure of this one."""
    digest = hashlib.sha256()
    for app in migration_apps():
        folder = Path(import_module(app).APP_CONFIG.migrations_folder_path)
        for file in sorted(folder.glob("*.sql")):
            digest.update(file.read_bytes())
    return digest.hexdigest()


async def _make(address: PostgresAddress, tokens: int, tenants: int) -> Made:
    started = time.perf_counter()
    first_day = date.today()  # noqa: DTZ011 - a day is near enough
    await migrate(address.owner_url, migration_apps())
    connection: Any = await asyncpg.connect(address.superuser_url, command_timeout=None)
    try:
        for name, sql in _steps(first_day, tokens, tenants):
            at = time.perf_counter()
            await connection.execute(sql)
            print(f"  {name:<34} {time.perf_counter() - at:6.1f} s", flush=True)
    finally:
        await connection.close()
    return Made(_schema(), _shape(tenants), first_day, time.perf_counter() - started)


_SETTINGS = """
    -- The data are made consistent below; checking each row's keys would take many minutes.
    SET session_replication_role = replica;
    SET synchronous_commit = off;
    SET maintenance_work_mem = '512MB';
    SET work_mem = '256MB';
    SET max_parallel_workers_per_gather = 0;
    SET TimeZone = 'UTC';
    SELECT setseed(0.42);
"""

_SETUP = f"""
    INSERT INTO tenant (slug, name)
        SELECT 'bench-' || lpad(n::text, 3, '0'), 'Ville ' || n FROM generate_series(1, {{tenants}}) n;
    INSERT INTO tenant_profile (tenant_id) SELECT id FROM tenant;
    INSERT INTO domain (host, tenant_id, verified_at) SELECT slug || '.localhost', id, now() FROM tenant;
    INSERT INTO organisation (tenant_id, name) SELECT id, 'Mairie' FROM tenant;
    INSERT INTO service (tenant_id, name) SELECT id, 'Citoyenneté' FROM tenant;
    INSERT INTO place (tenant_id, organisation_id, name)
        SELECT o.tenant_id, o.id, 'Lieu ' || n FROM organisation o, generate_series(1, {PLACES}) n;
    INSERT INTO resource (tenant_id, kind, label)
        SELECT id, 'agent', 'Agent ' || n FROM tenant, generate_series(1, {AGENTS}) n;
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
        SELECT o.tenant_id, uuidv7() AS id, o.id AS occurrence_id, o.resource_id, o.place_id,
            o.starts_at AS opens_at, floor(random() * 6)::integer AS step,
            1 + floor(random() * 1000)::integer AS person, 1 + floor(random() * 4)::integer AS motive
        FROM opening_occurrence o;
    INSERT INTO made
        SELECT tenant_id, uuidv7(), occurrence_id, resource_id, place_id, opens_at, (step + 3) % 6,
            1 + floor(random() * 1000)::integer, 1 + floor(random() * 4)::integer
        FROM made ORDER BY random()
        LIMIT greatest({appointments} - (SELECT count(*) FROM made), 0);
    ALTER TABLE made ADD COLUMN starts_at timestamptz, ADD COLUMN ends_at timestamptz;
    UPDATE made SET starts_at = opens_at + step * interval '30 minutes',
        ends_at = opens_at + (step + 1) * interval '30 minutes';
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
    DROP TABLE made;
"""

_TOKENS = """
    INSERT INTO api_token (tenant_id, digest, label, scopes, expires_at)
        SELECT t.id, sha256(convert_to(
                'bench-token-' || t.n || '-' || k, 'UTF8')), 'bench',
            '{{motives:read,places:read,slots:read,bookings:read,bookings:write}}',
            now() + interval '365 days'
        FROM (SELECT *, row_number() OVER (ORDER BY slug) AS n FROM tenant) t,
            generate_series(0, CASE WHEN t.n = {tenants} THEN {tokens} ELSE 0 END) k;
"""

# What is built over a full table is built several times faster than row by row.
_REMEMBER = """
    CREATE TABLE later AS
        SELECT 1 AS turn, format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS away,
            format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname,
                   pg_get_constraintdef(oid)) AS back
        FROM pg_constraint
        WHERE conrelid = ANY ('{{{big}}}'::regclass[]) AND contype = 'x'
        UNION ALL
        SELECT 0, format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
        FROM pg_index i
        WHERE i.indrelid = ANY ('{{{big}}}'::regclass[])
            AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid);
    DO $$ DECLARE statement text; BEGIN
        FOR statement IN SELECT away FROM later LOOP EXECUTE statement; END LOOP;
    END $$;
"""

_PUT_BACK = """
    DO $$ DECLARE statement text; BEGIN
        FOR statement IN SELECT back FROM later ORDER BY turn LOOP EXECUTE statement; END LOOP;
    END $$;
    DROP TABLE later;
"""


def _steps(first_day: date, tokens: int, tenants: int) -> Iterator[tuple[str, str]]:
    day = first_day.isoformat()
    yield "settings", _SETTINGS
    yield "tenants, agents, persons", _SETUP.format(tenants=tenants)
    yield "openings", _OPENINGS.format(first_day=day, days=DAYS, places=PLACES)
    yield "tokens", _TOKENS.format(tenants=tenants, tokens=tokens)
    yield "indexes set aside", _REMEMBER.format(big=",".join(BIG))
    yield "occurrences", _OCCURRENCES.format(first_day=day, days=DAYS)
    yield "choice of times", _CHOICE.format(appointments=_shape(tenants)[-1])
    yield "appointments", _APPOINTMENTS
    yield "allocations", _ALLOCATIONS
    yield "bookings", _BOOKINGS
    yield "indexes and constraints put back", _PUT_BACK
    yield "vacuum", "VACUUM ANALYZE"
    yield "checkpoint", "CHECKPOINT"


class LargeTown(msgspec.Struct, frozen=True):
    """The tenant that races take place in."""

    host: str
    tenant: Tenant
    organisation: UUID
    service: UUID
    place: UUID
    motive: UUID
    agents: list[UUID]


async def last_tenant(address: PostgresAddress, tenants: int = TENANTS) -> LargeTown:
    """Look up the tenant that nothing else is measured on."""
    connection: Any = await asyncpg.connect(address.superuser_url)
    try:
        row = await connection.fetchrow(
            """
            SELECT t.id, t.slug, t.name, o.id AS organisation, s.id AS service, m.id AS motive,
                (SELECT p.id FROM place p WHERE p.tenant_id = t.id ORDER BY p.id LIMIT 1) AS place,
                ARRAY(SELECT r.id FROM resource r WHERE r.tenant_id = t.id ORDER BY r.id) AS agents
            FROM tenant t JOIN organisation o ON o.tenant_id = t.id
            JOIN service s ON s.tenant_id = t.id
            JOIN motive m ON m.tenant_id = t.id AND m.position = 1
            WHERE t.slug = $1
            """,
            slug(tenants),
        )
    finally:
        await connection.close()
    tenant = Tenant(
        id=row["id"],
        slug=row["slug"],
        name=row["name"],
        locale="fr",
        time_zone="Europe/Paris",
        public_url="",
    )
    return LargeTown(
        host=f"{tenant.slug}.localhost",
        tenant=tenant,
        organisation=row["organisation"],
        service=row["service"],
        place=row["place"],
        motive=row["motive"],
        agents=list(row["agents"]),
    )


async def clear_away(address: PostgresAddress, town: LargeTown) -> None:
    """Take out what the races left, so that the next run finds the same data."""
    connection: Any = await asyncpg.connect(address.superuser_url)
    try:
        await connection.execute(_CLEAR.format(tenant=town.tenant.id))
    finally:
        await connection.close()


_CLEAR = """
    SET session_replication_role = replica;
    CREATE TEMP TABLE gone AS
        SELECT appointment_id AS id FROM booking WHERE tenant_id = '{tenant}' AND source = 'api'
        UNION SELECT id FROM appointment WHERE tenant_id = '{tenant}' AND group_session;
    DELETE FROM booking WHERE tenant_id = '{tenant}' AND appointment_id IN (SELECT id FROM gone);
    DELETE FROM allocation WHERE tenant_id = '{tenant}' AND appointment_id IN (SELECT id FROM gone);
    DELETE FROM appointment WHERE tenant_id = '{tenant}' AND id IN (SELECT id FROM gone);
    DELETE FROM motive WHERE tenant_id = '{tenant}' AND name LIKE 'Atelier %';
    DELETE FROM history WHERE tenant_id = '{tenant}';
    DELETE FROM outbox WHERE tenant_id = '{tenant}';
    DELETE FROM idempotency WHERE tenant_id = '{tenant}';
    DELETE FROM person p WHERE tenant_id = '{tenant}' AND last_name = 'Exemple';
"""
