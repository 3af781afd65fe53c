"""What is kept of persons for the figures of a territory is what counting everything would give (S-10)."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.listing.schemas import Within
from creneau.appointments.schemas import SettingRequest
from creneau.context import SYSTEM, Actor, Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.organisations import service as organisations
from creneau.people import service as people
from creneau.people.files import service as files
from creneau.people.following import service as following
from creneau.people.merging import service as merging
from creneau.people.merging.schemas import Merging
from creneau.people.rules import version_of
from creneau.people.schemas import PersonDraft
from creneau.plugins import installed
from creneau.retention import queries as retention
from creneau.statistics import service as statistics
from creneau.statistics.schemas import Question
from creneau_infra.clock import now
from creneau_social.figures import queries
from creneau_social.figures.keeping import queries as keeping
from creneau_social.figures.keeping import service
from creneau_social.figures.keeping.contributions import Filling
from creneau_social.figures.schemas import OfReferent, OfService, Whose
from msgspec.structs import replace

from tests.platform.cast import Town, new_motive
from tests.web.stage import new_tenant

ALL = Whose(everything=True)


class Case:
    """A few persons of a département, and what happens to them by chance."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town = town
        self.luck = random.Random(seed)  # noqa: S311 - nothing is secret here
        self.agents = [town.bob, town.bea]
        self.persons: list[UUID] = []
        self.motives = [town.motive]

    async def furnish(self) -> None:
        follow = {"social.follow_up": "yes"}
        registry = self.town.registry
        house = self.town.organisation
        self.motives.append(await new_motive(house, registry, name="Suivi", extra=follow))
        for name in ("Anna", "Ben", "Carl", "Dora"):
            draft = PersonDraft(first_name=name, last_name="Petit")
            self.persons.append(await files.create(draft, [house], SYSTEM))
        for _ in range(12):
            await self.meet()

    async def meet(self) -> None:
        """Set an appointment some day this year; what is past took place, or not."""
        agent = self.luck.choice(self.agents)
        starts_at = now().replace(second=0, microsecond=0) + timedelta(
            days=self.luck.randrange(-200, 100), minutes=30 * self.luck.randrange(16)
        )
        wanted = SettingRequest(
            motive_id=self.luck.choice(self.motives),
            place_id=self.town.place,
            resource_ids=[agent],
            starts_at=starts_at,
            person_id=self.luck.choice(self.persons),
            force_reason="essai",
        )
        booking = await appointments.set_appointment(wanted, Actor("agent", agent))
        if starts_at < now() - timedelta(days=1) and self.luck.random() < 0.9:
            state = self.luck.choice(("seen", "seen", "seen", "no_show", "excused"))
            await appointments.set_state(booking.id, state, SYSTEM)

    async def follow(self) -> None:
        person, agent = self.luck.choice(self.persons), self.luck.choice(self.agents)
        if not await following.add_referent(person, agent, SYSTEM):
            await following.remove_referent(person, agent, SYSTEM)

    async def change(self) -> None:
        """Change one appointment behind everybody's back: its time, person, status, agent, or motive's service."""
        statement = self.luck.choice(_CHANGES)
        async with tenant_transaction() as tx:
            ids = await tx.rows(
                "SELECT id FROM booking WHERE tenant_id = $1 AND state NOT IN ('held', 'expired')"
                " ORDER BY id",
                tx.tenant_id,
            )
            one = self.luck.choice(ids)["id"]
            person, agent = self.luck.choice(self.persons), self.luck.choice(self.agents)
            await tx.execute(statement, tx.tenant_id, one, person, agent)

    async def go_on(self) -> None:
        await self.luck.choice((self.meet, self.follow, self.follow, self.change, self.change))()


_OF = "SELECT appointment_id FROM booking WHERE tenant_id = $1 AND id = $2 AND $3::uuid <> $4::uuid"
_CHANGES = (
    f"UPDATE appointment SET starts_at = starts_at - interval '40 days', ends_at = ends_at - interval '40 days' WHERE tenant_id = $1 AND id IN ({_OF})",
    "UPDATE booking SET person_id = $3 WHERE tenant_id = $1 AND id = $2 AND $4::uuid IS NOT NULL",
    "UPDATE booking SET state = CASE state WHEN 'seen' THEN 'no_show' ELSE 'seen' END WHERE tenant_id = $1 AND id = $2 AND active AND $3::uuid <> $4::uuid",
    f"UPDATE allocation SET resource_id = $4, exclusive = false WHERE tenant_id = $1 AND appointment_id IN ({_OF})",
    f"UPDATE motive SET service_id = (SELECT id FROM service WHERE tenant_id = $1 AND id <> service_id ORDER BY id LIMIT 1) WHERE tenant_id = $1 AND id IN (SELECT motive_id FROM appointment WHERE tenant_id = $1 AND id IN ({_OF}))",
    f"DELETE FROM allocation WHERE tenant_id = $1 AND resource_id = $4 AND appointment_id IN ({_OF})",
)


async def kept() -> tuple[Sequence[Any], Sequence[Any]]:
    """Read all that is kept."""
    async with tenant_transaction() as tx:
        received = await tx.rows(
            "SELECT * FROM social.received WHERE tenant_id = $1 ORDER BY booking_id", tx.tenant_id
        )
        contacts = await tx.rows(
            "SELECT * FROM social.contact WHERE tenant_id = $1 ORDER BY person_id, agent_id",
            tx.tenant_id,
        )
    return received, contacts


async def rebuilt() -> tuple[Sequence[Any], Sequence[Any]]:
    """Forget all that is kept, and fill it in anew."""
    async with tenant_transaction() as tx:
        for table in ("received", "contact", "keeping"):
            await tx.execute(f"DELETE FROM social.{table} WHERE tenant_id = $1", tx.tenant_id)
    await service.fill()
    return await kept()


async def told(
    whose: Whose, since: datetime, to: datetime
) -> tuple[list[OfService], list[OfReferent]]:
    silent = now() - timedelta(days=90)
    async with tenant_transaction() as tx:
        services = await queries.by_service(tx, whose, since, to)
        return services, await queries.by_referent(tx, whose, now(), silent, since, to)


async def same_as_it_stands(town: Town) -> bool:
    """Compare what is told from what is kept with what is counted one by one, over several periods."""
    found = True
    for whose in (ALL, Whose(agent_ids=[town.bob]), replace(ALL, service_id=town.registry)):
        for days in ((-400, 400), (-120, -30), (-60, 0), (-10, 60)):
            since, to = (now() + timedelta(days=one) for one in days)
            found &= await told(whose, since, to) == await told(
                replace(whose, kept=True), since, to
            )
    return found


async def nothing_to_come() -> None:
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE booking SET state = 'excused' WHERE tenant_id = $1 AND state = 'planned'",
            tx.tenant_id,
        )


@pytest.fixture
async def case(house: Town) -> Case:
    made = Case(house, 1)
    await made.furnish()
    await service.fill()
    return made


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happens_what_is_kept_is_what_would_be_counted_anew(
    house: Town, seed: int
) -> None:
    case = Case(house, seed)
    await case.furnish()
    await case.follow()
    await service.fill()
    for _ in range(6):
        for _ in range(3):
            await case.go_on()
        await statistics.refresh()
        found = await kept()
        assert await same_as_it_stands(house)
        assert found == await rebuilt()
        assert found[0]


async def test_a_change_that_nobody_kept_would_be_seen(case: Case) -> None:
    await statistics.refresh()
    assert await same_as_it_stands(case.town)
    await case.meet()
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE booking SET state = 'seen' WHERE tenant_id = $1 AND state = 'planned'",
            tx.tenant_id,
        )
        await tx.execute("DELETE FROM person_change WHERE tenant_id = $1", tx.tenant_id)
    await statistics.refresh()
    assert not await same_as_it_stands(case.town)


async def test_figures_that_are_not_counted_yet_are_told_as_they_stand(case: Case) -> None:
    today = now().date()
    asked = Question(
        within=Within(everything=True), since=today - timedelta(300), to=today + timedelta(1)
    )
    await statistics.refresh()
    async with tenant_transaction() as tx:
        await tx.execute("DELETE FROM social.received WHERE tenant_id = $1", tx.tenant_id)
    assert not (await statistics.of_plugins(asked))[0].rows
    await following.add_referent(case.persons[0], case.town.bob, SYSTEM)
    assert (await statistics.of_plugins(asked))[0].rows


async def test_files_that_become_one_and_old_appointments_take_their_figures_along(
    case: Case,
) -> None:
    await following.add_referent(case.persons[0], case.town.bob, SYSTEM)
    await nothing_to_come()
    await statistics.refresh()
    one, other = [await people.person(person) for person in case.persons[:2]]
    wanted = Merging(
        kept_id=one.id,
        gone_id=other.id,
        sides={},
        kept_version=version_of(one),
        gone_version=version_of(other),
    )
    await merging.merge(wanted, SYSTEM)
    assert all(other.id != row["person_id"] for row in (*(await kept())[0], *(await kept())[1]))
    async with tenant_transaction() as tx:
        old = await tx.rows(
            "SELECT id FROM booking WHERE tenant_id = $1 AND person_id = $2 LIMIT 2",
            tx.tenant_id,
            one.id,
        )
        assert old
        nobody = await retention.give_to_nobody(tx, [row["id"] for row in old])
        await people.erase_in(tx, nobody, SYSTEM)
    await statistics.refresh()
    found = await kept()
    assert await same_as_it_stands(case.town)
    assert found == await rebuilt()


async def test_who_is_erased_is_in_no_contact_any_more_from_that_moment_on(case: Case) -> None:
    for person in case.persons:
        await following.add_referent(person, case.town.bob, SYSTEM)
    await statistics.refresh()
    assert len((await kept())[1]) == len(case.persons)
    await nothing_to_come()
    await people.erase(case.persons[0], SYSTEM)
    assert case.persons[0] not in {row["person_id"] for row in (await kept())[1]}
    await statistics.refresh()
    found = await kept()
    assert await same_as_it_stands(case.town)
    assert found == await rebuilt()


async def test_filling_in_goes_on_where_a_piece_of_work_ended(
    house: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = Case(house, 5)
    await case.furnish()
    await statistics.refresh()
    assert await kept() == ([], [])
    monkeypatch.setattr(service, "PERSONS_AT_ONCE", 1)
    monkeypatch.setattr(service, "SECONDS", 0.0)
    work = {one.kind: one for _name, one in installed().work()}[service.KIND]
    await Filling(code="social.figures").do()
    filled = False
    for turn in range(1, 30):
        async with tenant_transaction() as tx:
            filled = await keeping.is_filled(tx)
            asked = await tx.value(
                "SELECT count(*) FROM outbox WHERE tenant_id = $1 AND kind = $2",
                tx.tenant_id,
                service.KIND,
            )
        if filled:
            break
        assert asked == turn
        await work.do(case.persons[0], {})
    assert filled
    assert (await kept())[0]
    assert await same_as_it_stands(house)


async def test_what_is_kept_stays_true_while_the_plugin_is_off_and_where_it_never_was(
    case: Case, departement: Tenant
) -> None:
    with acting_for(replace(departement, plugins=frozenset())):
        await case.meet()
        await statistics.refresh()
    assert await same_as_it_stands(case.town)
    with acting_for(await new_tenant(frozenset())):
        await statistics.refresh()
        assert await organisations.organisations() == []
        assert await kept() == ([], [])
