import asyncio
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from creneau.appointments.schemas import Booking
from creneau.database import tenant_transaction

from tests.platform.cast import Town, new_motive
from tests.platform.planning import book, hold, open_for, soon
from tests.web.api.conftest import Programs

CAMILLE = {"first_name": "Camille", "last_name": "Exemple", "email": "camille@exemple.fr"}


async def first_slots(caller: httpx.AsyncClient, town: Town) -> list[dict[str, Any]]:
    asked = {"motive": str(town.motive), "from": soon().isoformat(), "to": soon().isoformat()}
    return (await caller.get("/api/v1/slots", params=asked)).json()["slots"]


async def straight(
    caller: httpx.AsyncClient, town: Town, start: str, **changes: Any
) -> httpx.Response:
    sent = {"motive": str(town.motive), "start": start, "place": str(town.place), "person": CAMILLE}
    key = changes.pop("key", None)
    headers = {"idempotency-key": key} if key else {}
    return await caller.post("/api/v1/bookings", json={**sent, **changes}, headers=headers)


async def counted(what: str) -> int:
    async with tenant_transaction() as tx:
        return await tx.value(f"SELECT count(*) FROM {what} WHERE tenant_id = $1", tx.tenant_id)


async def test_a_slot_is_held_then_booked_then_read(caller: httpx.AsyncClient, town: Town) -> None:
    start = (await first_slots(caller, town))[0]["start"]
    held = await caller.post("/api/v1/holds", json={"motive": str(town.motive), "start": start})
    assert held.status_code == 201, held.text
    assert (held.json()["state"], held.json()["start"]) == ("held", start)
    assert held.json()["held_until"]
    sent = {"hold": held.json()["id"], "person": CAMILLE}
    booked = await caller.post("/api/v1/bookings", json=sent)
    assert (booked.status_code, booked.json()["state"]) == (201, "planned")
    assert booked.json()["id"] == held.json()["id"]
    assert (await caller.get(booked.headers["location"])).json() == booked.json()


async def test_a_booking_straight_of_a_slot_takes_it(caller: httpx.AsyncClient, town: Town) -> None:
    slots = await first_slots(caller, town)
    booked = await straight(caller, town, slots[0]["start"])
    assert (booked.status_code, booked.json()["resources"]) == (201, [str(town.alice)])
    again = await straight(caller, town, slots[0]["start"])
    assert (again.status_code, again.json()["code"]) == (409, "slot_taken")
    assert len(again.json()["nearest"]) == 3
    assert await counted("booking") == 1


@pytest.mark.feature("C-30")
async def test_the_same_request_with_the_same_key_books_once_and_answers_the_same(
    caller: httpx.AsyncClient, town: Town
) -> None:
    start = (await first_slots(caller, town))[0]["start"]
    sent = [straight(caller, town, start, key="une-clé".encode().hex()) for _ in range(2)]
    first, second = await asyncio.gather(*sent)
    third = await straight(caller, town, start, key="une-clé".encode().hex())
    assert first.status_code == second.status_code == third.status_code == 201
    assert first.content == second.content == third.content
    assert await counted("booking") == await counted("person") == 1


@pytest.mark.feature("C-30")
async def test_a_key_for_another_request_is_refused(
    caller: httpx.AsyncClient, town: Town, program: Programs
) -> None:
    slots = await first_slots(caller, town)
    assert (await straight(caller, town, slots[0]["start"], key="k")).status_code == 201
    other = await straight(caller, town, slots[1]["start"], key="k")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    elsewhere = await program()
    assert (await straight(elsewhere, town, slots[1]["start"], key="k")).status_code == 201


@pytest.mark.feature("C-30")
async def test_holds_moves_and_cancellations_are_safe_to_send_again(
    caller: httpx.AsyncClient, town: Town
) -> None:
    slots = await first_slots(caller, town)
    wish = {"motive": str(town.motive), "start": slots[0]["start"]}
    keys = {name: {"idempotency-key": f"key-{name}"} for name in ("hold", "book", "move", "cancel")}

    async def twice(path: str, name: str, **sent: Any) -> httpx.Response:
        one, other = [await caller.post(path, headers=keys[name], **sent) for _ in range(2)]
        assert one.content == other.content, (one.text, other.text)
        return one

    held = await twice("/api/v1/holds", "hold", json=wish)
    sent = {"hold": held.json()["id"], "person": CAMILLE}
    booking = (await twice("/api/v1/bookings", "book", json=sent)).json()["id"]
    target = {"start": slots[3]["start"]}
    moved = await twice(f"/api/v1/bookings/{booking}/move", "move", json=target)
    assert (moved.json()["id"], moved.json()["start"]) == (booking, slots[3]["start"])
    over = await twice(f"/api/v1/bookings/{booking}/cancellation", "cancel")
    assert over.json()["state"] == "cancelled"
    assert await first_slots(caller, town) == slots


async def test_a_move_to_a_taken_slot_leaves_the_booking_where_it_is(
    caller: httpx.AsyncClient, town: Town
) -> None:
    slots = await first_slots(caller, town)
    booking = (await straight(caller, town, slots[0]["start"])).json()
    await straight(caller, town, slots[1]["start"])
    path = f"/api/v1/bookings/{booking['id']}"
    refused = await caller.post(f"{path}/move", json={"start": slots[1]["start"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "slot_taken")
    assert (await caller.get(path)).json() == booking


async def test_what_is_over_is_neither_moved_nor_cancelled(
    caller: httpx.AsyncClient, town: Town
) -> None:
    slots = await first_slots(caller, town)
    path = f"/api/v1/bookings/{(await straight(caller, town, slots[0]['start'])).json()['id']}"
    assert (await caller.post(f"{path}/cancellation")).status_code == 200
    again = await caller.post(f"{path}/cancellation")
    moved = await caller.post(f"{path}/move", json={"start": slots[1]["start"]})
    for refused in (again, moved):
        assert (refused.status_code, refused.json()["code"]) == (409, "booking_not_active")


async def test_holds_are_nobody_elses_to_read_or_confirm(
    caller: httpx.AsyncClient, town: Town, program: Programs
) -> None:
    start = (await first_slots(caller, town))[0]["start"]
    held = await caller.post("/api/v1/holds", json={"motive": str(town.motive), "start": start})
    path = f"/api/v1/bookings/{held.json()['id']}"
    stranger = await program()
    sent = {"hold": held.json()["id"], "person": CAMILLE}
    answers = [
        await stranger.get(path),
        await stranger.post(f"{path}/cancellation"),
        await stranger.post(f"{path}/move", json={"start": start}),
        await stranger.post("/api/v1/bookings", json=sent),
    ]
    unknown = await stranger.get(f"/api/v1/bookings/{uuid4()}")
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, unknown.content)}
    assert (await caller.get(path)).json()["state"] == "held"


async def test_programs_see_the_publics_bookings_and_not_its_holds(
    caller: httpx.AsyncClient, town: Town
) -> None:
    await open_for(town, town.bea, soon())
    slots = await first_slots(caller, town)
    booked: Booking = await book(town, _moment(slots[0]))
    held: Booking = await hold(town, _moment(slots[1]))
    assert (await caller.get(f"/api/v1/bookings/{booked.id}")).status_code == 200
    assert (await caller.get(f"/api/v1/bookings/{held.id}")).status_code == 404


def _moment(slot: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(slot["start"])


async def test_motives_for_agents_only_are_not_booked_by_programs(
    caller: httpx.AsyncClient, town: Town
) -> None:
    inner = await new_motive(town.organisation, town.citizenship, name="Interne", audience="agents")
    await open_for(town, town.bob, soon(), motive_ids=[inner])
    start = (await first_slots(caller, town))[0]["start"]
    refused = await straight(caller, town, start, motive=str(inner))
    assert (refused.status_code, refused.json()["code"]) == (403, "motive_not_bookable")


async def test_instructions_are_accepted_before_a_booking(
    caller: httpx.AsyncClient, town: Town
) -> None:
    told = await new_motive(
        town.organisation, town.citizenship, name="Passeport", instructions_before="Lisez-moi."
    )
    await open_for(town, town.bob, soon(), motive_ids=[told])
    start = (await first_slots(caller, town))[0]["start"]
    refused = await straight(caller, town, start, motive=str(told))
    assert refused.json()["code"] == "instructions_not_accepted"
    accepted = await straight(caller, town, start, motive=str(told), instructions_accepted=True)
    assert accepted.status_code == 201


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"person": None}, "person"),
        ({"person": {"first_name": "Camille"}}, "person.last_name"),
        ({"person": {**CAMILLE, "first_name": "\u0000 "}}, "first_name"),
        ({"person": {**CAMILLE, "email": "a@b"}}, "email"),
        ({"person": {**CAMILLE, "phone": "12"}}, "phone"),
        ({"person": {**CAMILLE, "last_name": "x" * 201}}, "person.last_name"),
        ({"motive": "not an id"}, "motive"),
        ({"motive": None}, "hold"),
        ({"hold": 7}, "hold"),
        ({"start": "2026-11-23T09:00:00"}, "start"),
        ({"start": "9999-12-31T23:59:59Z"}, "start"),
        ({"start": "0001-01-01T00:00:00+14:00"}, "start"),
        ({"values": {"prescriber": 1}}, "values[...]"),
    ],
)
async def test_what_cannot_be_booked_is_refused_by_name(
    caller: httpx.AsyncClient, town: Town, changes: dict[str, Any], field: str
) -> None:
    start = (await first_slots(caller, town))[0]["start"]
    answer = await straight(caller, town, **{"start": start, **changes})
    assert answer.status_code == 422, answer.text
    assert list(answer.json()["errors"]) == [field]
    assert await counted("booking") == 0


@pytest.mark.parametrize(
    "sent", [b"", b"[]", b"null", b"{", b"\xff\xfe", b'{"person": "\xed\xa0\x80"}', b"[" * 100_000]
)
async def test_what_is_no_json_object_is_refused(
    caller: httpx.AsyncClient, town: Town, sent: bytes
) -> None:
    del town
    for path in ("/api/v1/holds", "/api/v1/bookings", f"/api/v1/bookings/{uuid4()}/move"):
        answer = await caller.post(path, content=sent)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


@pytest.mark.parametrize("key", ["", "a" * 201, "deux mots", "clé"])
async def test_a_key_of_another_form_is_refused(
    caller: httpx.AsyncClient, town: Town, key: str
) -> None:
    start = (await first_slots(caller, town))[0]["start"]
    sent = {"motive": str(town.motive), "start": start}
    headers = [(b"idempotency-key", key.encode())]
    answer = await caller.post("/api/v1/holds", json=sent, headers=headers)
    assert list(answer.json()["errors"]) == ["Idempotency-Key"]


async def test_unknown_ids_are_unknown(caller: httpx.AsyncClient, town: Town) -> None:
    start = (await first_slots(caller, town))[0]["start"]
    path = f"/api/v1/bookings/{uuid4()}"
    sent = {"hold": str(uuid4()), "person": CAMILLE}
    answers = [
        await caller.get(path),
        await caller.get("/api/v1/bookings/not-an-id"),
        await caller.post(f"{path}/cancellation"),
        await caller.post(f"{path}/move", json={"start": start}),
        await caller.post("/api/v1/bookings", json=sent),
        await straight(caller, town, start, motive=str(uuid4())),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {
        (404, "not_found")
    }
    nowhere = await straight(caller, town, start, place=str(uuid4()))
    nobody = await straight(caller, town, start, agent=str(uuid4()))
    assert (nowhere.status_code, nobody.status_code) == (409, 409)
