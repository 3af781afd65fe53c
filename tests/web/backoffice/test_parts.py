"""A page of a long list in the order of motives, services, places, agents or statuses (C-68).

Only the parts and the days are read that a page is on, and the page is the same as if all were sorted.
"""

from collections.abc import Sequence
from itertools import product
from uuid import UUID

import pytest
from creneau.appointments.listing import service as listing
from creneau.appointments.listing.rules import slices
from creneau.appointments.listing.schemas import OnDay, Part, Sort, Standing, Wanted, Within
from creneau.context import SYSTEM
from creneau.database import tenant_transaction
from creneau.organisations import service as organisations
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft
from creneau.statistics import service as statistics
from creneau.statistics.schemas import Only, Question
from creneau_web.lists import FIRST_DAY, LAST_DAY
from msgspec.structs import replace

from tests.platform.cast import new_motive
from tests.web.backoffice.cast import Office

EVERYTHING = Within(everything=True)
MADE = 60


@pytest.fixture
async def many(office: Office) -> Office:
    """Sixty appointments of four motives, two of one name, at two places, of one, two or no agents."""
    registry = await organisations.create_service("état des lieux", False, SYSTEM)
    motives = [
        office.motive,
        await new_motive(office.organisation, registry, name="Zone"),
        await new_motive(office.organisation, registry, name="Passeport"),
    ]
    other = await places.create_place(
        PlaceDraft(organisation_id=office.organisation, name="Annexe"), SYSTEM
    )
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE motive SET name = 'passeport' WHERE tenant_id = $1 AND id = $2",
            tx.tenant_id,
            office.motive,
        )
        await tx.execute(
            _MAKE, tx.tenant_id, motives, [office.place, other], office.alice, office.bea, MADE
        )
    return office


_MAKE = """
    WITH who AS (
        INSERT INTO person (tenant_id, first_name, last_name) VALUES ($1, 'Ana', 'Abel') RETURNING id
    ), given AS (
        SELECT n, uuidv7() AS id, ($2::uuid[])[1 + n % 3] AS motive, ($3::uuid[])[1 + n / 3 % 2] AS place,
            date_trunc('hour', now()) + (n % 7 - 3) * interval '1 day' + n / 7 * interval '1 hour' AS at,
            CASE n % 5 WHEN 4 THEN 'cancelled' ELSE 'scheduled' END AS state
        FROM generate_series(0, $6::integer - 1) n
    ), made AS (
        INSERT INTO appointment (tenant_id, id, motive_id, place_id, starts_at, ends_at, state)
        SELECT $1, id, motive, place, at, at + interval '20 minutes', state FROM given
    ), seats AS (
        INSERT INTO booking (tenant_id, appointment_id, person_id, state, source, confirmed_at)
        SELECT $1, g.id, w.id, CASE WHEN g.state = 'cancelled' THEN 'cancelled'
            WHEN g.at < now() AND n % 2 = 0 THEN 'seen' ELSE 'planned' END, 'agent', now()
        FROM given g, who w
    )
    INSERT INTO allocation (tenant_id, appointment_id, resource_id, starts_at, ends_at, active, exclusive)
    SELECT $1, g.id, a.id, g.at, g.at + interval '20 minutes', g.state = 'scheduled', false
    FROM given g, (VALUES ($4::uuid, 1), ($5::uuid, 2)) AS a (id, bit)
    WHERE (n % 4) & a.bit > 0
"""


async def paged(wanted: Wanted, only: Only, most: int) -> Sequence[UUID]:
    """Read page by page, from the parts and days that are counted."""
    asked = Question(within=wanted.within, since=FIRST_DAY, to=LAST_DAY, either=True)
    assert await statistics.standings(asked, only) is not None

    async def days_of(one: Wanted) -> Sequence[OnDay]:
        return await statistics.days(asked, replace(only, part=one.part), wanted.standing)

    parts = await statistics.parts(
        asked, only, wanted.standing, wanted.sort, descending=wanted.descending
    )
    total = sum(part.number for part in parts)
    pages = [
        await listing.listed_in_parts(wanted, parts, page, most, days_of)
        for page in range(1, -(-total // most) + 1)
    ]
    assert all(len(page) == most for page in pages[:-1])
    return [line.id for page in pages for line in page]


@pytest.mark.parametrize("long", [0, 1_000])
@pytest.mark.parametrize("sort", sorted(listing.IN_PARTS))
async def test_pages_of_an_order_in_parts_are_those_of_the_whole_sorted_at_once(
    many: Office, monkeypatch: pytest.MonkeyPatch, sort: Sort, long: int
) -> None:
    monkeypatch.setattr(listing, "LONG", long)
    wholes = [
        Wanted(within=EVERYTHING, sort=sort),
        Wanted(within=EVERYTHING, sort=sort, agent_id=many.bea),
    ]
    reached = Within(agent_ids=frozenset({many.alice}))
    standings: tuple[Standing | None, ...] = (None, "seen", "to_fill", "upcoming", "cancelled")
    for whole, descending, standing in product(
        [*wholes, Wanted(within=reached, sort=sort, motive_id=many.motive)],
        (True, False),
        standings,
    ):
        wanted = replace(whole, descending=descending, standing=standing)
        only = Only(motive=wanted.motive_id, agent=wanted.agent_id)
        sorted_at_once = [line.id for line in await listing.listed(wanted, MADE, 1, 2 * MADE)]
        assert await paged(wanted, only, 7) == sorted_at_once, wanted
        assert sorted_at_once or standing == "cancelled" or wanted.motive_id


@pytest.mark.usefixtures("many")
async def test_an_appointment_stands_with_the_first_of_its_agents_also_when_it_was_cancelled() -> (
    None
):
    wanted = Wanted(within=EVERYTHING, sort="agents", descending=False)
    lines = await listing.listed(wanted, MADE, 1, 2 * MADE)
    firsts = [line.agents[0].casefold() if line.agents else "~" for line in lines]
    assert firsts == sorted(firsts)
    assert len(set(firsts)) == 3
    assert {"cancelled"} < {line.standing for line in lines if line.agents}
    turned = await listing.listed(replace(wanted, descending=True), MADE, 1, 2 * MADE)
    assert not turned[-1].agents
    assert turned[0].agents == lines[len(lines) - 1 - firsts.count("~")].agents


def test_a_page_is_cut_from_the_parts_that_it_is_on() -> None:
    parts = [Part(number=3), Part(number=0), Part(number=1), Part(number=4)]
    for offset, most in product(range(9), range(1, 9)):
        lines = [
            (parts.index(part), place)
            for part, skipped, number in slices(parts, offset, most)
            for place in range(skipped, skipped + number)
        ]
        every = [(n, place) for n, part in enumerate(parts) for place in range(part.number)]
        assert lines == every[offset : offset + most]


def test_only_a_long_list_is_worth_knowing_its_parts() -> None:
    wanted = Wanted(within=EVERYTHING, sort="place")
    assert not listing.is_long_in_parts(wanted, listing.FAR)
    assert listing.is_long_in_parts(wanted, listing.FAR + 1)
    assert not listing.is_long_in_parts(replace(wanted, sort="booked"), 500_000)
