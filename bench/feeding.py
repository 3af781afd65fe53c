"""The open feed of 5,000 structures: computed anew, asked for first of all, and kept (D-09)."""

import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from statistics import median, quantiles
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
import scratch
from creneau.context import SYSTEM, acting_for
from creneau.database import tenant_transaction
from creneau.history.queries import record
from creneau.towns import service as towns
from creneau_digital_aid.feed.pages import CSV, JSON
from creneau_digital_aid.feed.service import keep_up
from creneau_digital_aid.places import service as sheets
from creneau_infra.postgres.embedded import PostgresAddress
from creneau_infra.postgres.migrations import migrate
from creneau_infra.settings import load
from creneau_tenants import addresses
from creneau_tenants import service as tenants
from creneau_tenants.schemas import TenantDraft
from creneau_web.migrations import migration_apps
from http_client import Client
from msgspec.structs import replace
from reporting import table

Start = Callable[[], AbstractAsyncContextManager[int]]
PLACES = 5_000
PROCESSES = 5
ANEW = 60
WARM_UP = 3
MOST_MS = 200.0
FORMS = {"JSON": JSON, "CSV": CSV}


class Form(msgspec.Struct, frozen=True):
    """Milliseconds of one form: `first` of a process, the slowest of some; anew; kept (p50).

    `anew` after a change of a structure, `opened` after one of what can be booked.
    """

    name: str
    kilobytes: int
    first_p50: float
    first_worst: float
    anew_p50: float
    anew_p95: float
    anew_worst: float
    opened_p50: float
    opened_p95: float
    kept_p50: float


class Feeding(msgspec.Struct, frozen=True):
    """What a feed costs, in ms, where all structures came in at once.

    `unready` is the answer to who asks before a worker has gone round, `written` that worker's work.
    """

    places: int
    unready: float
    written: float
    forms: list[Form]

    @property
    def holds(self) -> bool:
        """Tell whether the feed is there soon enough, also anew and for the first of a process."""
        return all(
            max(one.first_worst, one.anew_p95, one.opened_p95) < MOST_MS for one in self.forms
        )


async def measure(address: PostgresAddress, start: Start) -> Feeding:
    """Fill a network of structures, and ask for its feed in every state."""
    await migrate(address.owner_url, migration_apps())
    addresses.configure(load({"CRENEAU_ENVIRONMENT": "test"}))
    async with scratch.connected(address):
        slug = f"network-{uuid4().hex[:8]}"
        tenant = await tenants.create_tenant(
            TenantDraft(slug=slug, name=slug, plugins=frozenset({"digital_aid"}))
        )
        await _fill(address, tenant.id)
        with acting_for(tenant):
            host = f"{slug}.localhost"
            async with start() as port:
                unready, _size = await _asked(port, host, JSON)
            written = await _gone_round()
            forms: list[Form] = []
            for name in FORMS:
                # The form before has changed more than a hundred structures within seconds; a worker
                # goes round every twenty, and so it has before the first of a process asks.
                await keep_up()
                forms.append(await _form(name, host, start))
    return Feeding(PLACES, unready, written, forms)


def show(found: Feeding) -> None:
    """Print what was measured."""
    table(
        f"The open feed of {found.places} structures, ms (just imported: {found.unready} before a worker"
        f" goes round, which takes {found.written})",
        (
            "",
            "kB",
            "first p50",
            "worst",
            "anew p50",
            "p95",
            "worst",
            "opened p50",
            "p95",
            "kept p50",
        ),
        [msgspec.structs.astuple(form) for form in found.forms],
    )


async def _form(name: str, host: str, start: Start) -> Form:
    path, firsts = FORMS[name], list[float]()
    for _ in range(PROCESSES - 1):
        async with start() as port:
            firsts.append((await _asked(port, host, path))[0])
    async with start() as port:
        first, size = await _asked(port, host, path)
        organisations = [one.organisation_id for one in await sheets.sheets(None)]
        anew: list[float] = []
        for number in range(WARM_UP + ANEW):
            await _change(organisations[number])
            anew.append((await _asked(port, host, path))[0])
        opened: list[float] = []
        for number in range(ANEW):
            await _open(organisations[number])
            opened.append((await _asked(port, host, path))[0])
        kept = [(await _asked(port, host, path))[0] for _ in range(ANEW)]
    firsts.append(first)
    anew = anew[WARM_UP:]
    return Form(
        name,
        size // 1024,
        round(median(firsts), 1),
        max(firsts),
        round(median(anew), 1),
        round(quantiles(anew, n=20)[18], 1),
        max(anew),
        round(median(opened), 1),
        round(quantiles(opened, n=20)[18], 1),
        round(median(kept), 1),
    )


async def _gone_round() -> float:
    """Have a worker write all lines, and give the milliseconds."""
    async with tenant_transaction() as tx:
        await tx.execute("DELETE FROM digital_aid.line WHERE tenant_id = $1", tx.tenant_id)
    started = time.perf_counter()
    await keep_up()
    return round((time.perf_counter() - started) * 1000, 1)


async def _asked(port: int, host: str, path: str) -> tuple[float, int]:
    """Ask on a connection of one's own, and give the milliseconds and the size."""
    async with Client(port, host, "") as client:
        started = time.perf_counter()
        answer = await client.get(path)
        taken = (time.perf_counter() - started) * 1000
    assert answer.status == 200, answer.status
    # A line for each, or it is another feed that was measured.
    assert answer.body.count(b"/lieux/") == PLACES, answer.body[:300]
    return round(taken, 1), len(answer.body)


async def _change(organisation_id: UUID) -> None:
    """Change a structure's sheet: no answer that is kept counts any more."""
    now = await sheets.sheet(organisation_id)
    draft = replace(sheets.draft_of(now), summary=f"Nouveau : {uuid4().hex[:6]}.")
    await sheets.save_sheet(organisation_id, draft, SYSTEM, seen=now.version)


async def _open(opening_id: UUID) -> None:
    """Tell of a change of an opening: whatever can be booked is to be read again."""
    async with tenant_transaction() as tx:
        await record(tx, SYSTEM, "opening.changed", "opening", opening_id)


async def _fill(address: PostgresAddress, tenant: UUID) -> None:
    """Write structures of ten places each, all open on workdays for two months, with their history."""
    known = sorted(towns.towns(), key=lambda town: -town.population)[:PLACES]
    postal = [f"{town.postcodes[0]} {town.name}" for town in known]
    connection: Any = await asyncpg.connect(address.superuser_url, command_timeout=None)
    try:
        await connection.execute("SET session_replication_role = replica; SET TimeZone = 'UTC'")
        for statement in _MAKE:
            await connection.execute(statement.replace(":tenant", f"'{tenant}'"))
        await connection.execute(_PLACES, tenant, postal, PLACES)
        for statement in _OPEN:
            await connection.execute(statement.replace(":tenant", f"'{tenant}'"))
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


_MAKE = (
    """
    INSERT INTO organisation (tenant_id, name, phone, email, website, opening_hours)
    SELECT :tenant, 'Structure ' || n, '03 26 47 ' || to_char(n / 100, 'FM00') || ' ' || to_char(n % 100, 'FM00'),
        'contact' || n || '@structure.example', 'https://structure' || n || '.example',
        'Lundi au vendredi : 9 h – 12 h et 14 h – 17 h' || chr(10) || 'Samedi : ' || 8 + n % 3 || ' h – 12 h'
    FROM generate_series(1, 500) n
    """,
    """
    INSERT INTO digital_aid.sheet (tenant_id, organisation_id, pivot, services, summary)
    SELECT :tenant, id, '99900000000010',
        '{Aide aux démarches administratives,Maîtrise des outils numériques du quotidien}',
        'Un accompagnement gratuit, à votre rythme, par un conseiller numérique.'
    FROM organisation WHERE tenant_id = :tenant
    """,
    "INSERT INTO service (tenant_id, name) VALUES (:tenant, 'Conseillers')",
)
_PLACES = """
    INSERT INTO place (tenant_id, organisation_id, name, address, phone, access_information, latitude, longitude)
    SELECT $1, o.id, 'Lieu d’accueil numéro ' || n,
        n % 90 + 1 || ' rue de la République' || chr(10) || ($2::text[])[1 + n % cardinality($2::text[])],
        '01 47 ' || to_char(n / 10000 + 20, 'FM00') || ' ' || to_char(n / 100 % 100, 'FM00') || ' ' || to_char(n % 100, 'FM00'),
        'Au premier étage, porte ' || n % 7 || '. Accès de plain-pied par la cour.',
        43 + n % 700 / 100.0, n % 500 / 100.0
    FROM generate_series(1, $3::integer) n
    JOIN (SELECT id, row_number() OVER (ORDER BY id) AS number FROM organisation WHERE tenant_id = $1) o
        ON o.number = 1 + n % 500
"""
_OPEN = (
    """
    INSERT INTO motive (tenant_id, organisation_id, service_id, name, audience, duration_minutes, capacity)
    SELECT :tenant, o.id, s.id, m.name, 'everyone', 45, m.seats
    FROM organisation o JOIN service s USING (tenant_id),
        (VALUES ('Accompagnement', 1), ('Atelier', 8)) AS m (name, seats)
    WHERE o.tenant_id = :tenant
    """,
    """
    INSERT INTO resource (tenant_id, id, kind, label)
    SELECT :tenant, id, 'agent', 'Conseiller' FROM place WHERE tenant_id = :tenant
    """,
    """
    INSERT INTO opening (tenant_id, resource_id, place_id, first_day, start_time, end_time, recurrence)
    SELECT :tenant, id, id, current_date, '09:00', '12:00', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'
    FROM place WHERE tenant_id = :tenant
    """,
    """
    INSERT INTO opening_motive (tenant_id, opening_id, motive_id)
    SELECT :tenant, n.id, m.id FROM opening n
    JOIN place p ON p.tenant_id = n.tenant_id AND p.id = n.place_id
    JOIN motive m ON m.tenant_id = p.tenant_id AND m.organisation_id = p.organisation_id
    WHERE n.tenant_id = :tenant
    """,
    """
    INSERT INTO opening_occurrence (tenant_id, opening_id, resource_id, place_id, starts_at, ends_at)
    SELECT :tenant, id, resource_id, place_id, current_date + d + time '09:00', current_date + d + time '12:00'
    FROM opening, generate_series(1, 60) d
    WHERE tenant_id = :tenant AND extract(isodow FROM current_date + d) < 6
    """,
    """
    INSERT INTO history (tenant_id, actor_kind, subject_kind, subject_id, action, at)
    SELECT :tenant, 'system', 'place', id, 'place.' || what, now() - '9 days'::interval
    FROM place, unnest('{created,updated}'::text[]) AS what WHERE tenant_id = :tenant
    """,
    """
    INSERT INTO history (tenant_id, actor_kind, subject_kind, subject_id, action, at)
    SELECT :tenant, 'system', 'organisation', id, 'organisation.' || what, now() - '8 days'::interval
    FROM organisation, unnest('{created,updated,updated,updated}'::text[]) AS what
    WHERE tenant_id = :tenant
    """,
)
