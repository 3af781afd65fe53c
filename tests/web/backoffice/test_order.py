"""A long list is gone through in the order that is asked for, and reads like a short one (C-68)."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.listing import service
from creneau.appointments.listing.queries import pages
from creneau.appointments.listing.schemas import Sort, Standing, Wanted, Within
from creneau.appointments.schemas import ConfirmRequest, HoldRequest
from creneau.context import SYSTEM
from creneau.database import tenant_transaction
from creneau.people.schemas import Identity
from creneau.statistics import service as statistics
from creneau.statistics.schemas import Only, Question
from creneau_web.lists import FIRST_DAY, LAST_DAY
from msgspec.structs import replace

from tests.days import today, tomorrow
from tests.web.backoffice.cast import Office, at, book

SORTS: tuple[Sort, ...] = (
    *("start", "person", "motive", "service", "place", "agents", "status", "booked"),
)
NAMES = ("Éluard", "abel", "Zola", "Abel", "Noël")


async def read(wanted: Wanted, total: int, most: int) -> Sequence[UUID]:
    pages = [
        await service.listed(wanted, total, page, most) for page in range(1, total // most + 1)
    ]
    return [line.id for page in pages for line in page]


@pytest.fixture
async def long(office: Office) -> int:
    """Eight appointments: two are cancelled, one has two agents."""
    made = [
        await book(
            office,
            at(tomorrow(), 9 + number),
            Identity(first_name="Ana", last_name=NAMES[number % len(NAMES)]),
        )
        for number in range(7)
    ]
    for booking in made[2:4]:
        await appointments.cancel(booking.id, SYSTEM)
    hold = HoldRequest(
        motive_id=office.motive,
        starts_at=at(tomorrow(), 18),
        place_id=office.place,
        resource_id=office.bea,
        owner=b"bea",
        source="agent",
    )
    who = ConfirmRequest(
        identity=Identity(first_name="Luc", last_name="Abel"), instructions_accepted=True
    )
    both = await appointments.book(hold, who, SYSTEM)
    async with tenant_transaction() as tx:
        await tx.execute(
            """
            INSERT INTO allocation (tenant_id, appointment_id, resource_id, starts_at, ends_at)
            SELECT tenant_id, appointment_id, $3, starts_at, ends_at FROM allocation
            WHERE tenant_id = $1 AND appointment_id = $2
            """,
            tx.tenant_id,
            both.appointment_id,
            office.alice,
        )
    return len(made) + 1


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("sort", SORTS)
async def test_pages_near_the_beginning_are_the_same_however_they_are_found(
    long: int, monkeypatch: pytest.MonkeyPatch, sort: Sort, *, descending: bool
) -> None:
    wanted = Wanted(within=Within(everything=True), sort=sort, descending=descending)
    whole = await read(wanted, long, long)
    assert len(set(whole)) == long
    monkeypatch.setattr(pages, "MANY", 6)
    assert await read(wanted, long, 2) == whole
    agents = replace(wanted, standing="upcoming")
    assert await read(agents, 6, 2) == [
        one for one in whole if one in set(await read(agents, 6, 6))
    ]


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("standing", [None, "upcoming"])
async def test_a_page_in_the_middle_is_the_same_when_it_is_read_from_its_own_day(
    office: Office, long: int, descending: bool, standing: Standing | None
) -> None:
    for days, hour in ((-1, 20), (0, 20), (2, 20), (2, 21)):
        who = Identity(first_name="Zoé", last_name="Bel")
        await book(office, at(today() + timedelta(days=days), hour), who)
    within = Within(everything=True)
    wanted = Wanted(within=within, descending=descending, standing=standing)
    asked = Question(within=within, since=FIRST_DAY, to=LAST_DAY)
    counts = await statistics.standings(asked, Only())
    assert counts is not None
    total = counts["upcoming"] if standing else sum(counts.values())
    days_of_it = await statistics.days(asked, Only(), standing)
    assert sum(one.number for one in days_of_it) == total >= long
    for most in (1, 3, 5):
        for page in range(1, -(-total // most) + 2):
            found = await service.listed(wanted, total, page, most, days_of_it)
            assert found == await service.listed(wanted, total, page, most), (page, most)


def test_only_what_is_far_from_both_ends_is_worth_looking_for_its_day() -> None:
    wanted = Wanted(within=Within(everything=True))
    far = [
        page
        for page in (1, 150, 1000, 9_850, 10_000)
        if service.is_far_down(wanted, 500_000, page, 50)
    ]
    assert far == [150, 1000, 9_850]
    assert not service.is_far_down(replace(wanted, sort="person"), 500_000, 1000, 50)
