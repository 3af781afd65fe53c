"""What is taken out of use is what was shown: motives and places name their version (C-02, C-05)."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest
from creneau.context import SYSTEM
from creneau.motives import service as motives
from creneau.motives.schemas import MotiveDraft
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft
from creneau.planning import service as planning
from creneau.planning.schemas import ArchiveMotive, ArchivePlace, EditMotive
from creneau.refusals import ChangedMeanwhile, NotFound

from tests.platform.cast import Town


async def tried(acting: Awaitable[object]) -> bool:
    try:
        await acting
    except ChangedMeanwhile:
        return False
    return True


async def edit_of_motive(town: Town, name: str) -> EditMotive:
    found = await motives.motive(town.motive)
    values: dict[str, Any] = {one: getattr(found, one) for one in MotiveDraft.__struct_fields__}
    values["name"] = name
    return EditMotive(found.id, MotiveDraft(**values), found.version)


async def place_named(town: Town, name: str) -> PlaceDraft:
    found = await places.place(town.place)
    values: dict[str, Any] = {one: getattr(found, one) for one in PlaceDraft.__struct_fields__}
    values["name"] = name
    return PlaceDraft(**values)


@pytest.mark.parametrize("turn", range(2))
async def test_of_a_place_that_two_change_and_archive_at_once_one_is_told(
    town: Town, turn: int
) -> None:
    version = (await places.place(town.place)).version
    acts = [
        tried(planning.save(ArchivePlace(town.place, version), SYSTEM)),
        tried(places.update_place(town.place, await place_named(town, "Annexe"), version, SYSTEM)),
    ]
    done = await asyncio.gather(*acts[:: 1 if turn else -1])
    assert sorted(done) == [False, True]
    found = await places.place(town.place)
    assert (found.name == "Annexe") is (found.archived_at is None)


async def test_of_a_motive_that_two_change_and_archive_at_once_one_is_told(town: Town) -> None:
    change = await edit_of_motive(town, "Passeport")
    done = await asyncio.gather(
        tried(planning.save(ArchiveMotive(town.motive, change.version), SYSTEM)),
        tried(planning.save(change, SYSTEM)),
        return_exceptions=True,
    )
    # A motive that is archived is not there to be changed any more: that is told as `NotFound`.
    assert done.count(True) == 1
    found = await motives.motive(town.motive)
    assert (found.name == "Passeport") is (found.archived_at is None)


async def test_two_who_archive_at_once_archive_once(town: Town) -> None:
    place, motive = await places.place(town.place), await motives.motive(town.motive)
    for change in (ArchiveMotive(motive.id, motive.version), ArchivePlace(place.id, place.version)):
        done = await asyncio.gather(*(tried(planning.save(change, SYSTEM)) for _ in range(4)))
        assert done.count(True) == 1


async def test_what_was_changed_since_stays_in_use_and_is_given_back(town: Town) -> None:
    place, motive = await places.place(town.place), await motives.motive(town.motive)
    await places.update_place(place.id, await place_named(town, "Annexe"), place.version, SYSTEM)
    await planning.save(await edit_of_motive(town, "Passeport"), SYSTEM)
    with pytest.raises(ChangedMeanwhile) as refused:
        await planning.save(ArchivePlace(place.id, place.version), SYSTEM)
    assert refused.value.saved == await places.place(place.id)
    with pytest.raises(ChangedMeanwhile) as refused:
        await planning.save(ArchiveMotive(motive.id, motive.version), SYSTEM)
    assert refused.value.saved == await motives.motive(motive.id)
    await planning.save(ArchivePlace(place.id), SYSTEM)
    await planning.save(ArchiveMotive(motive.id), SYSTEM)


async def test_what_is_archived_already_is_not_archived_again_and_keeps_its_moment(
    town: Town,
) -> None:
    await planning.save(ArchivePlace(town.place), SYSTEM)
    await planning.save(ArchiveMotive(town.motive), SYSTEM)
    place, motive = await places.place(town.place), await motives.motive(town.motive)
    # Neither without a version nor with the very one that stands.
    for change in (ArchivePlace(place.id), ArchiveMotive(motive.id)):
        with pytest.raises(NotFound):
            await planning.save(change, SYSTEM)
    for change in (ArchivePlace(place.id, place.version), ArchiveMotive(motive.id, motive.version)):
        with pytest.raises(ChangedMeanwhile):
            await planning.save(change, SYSTEM)
    assert (await places.place(town.place)).archived_at == place.archived_at
    assert (await motives.motive(town.motive)).archived_at == motive.archived_at


async def test_what_is_taken_back_into_use_twice_is_so_once(town: Town) -> None:
    await planning.save(ArchivePlace(town.place), SYSTEM)
    await planning.save(ArchiveMotive(town.motive), SYSTEM)
    await places.restore_place(town.place, SYSTEM)
    await motives.restore_motive(town.motive, SYSTEM)
    for acting in (
        places.restore_place(town.place, SYSTEM),
        motives.restore_motive(town.motive, SYSTEM),
    ):
        with pytest.raises(NotFound):
            await acting
