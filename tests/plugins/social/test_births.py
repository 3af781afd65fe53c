"""Births in lists and proposals: shown where there is a reason, and noted (S-09)."""

from datetime import date
from uuid import UUID

import pytest
from creneau.context import SYSTEM
from creneau.database import tenant_transaction
from creneau.people.files import service as files
from creneau.people.schemas import PersonDraft

from tests.platform.cast import Town
from tests.plugins.social.conftest import SignedIn
from tests.plugins.social.test_situation import ZOE, read_by, use
from tests.web.public.citizen import words


@pytest.fixture
async def zoe(house: Town) -> UUID:
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE agent SET state = 'active' WHERE tenant_id = $1", tx.tenant_id)
    return await files.create(ZOE, [house.organisation], SYSTEM)


async def test_a_list_that_shows_births_is_noted_once_with_how_many(
    house: Town, zoe: UUID, as_agent: SignedIn
) -> None:
    bob = await as_agent(house.bob)
    assert "1984" in (await bob.get("/personnes?q=petit")).text
    async with tenant_transaction() as tx:
        found = await tx.rows(
            "SELECT actor_id, details FROM history"
            " WHERE tenant_id = $1 AND action = 'social.list_read'",
            tx.tenant_id,
        )
    assert [one["actor_id"] for one in found] == [house.bob]
    assert found[0]["details"]["persons"] == 1
    assert await read_by(zoe) == {}
    assert "état civil de plusieurs usagers" in words(
        await (await as_agent(house.alice)).get("/administration/historique")
    )


async def test_what_is_proposed_while_one_types_tells_namesakes_apart_alone_and_is_noted(
    house: Town, zoe: UUID, as_agent: SignedIn
) -> None:
    bob = await as_agent(house.bob)
    for way in ("/personnes/suggestions?q=petit", "/personnes/recherche?q=petit"):
        assert "1984" not in (await bob.get(way)).text
    assert await read_by(zoe) == {}
    namesake = PersonDraft(first_name="zoé", last_name="PETIT")
    await files.create(namesake, [house.organisation], SYSTEM)
    assert "1984" in (await bob.get("/personnes/suggestions?q=petit")).text
    assert {name: "birth_date" in facts for name, facts in (await read_by(zoe)).items()} == {
        "Bob Martin": True
    }


async def test_where_no_list_shows_births_none_is_sorted_by_them(
    house: Town, as_agent: SignedIn
) -> None:
    for name, born in (("Abel", date(1990, 1, 1)), ("Zed", date(1950, 1, 1))):
        draft = PersonDraft(first_name=name, last_name=name, birth_date=born)
        await files.create(draft, [house.organisation], SYSTEM)
    alice = await as_agent(house.alice)

    async def first_by_birth() -> str:
        page = words(await alice.get("/personnes?tri=birth_date"))
        return min(("Abel", "Zed"), key=page.index)

    assert await first_by_birth() == "Zed"
    # With the list nothing leaves of births, their order neither.
    left = await alice.submit("/personnes/export?tri=birth_date", {"format": "csv"})
    rows = left.content.decode("utf-8-sig").splitlines()
    assert [row.split(";")[0].strip('"') for row in rows[1:]] == ["Abel", "Zed"]
    await use(house)
    assert await first_by_birth() == "Abel"


async def test_whom_a_typed_search_finds_leaves_as_a_file_without_births(
    house: Town, zoe: UUID, as_agent: SignedIn
) -> None:
    del zoe
    other = PersonDraft(first_name="Abel", last_name="Lefort")
    await files.create(other, [house.organisation], SYSTEM)
    alice = await as_agent(house.alice)
    left = await alice.submit("/personnes/export?q=petit", {"format": "csv"})
    assert left.status_code == 200, left.text
    file = left.content.decode("utf-8-sig")
    assert "Petit" in file
    assert "Lefort" not in file
    assert "1984" not in file
