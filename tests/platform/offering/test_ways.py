"""What can be booked at each place, read for thousands at once, is what is offered one by one (D-02)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from creneau.context import Tenant
from creneau.database import tenant_transaction
from creneau.offering import queries
from creneau.testing.factories import new_town
from creneau_infra import clock

HOURS = {
    "begun": (-2, 1),
    "over": (-3, -1),
    "soon": (20, 22),
    "in three days": (72, 74),
    "later": (24 * 30, 24 * 30 + 2),
    "beyond the notice": (24 * 91, 24 * 91 + 2),
}


@pytest.mark.parametrize("hours", HOURS.values(), ids=HOURS)
@pytest.mark.parametrize("moved", [timedelta(0), timedelta(microseconds=1)])
async def test_both_ways_of_reading_see_the_same(
    tenant: Tenant, hours: tuple[int, int], moved: timedelta
) -> None:
    del tenant
    await new_town()
    now = clock.now()
    await only_open(now + timedelta(hours=hours[0]), now + timedelta(hours=hours[1]))
    async with tenant_transaction() as tx:
        one_by_one = await queries.offers(tx, now + moved, None)
        at_once = await queries.ways(tx, now + moved)
    assert set(at_once) == {offer.place_id for offer in one_by_one}
    assert bool(at_once) is (0 < hours[1] < 24 * 90)


async def test_the_next_time_counts_where_the_one_before_is_over(tenant: Tenant) -> None:
    del tenant
    town = await new_town()
    now = clock.now()
    await only_open(now - timedelta(hours=9), now - timedelta(hours=8), now + timedelta(days=40))
    async with tenant_transaction() as tx:
        assert set(await queries.ways(tx, now)) == {town.place_id}
        assert await queries.ways(tx, datetime(2100, 1, 1, tzinfo=UTC)) == {}


async def only_open(begins: datetime, ends: datetime, *later: datetime) -> None:
    """Leave one opening with these occurrences, of an hour where no end is said."""
    periods = [(begins, ends), *((one, one + timedelta(hours=1)) for one in later)]
    async with tenant_transaction() as tx:
        opening: UUID = await tx.value(
            "SELECT id FROM opening WHERE tenant_id = $1 ORDER BY id LIMIT 1", tx.tenant_id
        )
        await tx.execute("DELETE FROM opening_occurrence WHERE tenant_id = $1", tx.tenant_id)
        await tx.execute(
            """
            INSERT INTO opening_occurrence
                (tenant_id, opening_id, resource_id, place_id, starts_at, ends_at)
            SELECT $1, o.id, o.resource_id, o.place_id, period.starts_at, period.ends_at
            FROM opening o, unnest($3::timestamptz[], $4::timestamptz[]) AS period (starts_at, ends_at)
            WHERE o.tenant_id = $1 AND o.id = $2
            """,
            tx.tenant_id,
            opening,
            [one[0] for one in periods],
            [one[1] for one in periods],
        )
