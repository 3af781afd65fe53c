"""The list of persons holds whom somebody may see, as it is asked for (C-68, C-04)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from creneau.context import SYSTEM
from creneau.database import tenant_transaction
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.people import service as people
from creneau.people.files import service as files
from creneau.people.finding.schemas import EVERYBODY, Within
from creneau.people.listing import queries, service
from creneau.people.listing.schemas import Line, Wanted
from creneau.people.schemas import PersonDraft
from creneau_infra.clock import now

from tests.platform.cast import Town


async def made(name: str, *organisation_ids: UUID) -> UUID:
    draft = PersonDraft(first_name="Zoé", last_name=name)
    return await files.create(draft, list(organisation_ids), SYSTEM)


async def found(within: Within = EVERYBODY, **asked: Any) -> list[str]:
    """List last names, and see that the page, the count and the whole say the same."""
    wanted = Wanted(within=within, **asked)
    total = await service.counted(wanted)
    page = [one.last_name for one in await service.listed(wanted, total, 1, 50)]
    whole: list[str] = []

    async def sink(lines: Sequence[Line]) -> None:
        whole.extend(one.last_name for one in lines)

    await service.each(wanted, sink, 2)
    assert (len(page), whole) == (total, page)
    return page


async def test_names_are_sorted_both_ways_accents_and_case_aside(town: Town) -> None:
    for name in ("zola", "Élan", "Abel", "--"):
        await made(name, town.organisation)
    # Who has no letter in their name is not lost.
    assert [one for one in await found() if one != "--"] == ["Abel", "Élan", "zola"]
    assert "--" in await found()
    assert [one for one in await found(descending=True) if one != "--"] == ["zola", "Élan", "Abel"]


@pytest.mark.parametrize("many", [0, 5_000])
@pytest.mark.parametrize("sort", ["name", "created"])
async def test_a_long_list_is_gone_through_as_a_short_one_is_sorted(
    town: Town, monkeypatch: pytest.MonkeyPatch, many: int, sort: Any
) -> None:
    monkeypatch.setattr(queries, "MANY", many)
    for name in ("Abel", "Bron", "Caro", "Dury", "Eude"):
        await made(name, town.organisation)
    within = Within(organisation_ids=frozenset({town.organisation}))
    for descending in (False, True):
        wanted = Wanted(within=within, sort=sort, descending=descending)
        pages = [await service.listed(wanted, 5, page, 2) for page in (1, 2, 3, 9)]
        shown = [[one.last_name for one in page] for page in pages]
        names = ["Abel", "Bron", "Caro", "Dury", "Eude"][:: -1 if descending else 1]
        assert shown == [names[:2], names[2:4], names[4:], names[4:]]


async def test_only_those_whom_an_organisation_within_reach_knows_are_listed(town: Town) -> None:
    other = await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    await made("Ici", town.organisation)
    await made("Ailleurs", other)
    partout = await made("Partout")
    async with tenant_transaction() as tx:
        await tx.execute(
            "INSERT INTO person_organisation (tenant_id, person_id) VALUES ($1, $2)",
            tx.tenant_id,
            partout,
        )
    await made("Deux", town.organisation, other)
    here = Within(organisation_ids=frozenset({town.organisation}))
    assert await found(within=here) == ["Deux", "Ici", "Partout"]
    assert await found(within=Within(organisation_ids=frozenset())) == ["Partout"]
    assert await found(within=here, organisation_id=other) == ["Deux"]
    assert len(await found()) == 4


async def test_referents_and_days_narrow_the_list_and_the_erased_are_gone(town: Town) -> None:
    zoe, amir, gone = [await made(name, town.organisation) for name in ("Zola", "Amir", "Parti")]
    await people.add_referent(zoe, town.bob, SYSTEM)
    await people.erase(gone, SYSTEM)
    assert await found(Within(organisation_ids=frozenset({town.organisation}))) == ["Amir", "Zola"]
    assert await found(referent_id=town.bob) == ["Zola"]
    assert await found(referent_id=town.bea) == []
    assert await found(unfollowed=True) == ["Amir"]
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE agent SET state = 'removed' WHERE tenant_id = $1 AND id = $2",
            tx.tenant_id,
            town.bob,
        )
        await tx.execute(
            "UPDATE person SET created_at = $3 WHERE tenant_id = $1 AND id = $2",
            tx.tenant_id,
            amir,
            now() - timedelta(days=9),
        )
    assert await found(unfollowed=True) == ["Amir", "Zola"]
    week_ago = now() - timedelta(days=7)
    assert await found(since=week_ago) == ["Zola"]
    assert await found(to=week_ago) == ["Amir"]
    assert await found(sort="created") == ["Amir", "Zola"]
