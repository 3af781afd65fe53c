from datetime import timedelta
from uuid import uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking
from creneau.context import Actor
from creneau.database import tenant_transaction
from creneau_web.backoffice.seen import fields
from msgspec.structs import replace

from tests.days import tomorrow
from tests.web.backoffice.cast import ZOE, Office, at, book
from tests.web.backoffice.conftest import SignedIn
from tests.web.stage import Visitor


def way(booking: Booking) -> str:
    return f"/agents/rendez-vous/{booking.id}/deplacement"


def wish(office: Office, booking: Booking, **changes: object) -> dict[str, object]:
    return {
        "day": tomorrow().isoformat(),
        "time": "11:00",
        "minutes": "45",
        "place": str(office.place),
        "agents": [str(office.bea)],
        "notify": "yes",
        **fields(booking),
        **changes,
    }


@pytest.fixture
async def booking(office: Office) -> Booking:
    return await book(office, at(tomorrow(), 9))


@pytest.fixture
async def bea(signed_in: SignedIn) -> Visitor:
    return await signed_in("Bea")


async def moved_told(booking: Booking) -> list[dict[str, object]]:
    async with tenant_transaction() as tx:
        rows = await tx.rows(
            "SELECT payload FROM outbox WHERE tenant_id = $1 AND kind = 'booking.moved'",
            tx.tenant_id,
        )
    return [row["payload"] for row in rows if row["payload"]["booking_id"] == str(booking.id)]


async def test_whoever_may_not_change_it_cannot_move_it(
    office: Office, booking: Booking, signed_in: SignedIn
) -> None:
    bob = await signed_in("Bob")
    assert (await bob.get(way(booking))).status_code == 403
    assert (await bob.submit(way(booking), wish(office, booking))).status_code == 403
    unknown = f"/agents/rendez-vous/{uuid4()}/deplacement"
    assert (await bob.get(unknown)).status_code == 404
    assert (await appointments.get(booking.id)).starts_at == booking.starts_at


async def test_it_moves_to_the_time_length_and_agents_that_are_chosen(
    office: Office, booking: Booking, bea: Visitor
) -> None:
    chosen = wish(office, booking, agents=[str(office.bea), str(office.alice)], outside="yes")
    answer = await bea.submit(way(booking), {**chosen, "retour": "/agenda?vue=jour"})
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == "/agenda?vue=jour"
    moved = await appointments.get(booking.id)
    assert moved.starts_at == at(tomorrow(), 11)
    assert moved.ends_at == at(tomorrow(), 11, 45)
    assert set(moved.resource_ids) == {office.bea, office.alice}
    (told,) = await moved_told(booking)
    assert told["quiet"] is False
    assert "est déplacé au" in (await bea.get("/agenda")).text
    again = await book(office, at(tomorrow(), 9), replace(ZOE, first_name="Noé"))
    assert again.starts_at == booking.starts_at


async def test_the_person_is_left_in_peace_where_nobody_asks_for_it(
    office: Office, booking: Booking, bea: Visitor
) -> None:
    answer = await bea.submit(way(booking), wish(office, booking, notify=""))
    assert answer.status_code == 303
    (told,) = await moved_told(booking)
    assert told["quiet"] is True
    assert "pensez à l’appeler" in (await bea.get("/agenda")).text


async def test_what_is_in_the_way_is_named_and_a_reason_goes_over_it(
    office: Office, booking: Booking, bea: Visitor
) -> None:
    other = await book(office, at(tomorrow(), 11), replace(ZOE, first_name="Noé"))
    answer = await bea.submit(way(booking), wish(office, booking, time="11:15"))
    assert answer.status_code == 409
    assert "Carte d’identité de 11 h à 11 h 30 (Bea Martin)" in answer.text
    assert 'value="11:15"' in answer.text
    assert 'name="reason"' in answer.text
    assert (await appointments.get(booking.id)).starts_at == booking.starts_at
    forced = wish(office, booking, time="11:15", reason="Urgence")
    assert (await bea.submit(way(booking), forced)).status_code == 303
    assert (await appointments.get(booking.id)).starts_at == at(tomorrow(), 11, 15)
    assert (await appointments.get(other.id)).starts_at == at(tomorrow(), 11)


async def test_a_time_outside_openings_is_asked_about_first(
    office: Office, booking: Booking, bea: Visitor
) -> None:
    later = (tomorrow() + timedelta(days=30)).isoformat()
    answer = await bea.submit(way(booking), wish(office, booking, day=later))
    assert answer.status_code == 422
    assert "en dehors des plages d’ouverture de Bea Martin" in answer.text
    answer = await bea.submit(way(booking), wish(office, booking, day=later, outside="yes"))
    assert answer.status_code == 303


async def test_the_second_of_two_who_move_it_sees_what_the_first_one_did(
    office: Office, booking: Booking, bea: Visitor
) -> None:
    await bea.submit(way(booking), wish(office, booking))
    answer = await bea.submit(way(booking), wish(office, booking, time="15:00"))
    assert answer.status_code == 409
    assert "Quelqu’un a modifié ceci depuis" in answer.text
    assert "9 h, maintenant" in answer.text.replace("\u00a0", " ")
    assert 'value="15:00"' in answer.text
    assert (await appointments.get(booking.id)).starts_at == at(tomorrow(), 11)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"day": "demain"}, "Indiquez une date, comme 30/11/2026."),
        ({"time": "25:00"}, "Indiquez une heure, comme 9:30."),
        ({"minutes": "0"}, "Indiquez une durée en minutes, de 1 à 1440."),
        ({"agents": []}, "Choisissez au moins un agent."),
        ({"agents": [str(uuid4())]}, "Choisissez au moins un agent."),
        ({"place": str(uuid4())}, "Choisissez un lieu de la liste."),
    ],
)
async def test_what_cannot_be_used_is_said_beside_the_field(
    office: Office, booking: Booking, bea: Visitor, changes: dict[str, object], sentence: str
) -> None:
    answer = await bea.submit(way(booking), wish(office, booking, **changes))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert (await appointments.get(booking.id)).starts_at == booking.starts_at


async def test_a_drag_fills_the_form_in_and_changes_nothing(
    office: Office, booking: Booking, signed_in: SignedIn
) -> None:
    alice = await signed_in("Alice")
    asked = {
        "debut": f"{tomorrow()}T14:05",
        "de": str(office.bea),
        "a": str(office.alice),
        "retour": "/agenda?vue=jour",
    }
    answer = await alice.get(way(booking), params=asked, headers={"hx-request": "true"})
    assert "<html" not in answer.text
    assert 'value="14:05"' in answer.text
    assert f'value="{office.alice}" checked' in answer.text
    assert f'value="{office.bea}" checked' not in answer.text
    assert (await appointments.get(booking.id)).starts_at == booking.starts_at


async def test_a_way_back_never_leads_elsewhere(
    office: Office, booking: Booking, bea: Visitor
) -> None:
    chosen = {**wish(office, booking), "retour": "//evil.example/"}
    answer = await bea.submit(way(booking), chosen)
    assert answer.headers["location"] == f"/agents/rendez-vous/{booking.id}"


async def test_what_is_cancelled_does_not_move(
    office: Office, booking: Booking, bea: Visitor
) -> None:
    await appointments.cancel(booking.id, Actor("agent", office.bea))
    for answer in (
        await bea.get(way(booking)),
        await bea.submit(way(booking), wish(office, booking)),
    ):
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/agents/rendez-vous/{booking.id}"
