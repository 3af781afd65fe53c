"""Who was not seen for a long time is listed beforehand, and erased one by one (T-11)."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from creneau.context import SYSTEM, VISITOR, Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.people import service
from creneau.people.files import service as files
from creneau.people.idle import service as idle
from creneau.people.idle.schemas import IdleWanted
from creneau.people.notes import service as notes
from creneau.people.schemas import PersonDraft
from creneau.waiting import service as waiting
from creneau.waiting.schemas import WaitingRequest
from creneau_infra.clock import now

from tests.platform.cast import Stranger, Town

LONG_AGO = timedelta(days=800)


def two_years_ago() -> datetime:
    return now() - timedelta(days=730)


async def old(town: Town, first_name: str, responsible: UUID | None = None) -> UUID:
    draft = PersonDraft(first_name=first_name, last_name="Petit")
    made = await files.create(draft, [town.organisation], SYSTEM, responsible_id=responsible)
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE person SET created_at = $1 WHERE id = $2", now() - LONG_AGO, made)
    return made


async def names() -> list[str]:
    return [one.name for one in await idle.idle_persons(two_years_ago())]


async def test_who_did_nothing_for_two_years_is_listed_and_nobody_else(town: Town) -> None:
    await old(town, "Ana")
    noted, waits = await old(town, "Bob"), await old(town, "Cléo")
    await notes.add(noted, "Vue hier", SYSTEM)
    await waiting.ask(WaitingRequest(motive_id=town.motive, person_id=waits), VISITOR)
    parent = await old(town, "Dina")
    child = await old(town, "Léo", parent)
    await files.create(PersonDraft(first_name="Eve", last_name="Petit"), [], SYSTEM)
    assert await names() == ["Ana Petit", "Dina Petit"]
    assert [one.relatives for one in await idle.idle_persons(two_years_ago())] == [0, 1]
    assert await idle.count_idle(IdleWanted(before=two_years_ago())) == 2
    await notes.add(child, "Vu hier", SYSTEM)
    assert await names() == ["Ana Petit"]


async def test_pages_follow_each_other(town: Town) -> None:
    made = [await old(town, name) for name in ("Ana", "Bob", "Cléo")]
    first = await idle.idle_persons(two_years_ago(), limit=2)
    rest = await idle.idle_persons(two_years_ago(), first[-1].id, 2)
    assert [one.id for one in (*first, *rest)] == made


async def test_one_is_erased_with_their_relatives_and_twice_is_once(town: Town) -> None:
    parent = await old(town, "Dina")
    await old(town, "Léo", parent)
    assert await idle.erase_idle(parent, two_years_ago(), SYSTEM)
    assert not await idle.erase_idle(parent, two_years_ago(), SYSTEM)
    async with tenant_transaction() as tx:
        assert await tx.value("SELECT count(*) FROM person WHERE erased_at IS NULL") == 0


async def test_whoever_came_back_meanwhile_is_not_erased(tenant: Tenant, town: Town) -> None:
    ana = await old(town, "Ana")
    assert await names() == ["Ana Petit"]
    await notes.add(ana, "Revenue", SYSTEM)
    assert not await idle.erase_idle(ana, two_years_ago(), SYSTEM)
    assert (await service.person(ana)).first_name == "Ana"
    assert not await idle.erase_idle(uuid4(), two_years_ago(), SYSTEM)
    assert tenant.id


async def test_another_tenants_persons_are_neither_listed_nor_erased(
    town: Town, stranger: Stranger
) -> None:
    with acting_for(stranger.tenant):
        theirs = await old(stranger.town, "Ana")
    assert town.organisation
    assert await names() == []
    assert not await idle.erase_idle(theirs, two_years_ago(), SYSTEM)
