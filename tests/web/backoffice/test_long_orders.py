"""A long list by person, or by when it was booked, reads like a short one, from whichever end (C-68)."""

from collections.abc import Sequence
from itertools import product
from uuid import UUID

import pytest
from creneau.appointments.listing import service as listing
from creneau.appointments.listing.queries import pages
from creneau.appointments.listing.schemas import Line, Standing, Wanted, Within
from creneau.database import tenant_transaction
from msgspec.structs import replace

from tests.web.backoffice.cast import Office

EVERYTHING = Within(everything=True)
MADE = 40


@pytest.fixture
async def crowd(office: Office) -> Office:
    """Forty appointments of nine persons: two have one name, one has many, two cannot be found by name."""
    async with tenant_transaction() as tx:
        await tx.execute(
            _MAKE, tx.tenant_id, office.motive, office.place, office.alice, office.bea, MADE
        )
    return office


_MAKE = """
    WITH who AS (
        INSERT INTO person (tenant_id, first_name, last_name)
        SELECT $1, CASE WHEN name IN ('…', '–') THEN name ELSE 'Ana' END, name FROM unnest(ARRAY['Éluard', 'abel', 'Zola', 'Abel', 'Abel', 'Noël', '…', '–', 'Bel'])
            AS name
        RETURNING id, last_name
    ), persons AS (
        SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM who
    ), given AS (
        SELECT n, uuidv7() AS id, date_trunc('hour', now()) + (n % 7 - 3) * interval '1 day'
                + n / 7 * interval '1 hour' AS at,
            CASE n % 5 WHEN 4 THEN 'cancelled' ELSE 'scheduled' END AS state
        FROM generate_series(0, $6::integer - 1) n
    ), made AS (
        INSERT INTO appointment (tenant_id, id, motive_id, place_id, starts_at, ends_at, state)
        SELECT $1, id, $2, $3, at, at + interval '20 minutes', state FROM given
    ), seats AS (
        INSERT INTO booking (tenant_id, appointment_id, person_id, state, source, created_at, confirmed_at)
        SELECT $1, g.id, p.id, CASE WHEN g.state = 'cancelled' THEN 'cancelled'
                WHEN g.at < now() AND g.n % 2 = 0 THEN 'seen' ELSE 'planned' END,
            CASE WHEN g.n % 3 = 0 THEN 'public' ELSE 'agent' END,
            g.at - interval '8 days' - g.n % 11 * interval '1 hour',
            CASE WHEN g.n % 4 > 0 THEN g.at - interval '6 days' END
        FROM given g JOIN persons p ON p.n = CASE WHEN g.n % 4 = 0 THEN 3 ELSE g.n % 9 END
    )
    INSERT INTO allocation (tenant_id, appointment_id, resource_id, starts_at, ends_at, active, exclusive)
    SELECT $1, g.id, CASE WHEN g.n % 2 = 0 THEN $4::uuid ELSE $5::uuid END, g.at,
        g.at + interval '20 minutes', g.state = 'scheduled', false
    FROM given g
"""


def asked_for(office: Office) -> Sequence[Wanted]:
    """Ask for everything, for what an agent reaches, and by what a booking and an appointment are."""
    whole = Wanted(within=EVERYTHING)
    standings: tuple[Standing, ...] = ("seen", "to_fill", "upcoming", "cancelled")
    return [
        whole,
        replace(whole, source="public"),
        replace(whole, agent_id=office.bea),
        replace(whole, within=Within(agent_ids=frozenset({office.alice}))),
        *(replace(whole, standing=standing) for standing in standings),
    ]


async def paged(wanted: Wanted, total: int, most: int) -> list[UUID]:
    found = [
        await listing.listed(wanted, total, page, most) for page in range(1, -(-total // most) + 1)
    ]
    assert all(len(page) == most for page in found[:-1])
    return [line.id for page in found for line in page]


async def sorted_at_once(wanted: Wanted) -> Sequence[Line]:
    return await listing.listed(wanted, MADE, 1, 2 * MADE)


@pytest.mark.parametrize("descending", [True, False])
async def test_pages_by_person_are_those_of_the_whole_sorted_at_once(
    crowd: Office, monkeypatch: pytest.MonkeyPatch, *, descending: bool
) -> None:
    for one, most in product(asked_for(crowd), (1, 3, 7)):
        wanted = replace(one, sort="person", descending=descending)
        whole = await sorted_at_once(wanted)
        with monkeypatch.context() as patched:
            patched.setattr(pages, "TOO_MANY", 0)
            assert await paged(wanted, len(whole), most) == [line.id for line in whole], wanted
        assert whole


@pytest.mark.parametrize("descending", [True, False])
async def test_pages_by_when_it_was_booked_go_by_the_confirmation_where_there_was_one(
    crowd: Office, monkeypatch: pytest.MonkeyPatch, *, descending: bool
) -> None:
    for one in asked_for(crowd):
        wanted = replace(one, sort="booked", descending=descending)
        whole = await sorted_at_once(wanted)
        moments = [(line.booked_at, line.id) for line in whole]
        assert moments == sorted(moments, reverse=descending)
        for many in (MADE, 0):
            monkeypatch.setattr(pages, "MANY", many)
            assert await paged(wanted, len(whole), 7) == [line.id for line in whole], wanted


@pytest.mark.usefixtures("crowd")
async def test_who_cannot_be_found_by_name_comes_last_either_way_round(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pages, "TOO_MANY", 0)
    for descending in (True, False):
        wanted = Wanted(within=EVERYTHING, sort="person", descending=descending)
        names = [line.last_name for line in await listing.listed(wanted, MADE, 1, MADE)]
        nameless = [name for name in names if name in {"…", "–"}]
        assert nameless == names[-len(nameless) :]
        assert {"…", "–"} == set(nameless)


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize("descending", [True, False])
async def test_who_cannot_be_found_by_name_comes_last_in_the_pages_of_a_short_list_too(
    *, descending: bool
) -> None:
    wanted = Wanted(within=EVERYTHING, sort="person", descending=descending)
    whole = await sorted_at_once(wanted)
    assert whole[-1].last_name in {"…", "–"}
    assert await paged(wanted, len(whole), 7) == [line.id for line in whole]


@pytest.mark.usefixtures("crowd")
async def test_a_long_list_is_not_sorted_to_show_the_last_that_was_booked() -> None:
    async with tenant_transaction() as tx:
        # So few rows are sorted as quickly: the database is told not to.
        await tx.execute("SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off")
        plan = await tx.rows(
            """
            EXPLAIN SELECT b.id FROM booking b WHERE b.tenant_id = $1 AND b.state NOT IN ('held', 'expired')
            ORDER BY CASE WHEN b.confirmed_at IS NULL THEN b.created_at ELSE b.confirmed_at END DESC, b.id DESC
            """,
            tx.tenant_id,
        )
    assert any("booking_booked" in row[0] for row in plan)
    assert not any("Sort" in row[0] for row in plan)
