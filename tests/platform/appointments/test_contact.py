"""A number to call, an address to come to: nobody books without (S-06)."""

from typing import Any
from uuid import UUID

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.errors import AddressMissing, PhoneMissing
from creneau.appointments.schemas import ConfirmRequest, HoldRequest, SettingRequest, Source
from creneau.context import SYSTEM, VISITOR, Actor
from creneau.people import service as people
from creneau.people.schemas import Identity, RelativeDraft
from creneau.refusals import Refusal
from msgspec.structs import replace

from tests.platform.cast import Town, new_motive
from tests.platform.planning import nine, open_for, soon

NAMES: dict[str, Any] = {"first_name": "Zoé", "last_name": "Petit"}


@pytest.fixture(params=["phone", "home"])
async def away(town: Town, request: pytest.FixtureRequest) -> tuple[Town, str]:
    """Give the town a motive by phone, then one at home, that Alice holds."""
    kind: str = request.param
    motive = await new_motive(town.organisation, town.citizenship, name=kind, location_type=kind)
    await open_for(town, town.alice, soon(), motive_ids=[motive])
    return replace(town, motive=motive), kind


def refusal_of(kind: str) -> type[Refusal]:
    return {"phone": PhoneMissing, "home": AddressMissing}[kind]


def reached(kind: str) -> dict[str, Any]:
    return {"phone": {"phone": "0612345678"}, "home": {"address": "12 rue des Lilas"}}[kind]


async def book(town: Town, who: ConfirmRequest, source: Source) -> UUID | None:
    wanted = HoldRequest(
        motive_id=town.motive, starts_at=nine(), place_id=town.place, source=source
    )
    actor = {"public": VISITOR, "api": Actor("api", town.sam), "agent": Actor("agent", town.alice)}
    return (await appointments.book(wanted, who, actor[source])).person_id


@pytest.mark.feature("S-06")
@pytest.mark.parametrize("source", ["public", "api", "agent"])
async def test_whoever_books_says_where_first(away: tuple[Town, str], source: Source) -> None:
    town, kind = away
    with pytest.raises(refusal_of(kind)):
        await book(town, ConfirmRequest(identity=Identity(**NAMES)), source)
    known = ConfirmRequest(identity=Identity(**NAMES, **reached(kind)))
    person_id = await book(town, known, source)
    assert getattr(await people.contact_of(person_id), "phone" if kind == "phone" else "address")


async def test_an_agent_who_sets_an_appointment_is_asked_too(away: tuple[Town, str]) -> None:
    town, kind = away
    request = SettingRequest(
        motive_id=town.motive,
        place_id=town.place,
        resource_ids=[town.alice],
        starts_at=nine(),
        identity=Identity(**NAMES),
    )
    with pytest.raises(refusal_of(kind)):
        await appointments.set_appointment(request, Actor("agent", town.alice))


async def test_a_relative_is_reached_where_who_answers_for_them_is(away: tuple[Town, str]) -> None:
    town, kind = away
    motive = await new_motive(town.organisation, town.citizenship, name="Autre")
    await open_for(town, town.bea, soon(), motive_ids=[motive])
    parent = await book(
        replace(town, motive=motive),
        ConfirmRequest(identity=Identity(**NAMES, **reached(kind))),
        "agent",
    )
    assert parent is not None
    child = await people.add_relative(
        parent, RelativeDraft(first_name="Mia", last_name="Petit"), SYSTEM
    )
    assert await book(town, ConfirmRequest(person_id=child), "public") == child


async def test_a_number_is_not_asked_for_who_comes_to_the_place(town: Town) -> None:
    await open_for(town, town.alice, soon())
    assert await book(town, ConfirmRequest(identity=Identity(**NAMES)), "public")
