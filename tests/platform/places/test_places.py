import asyncio
from uuid import UUID, uuid4

import pytest
from creneau.context import SYSTEM, Actor, acting_for
from creneau.history import service as history
from creneau.places import service
from creneau.places.schemas import PlaceDraft
from creneau.planning import service as planning
from creneau.planning.schemas import ArchivePlace
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound

from tests.platform.cast import Stranger, Town


def draft(town: Town, name: str = "Centre ville", **changes: object) -> PlaceDraft:
    values: dict[str, object] = {"organisation_id": town.organisation, "name": name, **changes}
    return PlaceDraft(**values)  # type: ignore[arg-type] - the test's own keywords


async def test_a_place_says_where_it_is_and_how_to_get_in(town: Town) -> None:
    created = await service.create_place(
        draft(
            town,
            address="12 rue de la République\n59000 Exempleville",
            phone="01 23 45 67 89",
            access_information="Entrée de plain-pied par la cour.",
            latitude=50.63,
            longitude=3.06,
        ),
        SYSTEM,
    )
    place = await service.place(created)
    assert place.address == "12 rue de la République\n59000 Exempleville"
    assert (place.latitude, place.longitude) == (50.63, 3.06)
    assert place.time_zone == "Europe/Paris"
    assert [found.name for found in await service.places()] == [
        "Centre ville",
        "Place de la mairie",
    ]


async def test_half_a_pair_of_coordinates_or_a_strange_one_is_refused(town: Town) -> None:
    with pytest.raises(InvalidInput) as refused:
        await service.create_place(draft(town, latitude=91.0), SYSTEM)
    assert refused.value.fields == {
        "latitude": "Écrivez un nombre de -90 à 90.",
        "longitude": "Donnez la latitude et la longitude, ou aucune des deux.",
    }


async def test_a_place_needs_an_organisation_and_a_name_of_its_own(town: Town) -> None:
    with pytest.raises(InvalidInput) as refused:
        await service.create_place(draft(town, organisation_id=uuid4()), SYSTEM)
    assert refused.value.fields.keys() == {"organisation_id"}
    with pytest.raises(InvalidInput) as refused:
        await service.create_place(draft(town, "Place de la mairie"), SYSTEM)
    assert refused.value.fields.keys() == {"name"}


async def archive(place_id: UUID) -> None:
    await planning.save(ArchivePlace(place_id), SYSTEM)


async def test_an_archived_place_is_offered_no_longer_and_still_found(town: Town) -> None:
    await archive(town.place)
    assert await service.places(town.organisation) == []
    assert [found.id for found in await service.places(archived=True)] == [town.place]
    assert (await service.place(town.place)).archived_at is not None
    with pytest.raises(NotFound):
        await archive(town.place)
    await service.restore_place(town.place, SYSTEM)
    assert [found.id for found in await service.places()] == [town.place]


async def test_a_place_keeps_what_was_changed_and_its_organisation(town: Town) -> None:
    found = await service.place(town.place)
    changed = draft(town, " Grande  place ", organisation_id=uuid4(), phone="01 22")
    before = await service.update_place(
        town.place, changed, found.version, Actor("agent", town.alice)
    )
    after = await service.place(town.place)
    assert before.name == "Place de la mairie"
    assert (after.name, after.phone) == ("Grande place", "01 22")
    assert after.organisation_id == town.organisation
    entry = await history.last_change("place", town.place)
    assert entry is not None
    assert (entry.actor_label, entry.details) == ("Alice Martin", {"changed": ["name", "phone"]})


async def test_two_who_change_a_place_at_once_do_not_overwrite_each_other(town: Town) -> None:
    found = await service.place(town.place)
    await service.update_place(town.place, draft(town, "Une"), found.version, SYSTEM)
    with pytest.raises(ChangedMeanwhile):
        await service.update_place(town.place, draft(town, "Deux"), found.version, SYSTEM)
    assert (await service.place(town.place)).name == "Une"


async def test_a_place_is_not_renamed_into_another(town: Town) -> None:
    await service.create_place(draft(town), SYSTEM)
    found = await service.place(town.place)
    with pytest.raises(InvalidInput) as refused:
        await service.update_place(town.place, draft(town), found.version, SYSTEM)
    assert refused.value.fields.keys() == {"name"}


async def test_of_two_renamed_alike_at_once_one_is_told(town: Town) -> None:
    other = await service.create_place(draft(town), SYSTEM)
    versions = {one: (await service.place(one)).version for one in (town.place, other)}
    outcomes = await asyncio.gather(
        *(service.update_place(one, draft(town, "Une"), versions[one], SYSTEM) for one in versions),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["InvalidInput", "Place"]


async def test_a_stranger_neither_sees_nor_changes_a_place(town: Town, stranger: Stranger) -> None:
    version = (await service.place(town.place)).version
    with acting_for(stranger.tenant):
        assert town.place not in {found.id for found in await service.places(archived=True)}
        with pytest.raises(NotFound):
            await service.place(town.place)
        with pytest.raises(NotFound):
            await archive(town.place)
        with pytest.raises(NotFound):
            await service.update_place(town.place, draft(town), version, SYSTEM)
        with pytest.raises(InvalidInput):
            await service.create_place(draft(town, "Chez nous"), SYSTEM)
    assert (await service.place(town.place)).archived_at is None
