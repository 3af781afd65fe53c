"""The nights on which clocks change: what is no time is refused, and what counts otherwise is said (C-15)."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, SettingRequest
from creneau.context import Actor
from creneau.database import tenant_transaction
from creneau.motives import service as motives

from tests.days import clock_changes
from tests.platform.cast import new_motive
from tests.web.admin.conftest import Entered
from tests.web.admin.filling import again, fields_of, retyped
from tests.web.backoffice.cast import ZOE, Office, at
from tests.web.planning.cast import LIST, NEW, mornings, openings
from tests.web.public.citizen import words

SKIPPED = "les horloges passent de 2 h à 3 h : 2 h 30 n’existe pas"
TWICE = "les horloges reculent : 2 h 30 existe deux fois, c’est la première qui compte"
ABSENCES, CLOSURES = "/absences", "/administration/fermetures"


async def move_to(zone: str) -> None:
    """Put the organisation and the space elsewhere; they were made in Paris."""
    async with tenant_transaction() as tx:
        for table, key in (("organisation", "tenant_id"), ("tenant", "id")):
            sql = f"UPDATE {table} SET time_zone = $2 WHERE {key} = $1"
            await tx.execute(sql, tx.tenant_id, zone)


async def set_at(office: Office, when: datetime) -> Booking:
    """Set an appointment outside all openings, as an agent may."""
    wanted = SettingRequest(
        motive_id=office.motive,
        place_id=office.place,
        resource_ids=[office.bea],
        starts_at=when.astimezone(UTC),
        duration_minutes=30,
        identity=ZOE,
    )
    return await appointments.set_appointment(wanted, Actor("agent", office.bea))


def once(office: Office, day: date, **changes: Any) -> dict[str, Any]:
    hours = {"first_day": day.isoformat(), "start_time": "2:30", "end_time": "6:00"}
    return mornings(office, **{"repetition": "", **hours, **changes})


@pytest.mark.parametrize(
    ("hours", "field"),
    [({}, "start_time"), ({"start_time": "1:00", "end_time": "2:30"}, "end_time")],
)
async def test_an_opening_at_a_time_that_is_none_is_refused_with_one_that_is(
    entered: Entered, office: Office, hours: dict[str, str], field: str
) -> None:
    spring, _autumn = clock_changes()
    bea = await entered("Bea")
    refused = await retyped(bea, NEW, once(office, spring, **hours))
    assert refused.status_code == 422
    assert SKIPPED in words(refused)
    assert "Choisissez une autre heure, par exemple 3 h." in words(refused)
    assert await openings(office) == []
    chosen = await again(bea, NEW, refused.text, {"start_time": "0:30", field: "3:00"})
    assert chosen.status_code in {303, 409}, words(chosen)


async def test_the_days_of_a_repetition_that_count_otherwise_are_named_beside_the_form(
    entered: Entered, office: Office
) -> None:
    bea = await entered("Bea")
    spring, autumn = clock_changes()
    for day, said in ((spring, SKIPPED), (autumn, TWICE)):
        typed = once(
            office,
            day - timedelta(days=1),
            repetition="daily",
            ends="times",
            times="4",
        )
        part = words(await bea.submit(f"{LIST}/apercu", typed))
        assert said in part, part
        typed |= {"start_time": "9:00", "end_time": "12:00"}
        assert "horloges" not in words(await bea.submit(f"{LIST}/apercu", typed))
    assert "c’est 3 h 30 qui compte" in words(
        await bea.submit(f"{LIST}/apercu", once(office, spring, repetition="daily", ends="never"))
    )


async def test_who_saves_one_opening_at_a_time_that_is_there_twice_is_told_which_one_counts(
    entered: Entered, office: Office
) -> None:
    _spring, autumn = clock_changes()
    bea = await entered("Bea")
    saved = await retyped(bea, NEW, once(office, autumn))
    assert saved.status_code == 303
    assert TWICE in words(await bea.get(saved.headers["location"]))
    usual = await retyped(bea, NEW, once(office, autumn, start_time="9:00", end_time="12:00"))
    assert "horloges" not in words(await bea.get(usual.headers["location"]))


async def test_a_session_is_not_set_at_a_time_that_is_none(
    entered: Entered, office: Office
) -> None:
    spring, autumn = clock_changes()
    bea = await entered("Bea")
    service = (await motives.motive(office.motive)).service_id
    group = await new_motive(office.organisation, service, name="Réunion", capacity=5)
    typed = {
        "motive": str(group),
        "place": str(office.place),
        "day": spring.isoformat(),
        "start": "2:30",
        "agents": [str(office.bea)],
    }
    refused = await bea.submit("/rendez-vous-collectifs/nouveau", typed)
    assert refused.status_code == 422
    assert SKIPPED in words(refused)
    made = await bea.submit("/rendez-vous-collectifs/nouveau", {**typed, "day": autumn.isoformat()})
    assert TWICE in words(await bea.get(made.headers["location"]))


async def test_absences_and_closures_are_refused_alike(entered: Entered, office: Office) -> None:
    spring, autumn = clock_changes()
    alice = await entered("Alice")
    hours = {"first_day": spring.isoformat(), "start_time": "2:30", "end_time": "6:00"}
    for way, more in ((ABSENCES, {"agent": str(office.bea)}), (CLOSURES, {"where": "all"})):
        refused = await retyped(alice, f"{way}/nouvelle", {**hours, **more})
        assert refused.status_code == 422, way
        assert SKIPPED in words(refused)
    typed = {**fields_of((await alice.get(f"{ABSENCES}/nouvelle")).text), **hours}
    typed |= {"agent": str(office.bea), "first_day": autumn.isoformat()}
    assert TWICE in words(await alice.submit(f"{ABSENCES}/apercu", typed))


async def test_one_date_of_an_opening_is_not_put_to_a_time_that_is_none(
    entered: Entered, office: Office
) -> None:
    spring, _autumn = clock_changes()
    bea = await entered("Bea")
    await retyped(bea, NEW, once(office, spring, start_time="9:00", end_time="12:00"))
    (opened,) = await openings(office)
    way = f"{LIST}/{opened.id}/dates/{spring}"
    refused = await retyped(bea, way, {"start_time": "2:30", "what": "changer"})
    assert refused.status_code == 422
    assert SKIPPED in words(refused)


async def test_where_clocks_never_change_every_time_is_taken_as_it_is_typed(
    entered: Entered, office: Office
) -> None:
    spring, autumn = clock_changes()
    await move_to("Indian/Reunion")
    bea = await entered("Bea")
    for day in (spring, autumn):
        typed = once(office, day)
        assert "horloges" not in words(await bea.submit(f"{LIST}/apercu", typed))
        assert (await retyped(bea, NEW, typed)).status_code == 303
    assert len(await openings(office)) == 2


async def test_an_appointment_is_moved_to_a_time_that_there_is(
    entered: Entered, office: Office
) -> None:
    spring, autumn = clock_changes()
    bea = await entered("Bea")
    booking = await set_at(office, at(spring - timedelta(days=1), 9))
    way = f"/agents/rendez-vous/{booking.id}/deplacement"
    typed = {"day": spring.isoformat(), "time": "2:30", "outside": "yes", "notify": "no"}
    refused = await retyped(bea, way, typed)
    assert refused.status_code == 422
    assert SKIPPED in words(refused)
    moved = await again(bea, way, refused.text, {"day": autumn.isoformat()})
    assert moved.status_code == 303, words(moved)
    assert TWICE in words(await bea.get(moved.headers["location"]))
    first = at(autumn, 2, 30).timestamp()
    assert (await appointments.get(booking.id)).starts_at.timestamp() == first


async def test_the_second_of_two_like_times_stays_where_it_is_when_it_is_not_touched(
    entered: Entered, office: Office
) -> None:
    _spring, autumn = clock_changes()
    bea = await entered("Bea")
    second = at(autumn, 2, 30).replace(fold=1)
    booking = await set_at(office, second)
    way = f"/agents/rendez-vous/{booking.id}/deplacement"
    longer = await retyped(bea, way, {"minutes": "40", "outside": "yes", "notify": "no"})
    assert longer.status_code == 303, words(longer)
    assert TWICE not in words(await bea.get(longer.headers["location"]))
    moved = await appointments.get(booking.id)
    assert moved.starts_at.timestamp() == second.timestamp()
    assert moved.ends_at - moved.starts_at == timedelta(minutes=40)


async def test_a_preview_says_that_the_end_comes_before_the_start(
    entered: Entered, office: Office
) -> None:
    bea = await entered("Bea")
    typed = mornings(office, start_time="12:00", end_time="9:00")
    part = words(await bea.submit(f"{LIST}/apercu", typed))
    assert "L’heure de fin doit être après l’heure de début." in part
    assert "Les dates s’affichent ici" not in part
    # Somebody who is not done yet is not told off for what they have not reached.
    empty = words(await bea.submit(f"{LIST}/apercu", {**typed, "place_id": "", "end_time": ""}))
    assert "Les dates s’affichent ici" in empty
    gone = {"agent": str(office.bea), "first_day": "2027-05-10", "last_day": "2027-05-03"}
    said = words(await bea.submit(f"{ABSENCES}/apercu", gone))
    assert "Le dernier jour est avant le premier." in said
    asked = await retyped(bea, NEW, {**typed, "preview": "yes"})
    aside = re.search(r'id="preview".*?</aside>', asked.text, re.DOTALL)
    assert aside is not None
    assert "L’heure de fin doit être après l’heure de début." in aside[0]
