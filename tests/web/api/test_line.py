"""Programs wait until a line opens, as everybody does (C-20, C-23)."""

from datetime import timedelta

import httpx
from creneau.admission import service as admission
from creneau.context import SYSTEM
from creneau_infra import clock

from tests.platform.cast import Town
from tests.platform.planning import nine, soon


async def test_a_program_finds_and_holds_nothing_before_the_line_opens(
    caller: httpx.AsyncClient, town: Town
) -> None:
    week = {"motive": str(town.motive), "from": str(soon()), "to": str(soon())}
    wanted = {"motive": str(town.motive), "start": nine().isoformat()}
    person = {"first_name": "Camille", "last_name": "Exemple", "email": "camille@exemple.fr"}

    async def told() -> tuple[int, int, bool]:
        held: httpx.Response = await caller.post("/api/v1/holds", json=wanted)
        slots = (await caller.get("/api/v1/slots", params=week)).json()["slots"]
        following = await caller.get("/api/v1/slots/next", params={"motive": str(town.motive)})
        some = any(place["slot"] for place in following.json()["next"])
        return held.status_code, len(slots), some

    later = clock.now() + timedelta(hours=2)
    await admission.switch_on(town.motive, later, 1, SYSTEM)
    assert await told() == (409, 0, False)
    refused = await caller.post("/api/v1/bookings", json={**wanted, "person": person})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_open_yet")
    # The negative control: it is open a moment later.
    await admission.switch_on(town.motive, clock.now() - timedelta(minutes=1), 1, SYSTEM)
    status, number, some = await told()
    assert (status, number > 0, some) == (201, True, True)
