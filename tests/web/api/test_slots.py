from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import SessionDraft
from creneau.context import SYSTEM
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft

from tests.platform.cast import Town, new_motive
from tests.platform.planning import at, hold, open_for, soon

PARIS = ZoneInfo("Europe/Paris")


def day(ahead: int = 3) -> dict[str, Any]:
    return {"from": soon(ahead).isoformat(), "to": soon(ahead).isoformat()}


async def found(caller: httpx.AsyncClient, **asked: Any) -> list[dict[str, Any]]:
    answer = await caller.get("/api/v1/slots", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["slots"]


@pytest.mark.feature("C-20")
async def test_slots_are_told_in_the_time_of_their_place(
    caller: httpx.AsyncClient, town: Town
) -> None:
    slots = await found(caller, motive=town.motive, **day())
    morning = datetime.combine(soon(), time(9), PARIS)
    assert [slot["start"] for slot in slots] == [
        (morning + timedelta(minutes=30 * number)).isoformat() for number in range(6)
    ]
    assert slots[0] == {
        "start": morning.isoformat(),
        "end": (morning + timedelta(minutes=30)).isoformat(),
        "place": str(town.place),
        "resources": [str(town.alice)],
        "seats_left": 1,
    }


async def test_each_place_has_the_time_of_its_own_organisation(
    caller: httpx.AsyncClient, town: Town
) -> None:
    island = await organisations.create_organisation(
        OrganisationDraft(name="Annexe", time_zone="Indian/Reunion"), SYSTEM
    )
    annex = await places.create_place(PlaceDraft(organisation_id=island, name="Annexe"), SYSTEM)
    await open_for(town, town.bea, soon(), place_id=annex)
    there = await found(caller, motive=town.motive, place=annex, **day())
    assert there[0]["start"] == f"{soon().isoformat()}T09:00:00+04:00"


async def test_several_agents_at_one_time_are_one_slot_with_all_of_them(
    caller: httpx.AsyncClient, town: Town
) -> None:
    await open_for(town, town.bea, soon())
    await open_for(town, town.bea, soon(), end_time=time(10))
    slots = await found(caller, motive=town.motive, **day())
    assert len(slots) == 6
    assert all(
        sorted(slot["resources"]) == sorted([str(town.alice), str(town.bea)]) for slot in slots
    )
    only = await found(caller, motive=town.motive, agent=town.bea, **day())
    assert {resource for slot in only for resource in slot["resources"]} == {str(town.bea)}


async def test_what_is_held_is_not_offered(caller: httpx.AsyncClient, town: Town) -> None:
    before = await found(caller, motive=town.motive, **day())
    await hold(town, datetime.fromisoformat(before[1]["start"]))
    assert await found(caller, motive=town.motive, **day()) == [before[0], *before[2:]]


async def test_moments_and_days_ask_for_the_same(caller: httpx.AsyncClient, town: Town) -> None:
    midnight = datetime.combine(soon(), time(), PARIS)
    asked = {"from": midnight.isoformat(), "to": (midnight + timedelta(days=1)).isoformat()}
    whole = await found(caller, motive=town.motive, **day())
    assert await found(caller, motive=town.motive, **asked) == whole
    # Written by hand, a plus sign in an address is read as a space.
    typed = f"motive={town.motive}&from={asked['from']}&to={asked['to']}"
    assert (await caller.get(f"/api/v1/slots?{typed}")).json()["slots"] == whole
    nine, half_past = (datetime.combine(soon(), time(9, minute), PARIS) for minute in (0, 30))
    first = {"from": nine.isoformat(), "to": half_past.isoformat()}
    assert await found(caller, motive=town.motive, **first) == whole[:1]


async def test_a_session_tells_its_seats(caller: httpx.AsyncClient, town: Town) -> None:
    workshop = await new_motive(town.organisation, town.citizenship, name="Atelier", capacity=8)
    draft = SessionDraft(
        motive_id=workshop,
        place_id=town.place,
        resource_ids=[town.bob],
        starts_at=at(soon(), 14),
        ends_at=at(soon(), 16),
        capacity=8,
    )
    session = await appointments.create_session(draft, SYSTEM)
    (slot,) = await found(caller, motive=workshop, **day())
    assert (slot["seats_left"], slot["session"]) == (8, str(session))


@pytest.mark.feature("C-21")
async def test_the_first_slot_of_every_place_comes_in_one_answer(
    caller: httpx.AsyncClient, town: Town
) -> None:
    empty = await places.create_place(
        PlaceDraft(organisation_id=town.organisation, name="Centre ville"), SYSTEM
    )
    asked = {"motive": str(town.motive), "places": f"{empty},{town.place},{uuid4()}"}
    answer = (await caller.get("/api/v1/slots/next", params=asked)).json()["next"]
    assert [entry["place"] for entry in answer] == [str(empty), str(town.place)]
    assert answer[0]["slot"] is None
    assert answer[1]["slot"]["start"] == datetime.combine(soon(), time(9), PARIS).isoformat()
    every = (await caller.get("/api/v1/slots/next", params={"motive": str(town.motive)})).json()[
        "next"
    ]
    assert {entry["place"] for entry in every} == {str(empty), str(town.place)}


@pytest.mark.parametrize(
    ("changes", "status", "code", "field"),
    [
        ({"motive": ""}, 422, "invalid_input", "motive"),
        ({"motive": "' OR 1=1 --"}, 422, "invalid_input", "motive"),
        ({"motive": str(uuid4())}, 404, "not_found", None),
        ({"from": "", "to": ""}, 422, "invalid_input", "to"),
        ({"from": "2026-13-45"}, 422, "invalid_input", "from"),
        ({"from": "next monday"}, 422, "invalid_input", "from"),
        ({"from": "2026-11-23T09:00:00"}, 422, "invalid_input", "from"),
        ({"from": "0001-01-01", "to": "0001-01-02"}, 422, "invalid_input", "from"),
        ({"from": "9999-12-31", "to": "9999-12-31"}, 422, "invalid_input", "from"),
        ({"to": "9999-12-31"}, 422, "invalid_input", "to"),
        ({"to": "9999-12-31T23:59:59-14:00"}, 422, "invalid_input", "to"),
        ({"from": soon(5).isoformat()}, 422, "range_refused", None),
        ({"to": soon(90).isoformat()}, 422, "range_refused", None),
        ({"place": "nowhere"}, 422, "invalid_input", "place"),
        (
            {"place": ",".join(["a0000000-0000-4000-8000-000000000000"] * 201)},
            422,
            "invalid_input",
            "place",
        ),
        ({"agent": "\x00"}, 422, "invalid_input", "agent"),
    ],
)
async def test_what_cannot_be_searched_is_refused_by_name(
    caller: httpx.AsyncClient,
    town: Town,
    changes: dict[str, str],
    status: int,
    code: str,
    field: str | None,
) -> None:
    asked = {"motive": str(town.motive), **day(), **changes}
    answer = await caller.get("/api/v1/slots", params=asked)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert problem["detail"]
    assert field is None or problem["errors"][field]


async def test_unknown_places_and_agents_have_no_slots(
    caller: httpx.AsyncClient, town: Town
) -> None:
    assert await found(caller, motive=town.motive, place=uuid4(), **day()) == []
    assert await found(caller, motive=town.motive, agent=uuid4(), **day()) == []
    assert await found(caller, motive=town.motive, service=uuid4(), **day()) == []
    own = await found(caller, motive=town.motive, service=town.citizenship, **day())
    assert own == await found(caller, motive=town.motive, **day())


async def test_refusals_speak_the_language_asked_for(caller: httpx.AsyncClient, town: Town) -> None:
    asked = {"motive": str(town.motive), "from": "lundi", "to": soon(3).isoformat()}
    french, english = [
        (await caller.get("/api/v1/slots", params=asked, headers={"accept-language": tag})).json()
        for tag in ("fr", "en-GB, fr;q=0.5")
    ]
    assert french["errors"]["from"].startswith("Cette valeur ne convient pas")
    assert english["errors"]["from"].startswith("This value cannot be used")
    assert french["code"] == english["code"] == "invalid_input"


async def test_the_past_is_never_offered(caller: httpx.AsyncClient, town: Town) -> None:
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
    asked = {"from": (yesterday - timedelta(days=3)).isoformat(), "to": yesterday.isoformat()}
    assert await found(caller, motive=town.motive, **asked) == []


async def test_motives_and_places_are_those_that_programs_may_use(
    caller: httpx.AsyncClient, town: Town
) -> None:
    await new_motive(town.organisation, town.citizenship, name="Interne", audience="agents")
    motives = (await caller.get("/api/v1/motives")).json()["motives"]
    assert [motive["id"] for motive in motives] == [str(town.motive)]
    known = (await caller.get("/api/v1/places")).json()["places"]
    assert [(place["id"], place["time_zone"]) for place in known] == [
        (str(town.place), "Europe/Paris")
    ]
    nowhere = await caller.get("/api/v1/places", params={"organisation": str(uuid4())})
    assert nowhere.json() == {"places": []}
