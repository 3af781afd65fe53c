"""Births in lists and proposals: shown where there is a reason, and noted (S-09)."""

from uuid import UUID

import pytest
from creneau.context import SYSTEM
from creneau.database import tenant_transaction
from creneau.people.files import service as files
from creneau.people.schemas import PersonDraft

from tests.platform.cast import Town
from tests.plugins.social.conftest import SignedIn
from tests.plugins.social.test_situation import ZOE, read_by
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
