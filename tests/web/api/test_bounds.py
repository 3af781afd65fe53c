"""What no program may ask: refused with a code, whatever the size of what was sent."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from creneau.context import SYSTEM
from creneau.motives import service as motives
from creneau.motives.schemas import MotiveDraft
from creneau.refusals import InvalidInput

from tests.platform.cast import Town
from tests.platform.planning import open_for, soon

THOUSAND = ",".join(str(uuid4()) for _ in range(1000))
YEAR_9999 = "9999-12-31T09:00:00+00:00"
YEAR_1 = "0001-01-01T09:00:00+00:00"
PERSON = {"first_name": "Camille", "last_name": "Exemple", "email": "camille@exemple.fr"}


def told(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize("field", ["motive", "place", "agent", "service"])
async def test_a_thousand_ids_in_one_search_are_refused_by_name(
    caller: httpx.AsyncClient, town: Town, field: str
) -> None:
    asked = {"motive": str(town.motive), "from": soon().isoformat(), "to": soon().isoformat()}
    answer = await caller.get("/api/v1/slots", params={**asked, field: THOUSAND})
    assert told(answer) == (422, "invalid_input")
    assert list(answer.json()["errors"]) == [field]


@pytest.mark.parametrize("field", ["motive", "places"])
async def test_a_thousand_ids_in_one_search_of_first_slots_are_refused_by_name(
    caller: httpx.AsyncClient, town: Town, field: str
) -> None:
    asked = {"motive": str(town.motive), field: THOUSAND}
    answer = await caller.get("/api/v1/slots/next", params=asked)
    assert told(answer) == (422, "invalid_input")
    assert list(answer.json()["errors"]) == [field]


@pytest.mark.parametrize("start", [YEAR_9999, YEAR_1, "2026-02-30T09:00:00+00:00", "now", ""])
async def test_no_calendars_end_can_be_held_booked_or_moved_to(
    caller: httpx.AsyncClient, town: Town, start: str
) -> None:
    wish = {"motive": str(town.motive), "start": start}
    sent: list[tuple[str, dict[str, Any]]] = [
        ("/api/v1/holds", wish),
        ("/api/v1/bookings", {**wish, "person": PERSON}),
        (f"/api/v1/bookings/{uuid4()}/move", {"start": start}),
    ]
    for path, body in sent:
        answer = await caller.post(path, json=body)
        assert told(answer) == (422, "invalid_input"), path
        assert list(answer.json()["errors"]) == ["start"]


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (soon(9).isoformat(), soon(3).isoformat()),
        (soon(3).isoformat(), soon(66).isoformat()),
        (soon(3).isoformat(), soon(3000).isoformat()),
        (f"{soon(3)}T09:00:00+00:00", f"{soon(3)}T09:00:00+00:00"),
    ],
    ids=["inverted", "long", "endless", "empty"],
)
async def test_inverted_empty_and_huge_ranges_are_refused(
    caller: httpx.AsyncClient, town: Town, since: str, until: str
) -> None:
    asked = {"motive": str(town.motive), "from": since, "to": until}
    assert told(await caller.get("/api/v1/slots", params=asked)) == (422, "range_refused")


@pytest.mark.parametrize("minutes", [0, -5, 1441, 10_000])
async def test_no_motive_lasts_for_nothing_or_for_days(town: Town, minutes: int) -> None:
    draft = MotiveDraft(
        organisation_id=town.organisation,
        service_id=town.citizenship,
        name="Sans fin",
        duration_minutes=minutes,
    )
    with pytest.raises(InvalidInput) as refused:
        await motives.create_motive(draft, SYSTEM)
    assert list(refused.value.fields) == ["duration_minutes"]


async def test_no_opening_takes_a_thousand_motives(town: Town) -> None:
    with pytest.raises(InvalidInput) as refused:
        await open_for(town, town.alice, soon(), motive_ids=[uuid4() for _ in range(1000)])
    assert list(refused.value.fields) == ["motive_ids"]
