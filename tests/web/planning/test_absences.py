"""Absences: typed, repeated, imported, and what they touch (C-11, C-12, C-14)."""

import asyncio
from datetime import UTC, date, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.calendars import service as calendars
from creneau.calendars.schemas import BusyDraft
from creneau.context import SYSTEM
from creneau.database import tenant_transaction
from creneau.planning import importing
from creneau.planning import service as planning
from creneau.planning.drafts import AbsenceDraft
from creneau.planning.listed import Away
from creneau.planning.rules import Span
from creneau.planning.schemas import ReadFrom
from creneau_infra import clock

from tests.days import today, tomorrow
from tests.web.admin.conftest import Entered
from tests.web.admin.filling import again, fields_of, retyped, shown_after
from tests.web.backoffice.cast import Office, at, book
from tests.web.planning.cast import next_monday, slots_on
from tests.web.stage import Clients, Visitor

LIST = "/absences"
NEW = f"{LIST}/nouvelle"


def day(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def training(office: Office, **changes: Any) -> dict[str, Any]:
    """Type a day of training of Bea."""
    return {"title": "Formation", "agent": str(office.bea), "first_day": day(1), **changes}


async def only(office: Office) -> Away:
    (found,) = await planning.absences_of([office.bea])
    return found


async def gone(visitor: Visitor, office: Office, **changes: Any) -> str:
    """Create an absence by its form; gives its address."""
    await shown_after(visitor, await retyped(visitor, NEW, training(office, **changes)))
    return f"{LIST}/{(await only(office)).id}"


async def imported(office: Office) -> str:
    """Read a calendar of Bea's that says she is busy the day after tomorrow."""
    draft = BusyDraft(name="Agenda privé", address="https://agenda.example/a.ics")
    source_id = await calendars.add_source(office.bea, draft, SYSTEM)
    source = ReadFrom(id=source_id, resource_id=office.bea, name="Agenda privé")
    start = at(today() + timedelta(days=2), 14).astimezone(UTC)
    async with tenant_transaction() as tx:
        await importing.follow(tx, source, [Span(start, start + timedelta(hours=1))], clock.now())
    return f"{LIST}/{(await only(office)).id}"


@pytest.mark.parametrize("end", ["", "/suppression", "/dates/{day}", "/suite/{day}"])
async def test_strangers_sign_in_and_those_out_of_reach_are_told_so(
    client: Clients, entered: Entered, office: Office, end: str
) -> None:
    way = await gone(await entered("Alice"), office) + end.format(day=day(1))
    stranger = await client(office.tenant).get(way)
    assert stranger.headers["location"].startswith("/agents/connexion")
    for name, status in (("Bob", 403), ("Alice", 200), ("Bea", 200), ("Sam", 200)):
        assert (await (await entered(name)).get(way)).status_code == status, name
    assert (await (await entered("Bob")).submit(way, training(office))).status_code == 403
    assert (await (await entered("Bea")).get(f"{LIST}/{uuid4()}")).status_code == 404


@pytest.mark.feature("C-12")
async def test_whole_days_take_their_slots_at_once_and_hours_only_theirs(
    entered: Entered, office: Office
) -> None:
    bea = await entered("Bea")
    assert "10:00" in await slots_on(office, tomorrow())
    path = await gone(bea, office)
    assert await slots_on(office, tomorrow()) == []
    found = await only(office)
    assert (found.first_day, found.last_day) == (tomorrow(), tomorrow() + timedelta(days=1))
    listed = (await bea.get(LIST)).text
    assert "Formation" in listed
    assert "Toute la journée" in listed
    agenda = await bea.get(f"/agenda/{office.bea}?vue=jour&date={day(1)}")
    assert "Formation" in agenda.text
    page = (await bea.get(path)).text
    assert fields_of(page)["last_day"] == [day(1)]
    hours = {"start_time": "10:00", "end_time": "11:30"}
    assert "L’absence est modifiée." in await shown_after(bea, await again(bea, path, page, hours))
    kept = await slots_on(office, tomorrow())
    assert "09:30" in kept
    assert "10:00" not in kept
    assert "11:30" in kept
    assert "10 h – 11 h 30" in (await bea.get(LIST)).text


@pytest.mark.feature("C-12")
@pytest.mark.feature("C-11")
async def test_an_absence_repeats_by_weeks_until_a_day(entered: Entered, office: Office) -> None:
    bea = await entered("Bea")
    until = (next_monday() + timedelta(days=30)).isoformat()
    path = await gone(
        bea,
        office,
        first_day=next_monday().isoformat(),
        start_time="13:00",
        end_time="14:00",
        repetition="weekly",
        days=["MO", "FR"],
        ends="until",
        until=until,
    )
    page = (await bea.get(path)).text
    assert "tous les lundis et vendredis, jusqu’au" in page
    assert (
        await only(office)
    ).recurrence == f"FREQ=WEEKLY;BYDAY=MO,FR;UNTIL={until.replace('-', '')}"
    second = f"{path}/dates/{next_monday(1)}"
    await shown_after(bea, await retyped(bea, second, {"what": "supprimer"}))
    assert "Supprimée" in (await bea.get(path)).text
    changed = {"first_day": next_monday(1).isoformat(), "start_time": "", "end_time": ""}
    await shown_after(bea, await retyped(bea, second, changed))
    assert "Toute la journée" in (await bea.get(path)).text
    follow = f"{path}/suite/{next_monday(2)}"
    await shown_after(bea, await retyped(bea, follow, {"start_time": "15:00", "end_time": "16:00"}))
    before, after = sorted(await planning.absences_of([office.bea]), key=lambda one: one.first_day)
    assert (before.start_time, after.start_time) == (time(13), time(15))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"first_day": ""}, "Choisissez le premier jour de l’absence."),
        ({"last_day": "2020-01-01"}, "Le dernier jour est avant le premier."),
        ({"start_time": "15:00", "end_time": "14:00"}, "La fin de l’absence doit être après"),
        ({"start_time": "midi"}, "Écrivez une heure"),
        ({"last_day": "2099-01-01"}, "Choisissez une durée de"),
        ({"repetition": "weekly", "ends": "times", "times": "10000"}, "de 1 à 3660"),
        (
            {"repetition": "daily", "ends": "until", "until": "2020-01-01"},
            "finit avant de commencer",
        ),
        ({"title": "x" * 201}, "200"),
    ],
)
async def test_what_cannot_be_says_why_and_keeps_what_was_typed(
    entered: Entered, office: Office, wrong: dict[str, Any], sentence: str
) -> None:
    bea = await entered("Bea")
    answer = await retyped(bea, NEW, training(office, **{"title": "Réunion", **wrong}))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert fields_of(answer.text)["title"] == [wrong.get("title", "Réunion")]
    assert await planning.absences_of([office.bea]) == []


@pytest.mark.feature("C-14")
async def test_an_absence_over_a_booked_day_shows_whom_it_touches_first(
    entered: Entered, office: Office
) -> None:
    booking = await book(office, at(tomorrow(), 10))
    bea = await entered("Bea")
    asked = await retyped(bea, NEW, training(office))
    assert asked.status_code == 409
    assert "Ce changement touche 1 rendez-vous." in asked.text
    assert "Zoé Petit" in asked.text
    assert await planning.absences_of([office.bea]) == []
    moved = await again(bea, NEW, asked.text, {"choice": "to_reschedule"})
    assert "1 rendez-vous est à replanifier" in await shown_after(bea, moved)
    assert (await appointments.get(booking.id)).state == "to_reschedule"


@pytest.mark.parametrize(
    ("email", "phone", "shown", "said"),
    [
        ("zoe@exemple.fr", "", "", "Un message part à 1 personne."),
        ("", "+33612345678", "appelez le 06 12 34 56 78", "ne peut recevoir aucun message"),
        ("", "", "Aucun message possible", "ne peut recevoir aucun message"),
    ],
)
async def test_whom_no_message_reaches_is_named_before_and_counted_after(
    entered: Entered, office: Office, email: str, phone: str, shown: str, said: str
) -> None:
    booking = await book(office, at(tomorrow(), 10))
    async with tenant_transaction() as tx:
        sql = "UPDATE person SET email = $3, phone = $4 WHERE tenant_id = $1 AND id = $2"
        await tx.execute(sql, tx.tenant_id, booking.person_id, email, phone)
    bea = await entered("Bea")
    asked = await retyped(bea, NEW, training(office))
    assert shown in asked.text
    assert ("Aucun message possible" in asked.text) is not bool(email)
    moved = await again(bea, NEW, asked.text, {"choice": "to_reschedule"})
    after = await shown_after(bea, moved)
    assert said in after
    assert ("Un message part" in after) is bool(email)


async def test_the_next_dates_follow_what_is_typed(entered: Entered, office: Office) -> None:
    bea = await entered("Bea")
    typed = training(office, repetition="daily", ends="times", times="3")
    assert "tous les jours, 3 fois" in (await bea.submit(f"{LIST}/apercu", typed)).text
    asked = await retyped(bea, NEW, {**typed, "preview": "yes"})
    assert "tous les jours, 3 fois" in asked.text
    assert await planning.absences_of([office.bea]) == []


async def test_the_next_dates_of_a_rule_that_the_form_cannot_write_are_still_shown(
    entered: Entered, office: Office
) -> None:
    draft = AbsenceDraft(
        resource_id=office.bea,
        first_day=next_monday(),
        start_time=time(9),
        last_day=next_monday(),
        end_time=time(10),
        time_zone="Europe/Paris",
        recurrence="FREQ=MONTHLY;BYDAY=1MO,3MO;COUNT=9",
    )
    bea = await entered("Bea")
    path = f"{LIST}/{await planning.create_absence(draft, SYSTEM)}"
    typed = fields_of((await bea.get(path)).text)
    part = (await bea.submit(f"{LIST}/apercu", {**typed, "end_time": "11:00"})).text
    assert "le 1er lundi et le 3e lundi de chaque mois, 9 fois" in part
    bob = await entered("Bob")
    assert (await bob.submit(f"{LIST}/apercu", {**typed, "agent": ""})).status_code == 403


@pytest.mark.feature("C-12")
async def test_an_absence_is_deleted_after_it_was_named(entered: Entered, office: Office) -> None:
    bea = await entered("Bea")
    path = await gone(bea, office)
    asked = (await bea.get(f"{path}/suppression")).text
    assert "Supprimer l’absence « Formation » ?" in asked
    said = await shown_after(bea, await again(bea, f"{path}/suppression", asked, {}))
    assert "L’absence est supprimée." in said
    assert "Aucune absence notée." in said
    assert "10:00" in await slots_on(office, tomorrow())


async def test_what_was_read_elsewhere_is_shown_as_such_and_not_changed_here(
    entered: Entered, office: Office
) -> None:
    path = await imported(office)
    bea, alice = await entered("Bea"), await entered("Alice")
    own, others = (await bea.get(LIST)).text, (await alice.get(f"{LIST}?agent={office.bea}")).text
    assert "Lue dans un autre agenda" in own
    assert "Lue dans un autre agenda" in others
    assert "Agenda privé" in own
    assert "Agenda privé" not in others
    page = (await bea.get(path)).text
    assert "Elle ne se modifie pas ici" in page
    assert "Agenda privé" in page
    assert "Agenda privé" not in (await alice.get(path)).text
    meant = date.fromisoformat(day(2))
    before = await only(office)
    for end in ("", "/suppression", f"/dates/{meant}", f"/suite/{meant}"):
        answer = await bea.submit(f"{path}{end}", training(office))
        assert answer.status_code in {404, 409}, end
        assert await only(office) == before


async def test_two_who_save_at_once_are_shown_each_others_change(
    entered: Entered, office: Office
) -> None:
    alice, bea = await entered("Alice"), await entered("Bea")
    path = await gone(bea, office)
    opened = (await bea.get(path)).text
    await shown_after(alice, await retyped(alice, path, {"title": "Congé"}))
    late = await again(bea, path, opened, {"title": "Maladie"})
    assert late.status_code == 409
    assert "Nom : Congé" in late.text
    assert fields_of(late.text)["title"] == ["Maladie"]
    assert (await only(office)).title == "Congé"


async def test_of_two_who_send_their_forms_at_once_one_saves(
    entered: Entered, office: Office
) -> None:
    alice, bea = await entered("Alice"), await entered("Bea")
    path = await gone(bea, office)
    pages = [(await one.get(path)).text for one in (alice, bea)]
    answers = await asyncio.gather(
        again(alice, path, pages[0], {"title": "Congé"}),
        again(bea, path, pages[1], {"title": "Maladie"}),
    )
    assert sorted(one.status_code for one in answers) == [303, 409]
    late = next(one for one in answers if one.status_code == 409)
    assert f"Nom : {(await only(office)).title}" in late.text
