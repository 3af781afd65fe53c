from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from creneau.appointments.schemas import SessionDraft
from creneau.appointments.service import create_session
from creneau.context import SYSTEM, acting_for
from creneau.motives import service
from creneau.planning import service as planning
from creneau.planning.schemas import ArchivePlace
from creneau.refusals import InvalidInput, NotFound
from creneau_infra import clock

from tests.platform.cast import Stranger, Town, new_motive
from tests.platform.planning import open_for, soon


async def refused_fields(town: Town, **changes: object) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refused:
        await new_motive(town.organisation, town.citizenship, name="Passeport", **changes)
    return dict(refused.value.fields)


async def public_ids() -> list[UUID]:
    return [motive.id for motive in await service.public_motives()]


async def test_a_motive_keeps_all_that_was_decided_about_it(town: Town) -> None:
    created = await new_motive(
        town.organisation,
        town.registry,
        name="Acte de naissance",
        category="État civil",
        colour="#7a2048",
        location_type="phone",
        duration_minutes=20,
        step_minutes=10,
        buffer_after_minutes=5,
        minimum_notice_minutes=60,
        instructions_before="Préparez\r\n\tla date de naissance.",
        cancel_notice_minutes=None,
        maximum_active_per_person=2,
        extra={"counter.kind": "civil"},
    )
    motive = await service.motive(created)
    assert motive.colour == "#7A2048"
    assert motive.instructions_before == "Préparez\nla date de naissance."
    assert (motive.duration_minutes, motive.step_minutes) == (20, 10)
    assert motive.cancel_notice_minutes is None
    assert motive.move_notice_minutes == 0
    assert motive.extra == {"counter.kind": "civil"}


async def test_numbers_outside_their_bounds_get_a_sentence(town: Town) -> None:
    assert await refused_fields(town, duration_minutes=0, capacity=0, colour="teal") == {
        "duration_minutes": "Écrivez un nombre de 1 à 1440.",
        "capacity": "Écrivez un nombre de 1 à 10000.",
        "colour": "Choisissez une couleur, comme #0B6E69.",
    }


async def test_the_secretariat_cannot_make_home_visits(town: Town) -> None:
    fields = await refused_fields(town, secretariat=True, location_type="home")
    assert fields == {
        "secretariat": "Un rendez-vous à domicile ne peut pas être confié au secrétariat."
    }


async def test_the_longest_notice_is_longer_than_the_shortest(town: Town) -> None:
    fields = await refused_fields(town, minimum_notice_minutes=120, maximum_notice_minutes=120)
    assert fields.keys() == {"maximum_notice_minutes"}


async def test_a_motive_belongs_to_an_organisation_and_a_service_of_the_tenant(
    town: Town, stranger: Stranger
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await new_motive(stranger.town.organisation, stranger.town.registry, name="Passeport")
    assert refused.value.fields.keys() == {"organisation_id", "service_id"}
    with pytest.raises(InvalidInput) as refused:
        await new_motive(town.organisation, town.citizenship)
    assert refused.value.fields.keys() == {"name"}


async def test_a_stranger_sees_no_motive(town: Town, stranger: Stranger) -> None:
    await open_for(town, town.alice, soon())
    with acting_for(stranger.tenant):
        with pytest.raises(NotFound):
            await service.motive(town.motive)
        assert town.motive not in {motive.id for motive in await service.motives()}
        assert await public_ids() == []
        assert await service.places_of_motive(town.motive) == []


async def test_the_public_sees_a_motive_once_it_has_a_time_to_come(town: Town) -> None:
    await new_motive(town.organisation, town.registry, name="Interne", audience="agents")
    assert await public_ids() == []
    await open_for(town, town.alice, soon(-3))
    assert await public_ids() == []
    await open_for(town, town.alice, soon())
    assert await public_ids() == [town.motive]
    assert [motive.id for motive in await service.motives(bookable_by="everyone")] == [town.motive]
    assert len(await service.motives()) == 2


async def test_a_time_beyond_the_longest_notice_opens_nothing_yet(town: Town) -> None:
    await open_for(town, town.alice, soon(200))
    assert await public_ids() == []


async def test_a_group_session_opens_its_motive_and_its_place(town: Town) -> None:
    motive = await new_motive(town.organisation, town.citizenship, name="Atelier", capacity=8)
    start = clock.now() + timedelta(days=2)
    await create_session(
        SessionDraft(
            motive_id=motive,
            place_id=town.place,
            resource_ids=[town.alice],
            starts_at=start,
            ends_at=start + timedelta(hours=1),
            capacity=8,
        ),
        SYSTEM,
    )
    assert await public_ids() == [motive]
    assert [place.id for place in await service.places_of_motive(motive)] == [town.place]


async def test_an_archived_place_takes_nobody(town: Town) -> None:
    await open_for(town, town.alice, soon())
    assert [place.id for place in await service.places_of_motive(town.motive)] == [town.place]
    await planning.save(ArchivePlace(town.place), SYSTEM)
    assert await service.places_of_motive(town.motive) == []
    assert await public_ids() == []


async def test_an_unknown_motive_is_not_found(town: Town) -> None:
    assert town.motive
    with pytest.raises(NotFound):
        await service.motive(uuid4())
