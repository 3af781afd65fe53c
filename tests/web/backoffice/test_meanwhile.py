"""Two browsers open one appointment: the second is shown what the first one did (C-64, C-65)."""

import asyncio
import re
from datetime import timedelta
from html import unescape

import httpx
import pytest
from creneau.agents.managing import service as managing
from creneau.agents.managing.schemas import Parting
from creneau.appointments import service as appointments
from creneau.appointments.notes import service as notes
from creneau.appointments.schemas import Booking
from creneau.context import SYSTEM, Actor

from tests.web.admin.filling import again, fields_of
from tests.web.backoffice.cast import Office, at, book, today
from tests.web.backoffice.conftest import SignedIn
from tests.web.stage import Visitor

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
SECOND = "quelqu’un a modifié ce rendez-vous entre-temps"


@pytest.fixture
async def booking(office: Office) -> Booking:
    return await book(office, at(today() + timedelta(days=1), 9, 30))


def page_of(booking: Booking) -> str:
    return f"/agents/rendez-vous/{booking.id}"


def hidden_of(page: str, action: str = "") -> dict[str, str]:
    """Read what the form of an address carries unseen."""
    form = page[page.index(f'action="{action}"') :] if action else page[page.index("<main") :]
    found = HIDDEN.findall(form[: form.index("</form>")])
    return {name: unescape(value) for name, value in found if name != "csrf_token"}


async def status(visitor: Visitor, way: str, page: str, chosen: str) -> httpx.Response:
    return await visitor.submit(
        f"{way}/statut", {**hidden_of(page, f"{way}/statut"), "status": chosen}
    )


async def test_of_two_statuses_at_once_one_counts_and_the_other_agent_is_told(
    booking: Booking, signed_in: SignedIn
) -> None:
    bea, sam = await signed_in("Bea"), await signed_in("Sam")
    way = page_of(booking)
    pages = [(await one.get(way)).text for one in (bea, sam)]
    await asyncio.gather(status(bea, way, pages[0], "seen"), status(sam, way, pages[1], "no_show"))
    state = (await appointments.get(booking.id)).state
    first, second, wish, stands = (
        (bea, sam, "Absent non excusé", "Vu")
        if state == "seen"
        else (sam, bea, "Vu", "Absent non excusé")
    )
    assert SECOND not in (await first.get(way)).text
    told = (await second.get(way)).text.replace("\u00a0", " ")
    assert SECOND in told
    assert f"Statut : À venir, maintenant {stands}." in told
    assert f"Vous aviez choisi « {wish} »." in told
    assert "a changé le statut" in told


async def test_a_status_that_is_chosen_anew_counts(booking: Booking, signed_in: SignedIn) -> None:
    bea, sam = await signed_in("Bea"), await signed_in("Sam")
    way = page_of(booking)
    opened = (await bea.get(way)).text
    await status(sam, way, (await sam.get(way)).text, "waiting")
    await status(bea, way, opened, "seen")
    assert (await appointments.get(booking.id)).state == "waiting"
    await status(bea, way, (await bea.get(way)).text, "seen")
    assert (await appointments.get(booking.id)).state == "seen"


async def test_the_button_that_undoes_takes_back_only_what_its_page_showed(
    booking: Booking, signed_in: SignedIn
) -> None:
    bea = await signed_in("Bea")
    way = page_of(booking)
    await status(bea, way, (await bea.get(way)).text, "no_show")
    opened = (await bea.get(way)).text
    undo = opened[opened.index("Revenir à") - 1500 :]
    carried = dict(HIDDEN.findall(undo[undo.rindex("<form", 0, undo.index("Revenir à")) :]))
    assert {"version", "vu", "status"} <= carried.keys()
    await appointments.set_state(booking.id, "seen", Actor("agent"))
    await bea.submit(f"{way}/statut", {name: unescape(text) for name, text in carried.items()})
    assert (await appointments.get(booking.id)).state == "seen"


@pytest.mark.parametrize("end", ["annulation", "replanification"])
async def test_who_ends_what_a_colleague_has_ended_is_told_how_it_stands(
    booking: Booking, signed_in: SignedIn, end: str
) -> None:
    bea, sam = await signed_in("Bea"), await signed_in("Sam")
    way = f"{page_of(booking)}/{end}"
    shown = hidden_of((await bea.get(way)).text)
    await sam.submit(f"{page_of(booking)}/annulation", {"notify": "no"})
    late = await bea.submit(way, {**shown, "notify": "yes"})
    assert (late.status_code, late.headers["location"]) == (303, page_of(booking))
    told = (await bea.get(page_of(booking))).text.replace("\u00a0", " ")
    assert "Statut : À venir, maintenant Annulé par le service." in told


async def test_a_note_that_came_meanwhile_is_shown_before_deleting_and_the_choice_is_kept(
    booking: Booking, signed_in: SignedIn
) -> None:
    bea, sam = await signed_in("Bea"), await signed_in("Sam")
    way = f"{page_of(booking)}/suppression"
    shown = hidden_of((await bea.get(way)).text)
    edit = f"{page_of(booking)}/modification"
    await again(sam, edit, (await sam.get(edit)).text, {"notes": "Ne pas supprimer <b>"})
    late = await bea.submit(way, {**shown, "notify": "yes"})
    assert late.status_code == 409
    assert "Notes : rien, maintenant Ne pas supprimer &lt;b&gt;" in late.text.replace("\u00a0", " ")
    assert re.search(r'name="notify" value="yes"[^>]* checked', late.text)
    assert (await appointments.get(booking.id)).state == "planned"
    gone = await bea.submit(way, {**hidden_of(late.text), "notify": "no"})
    assert gone.status_code == 303
    assert (await bea.get(page_of(booking))).status_code == 404


async def test_who_moves_what_now_waits_or_is_cancelled_is_told_and_keeps_the_new_time(
    booking: Booking, signed_in: SignedIn
) -> None:
    bea = await signed_in("Bea")
    way = f"{page_of(booking)}/deplacement"
    opened = (await bea.get(way)).text
    await appointments.set_state(booking.id, "waiting", Actor("agent"))
    late = await again(bea, way, opened, {"time": "15:00"})
    assert late.status_code == 409
    assert "Statut : À venir, maintenant En salle d’attente" in late.text.replace("\u00a0", " ")
    assert fields_of(late.text)["time"] == ["15:00"]
    await appointments.cancel(booking.id, Actor("agent"))
    gone = await again(bea, way, late.text, {})
    assert (gone.status_code, gone.headers["location"]) == (303, page_of(booking))
    assert SECOND in (await bea.get(page_of(booking))).text
    assert (await appointments.get(booking.id)).starts_at == booking.starts_at


async def test_notes_of_two_browsers_at_once_are_those_of_one(
    booking: Booking, signed_in: SignedIn
) -> None:
    bea, sam = await signed_in("Bea"), await signed_in("Sam")
    way = f"{page_of(booking)}/modification"
    pages = [(await one.get(way)).text for one in (bea, sam)]
    answers = await asyncio.gather(
        again(bea, way, pages[0], {"notes": "De Bea"}),
        again(sam, way, pages[1], {"notes": "De Sam"}),
    )
    assert sorted(one.status_code for one in answers) == [303, 409]
    first = "De Bea" if answers[0].status_code == 303 else "De Sam"
    assert await notes.notes_of(booking.appointment_id) == first
    late = next(one.text for one in answers if one.status_code == 409)
    assert f"Notes : {first}" in late.replace("\u00a0", " ")


async def test_the_english_page_says_it_in_english(booking: Booking, signed_in: SignedIn) -> None:
    bea = await signed_in("Bea")
    opened = (await bea.get(f"{page_of(booking)}?lang=en", follow_redirects=True)).text
    await appointments.set_state(booking.id, "waiting", Actor("agent"))
    await status(bea, page_of(booking), opened, "seen")
    told = (await bea.get(page_of(booking))).text
    assert "Nothing was done: somebody changed this appointment in the meantime." in told
    assert "Status: Upcoming, now In the waiting room." in told.replace("\u00a0", " ")
    assert "You had chosen “Seen”." in told


@pytest.mark.parametrize(
    ("end", "wrong", "right"),
    [
        ("deplacement", {"time": "25:00"}, {"time": "15:00"}),
        ("modification", {"notes": "x" * 2001}, {"notes": "De Bea"}),
    ],
)
async def test_a_form_that_is_corrected_still_shows_what_changed_since_it_was_opened(
    booking: Booking, signed_in: SignedIn, end: str, wrong: dict[str, str], right: dict[str, str]
) -> None:
    bea, sam = await signed_in("Bea"), await signed_in("Sam")
    way, edit = f"{page_of(booking)}/{end}", f"{page_of(booking)}/modification"
    opened = (await bea.get(way)).text
    await again(sam, edit, (await sam.get(edit)).text, {"notes": "De Sam"})
    await appointments.set_state(booking.id, "waiting", Actor("agent"))
    corrected = await again(bea, way, opened, wrong)
    assert corrected.status_code == 422
    late = await again(bea, way, corrected.text, right)
    assert late.status_code == 409
    assert (await appointments.get(booking.id)).starts_at == booking.starts_at
    assert await notes.notes_of(booking.appointment_id) == "De Sam"


async def test_the_agenda_of_a_removed_colleague_is_said_to_be_gone_and_not_out_of_reach(
    office: Office, signed_in: SignedIn
) -> None:
    sam = await signed_in("Sam")
    way = f"/agenda/{office.bea}"
    assert (await sam.get(way)).status_code == 200
    await managing.remove(office.bea, Parting(), SYSTEM)
    gone = await sam.get(way)
    assert gone.status_code == 404
    assert "a peut-être été supprimé depuis" in gone.text.replace("\u00a0", " ")
