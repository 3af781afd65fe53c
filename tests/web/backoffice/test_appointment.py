from uuid import uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking
from creneau.availability import service as availability
from creneau.availability.schemas import SlotQuery
from creneau.context import SYSTEM, Actor, acting_for
from creneau.questions import service as questions
from creneau.questions.rules import field_of
from creneau.questions.schemas import QuestionDraft
from msgspec.structs import replace

from tests.days import today, tomorrow
from tests.web.backoffice.cast import ZOE, Office, at, book, furnish_office
from tests.web.backoffice.conftest import SignedIn
from tests.web.public.citizen import words
from tests.web.stage import Clients, new_tenant


@pytest.fixture
async def booking(office: Office) -> Booking:
    return await book(office, at(tomorrow(), 9, 30))


def page_of(booking: Booking) -> str:
    return f"/agents/rendez-vous/{booking.id}"


@pytest.mark.feature("C-64")
async def test_the_page_tells_all_facts(booking: Booking, signed_in: SignedIn) -> None:
    bea = await signed_in("Bea")
    page = (await bea.get(page_of(booking))).text
    for fact in ("Zoé Petit", "9 h 30", "Carte d’identité", "Place de la mairie", "Bea Martin"):
        assert fact in page
    assert 'href="mailto:zoe@example.org"' in page
    assert 'href="tel:' in page
    assert "Bea Martin a confirmé le rendez-vous." in page


@pytest.mark.feature("C-64")
@pytest.mark.feature("C-65")
async def test_setting_a_status_says_what_changed(booking: Booking, signed_in: SignedIn) -> None:
    bea = await signed_in("Bea")
    answer = await bea.submit(f"{page_of(booking)}/statut", {"status": "waiting"})
    assert answer.status_code == 303
    assert answer.headers["location"] == page_of(booking)
    page = (await bea.get(page_of(booking))).text
    assert "Statut enregistré : « En salle d’attente ». Avant : « Indéterminé »." in page
    assert "Bea Martin a changé le statut de « Indéterminé » en « En salle d’attente »." in page
    assert (await appointments.get(booking.id)).state == "waiting"
    assert "Statut enregistré" not in (await bea.get(page_of(booking))).text


async def test_the_same_status_again_changes_nothing(booking: Booking, signed_in: SignedIn) -> None:
    bea = await signed_in("Bea")
    await bea.submit(f"{page_of(booking)}/statut", {"status": "planned"})
    page = (await bea.get(page_of(booking))).text
    assert "Le statut était déjà" in page
    assert "a changé le statut" not in page


@pytest.mark.parametrize("status", ["", "held", "cancelled", "vu"])
async def test_a_status_that_is_none_is_refused(
    booking: Booking, signed_in: SignedIn, status: str
) -> None:
    bea = await signed_in("Bea")
    answer = await bea.submit(f"{page_of(booking)}/statut", {"status": status})
    assert answer.status_code == 422
    assert (await appointments.get(booking.id)).state == "planned"


async def test_a_time_given_away_is_not_taken_back(
    office: Office, booking: Booking, signed_in: SignedIn
) -> None:
    bea = await signed_in("Bea")
    await bea.submit(f"{page_of(booking)}/statut", {"status": "excused"})
    assert "L’horaire est de nouveau libre." in (await bea.get(page_of(booking))).text
    await book(office, booking.starts_at, replace(ZOE, first_name="Noé"))
    await bea.submit(f"{page_of(booking)}/statut", {"status": "planned"})
    assert "Cet horaire a été donné à quelqu’un d’autre" in (await bea.get(page_of(booking))).text
    assert (await appointments.get(booking.id)).state == "excused"


async def test_cancelling_names_who_is_told_and_asks_first(
    office: Office, booking: Booking, signed_in: SignedIn
) -> None:
    bea = await signed_in("Bea")
    question = (await bea.get(f"{page_of(booking)}/annulation")).text
    assert "Annuler ce rendez-vous" in question
    assert question.index("Un message part dès l’annulation") < question.index(
        "<li>Zoé Petit par e-mail</li>"
    )
    assert (await appointments.get(booking.id)).state == "planned"
    answer = await bea.submit(f"{page_of(booking)}/annulation")
    assert answer.status_code == 303
    page = (await bea.get(page_of(booking))).text
    assert "Un message part à : Zoé Petit par e-mail." in page
    assert "Bea Martin a annulé le rendez-vous." in page
    assert 'name="status"' not in page
    assert (await appointments.get(booking.id)).state == "cancelled"
    query = SlotQuery(
        motive_id=office.motive,
        starts_from=booking.starts_at,
        starts_before=booking.ends_at,
        for_agents=True,
    )
    assert [slot.starts_at for slot in await availability.find_slots(query)] == [booking.starts_at]


async def test_what_is_over_cannot_be_cancelled_again(
    booking: Booking, signed_in: SignedIn
) -> None:
    await appointments.cancel(booking.id, Actor("agent"))
    bea = await signed_in("Bea")
    answer = await bea.get(f"{page_of(booking)}/annulation")
    assert (answer.status_code, answer.headers["location"]) == (303, page_of(booking))
    assert (await bea.submit(f"{page_of(booking)}/annulation")).status_code == 409


@pytest.mark.parametrize("way", ["", "/annulation"])
async def test_a_colleague_without_the_right_is_told_so(
    booking: Booking, signed_in: SignedIn, way: str
) -> None:
    bob = await signed_in("Bob")
    answer = await bob.get(f"{page_of(booking)}{way}")
    assert answer.status_code == 403
    assert "Zoé" not in answer.text


@pytest.mark.parametrize(
    ("way", "fields"), [("/statut", {"status": "seen"}), ("/annulation", dict[str, str]())]
)
async def test_a_colleague_without_the_right_changes_nothing(
    booking: Booking, signed_in: SignedIn, way: str, fields: dict[str, str]
) -> None:
    bob = await signed_in("Bob")
    assert (await bob.submit(f"{page_of(booking)}{way}", fields)).status_code == 403
    assert (await appointments.get(booking.id)).state == "planned"


@pytest.mark.parametrize("name", ["Alice", "Sam"])
async def test_the_same_service_and_the_secretariat_may_change(
    booking: Booking, signed_in: SignedIn, name: str
) -> None:
    somebody = await signed_in(name)
    await somebody.submit(f"{page_of(booking)}/statut", {"status": "no_show"})
    assert (await appointments.get(booking.id)).state == "no_show"
    assert f"{name} Martin a changé le statut" in (await somebody.get(page_of(booking))).text


@pytest.mark.parametrize("way", ["", "/annulation"])
async def test_another_tenant_s_appointment_does_not_exist(signed_in: SignedIn, way: str) -> None:
    elsewhere = await new_tenant()
    with acting_for(elsewhere):
        theirs = await book(await furnish_office(elsewhere), at(tomorrow(), 9))
    bea = await signed_in("Bea")
    answer = await bea.get(f"{page_of(theirs)}{way}")
    unknown = await bea.get(f"/agents/rendez-vous/{uuid4()}{way}")
    assert answer.status_code == unknown.status_code == 404
    assert (await bea.submit(f"{page_of(theirs)}/statut", {"status": "seen"})).status_code == 404


async def test_a_stranger_gets_nowhere(client: Clients, office: Office, booking: Booking) -> None:
    stranger = client(office.tenant)
    answer = await stranger.get(page_of(booking))
    assert (answer.status_code, "connexion" in answer.headers["location"]) == (303, True)
    for way in ("/statut", "/annulation"):
        refused = await stranger.submit(f"{page_of(booking)}{way}")
        assert (refused.status_code, refused.headers["location"]) == (
            303,
            "/agents/connexion?next=/agents",
        )
    assert (await appointments.get(booking.id)).state == "planned"


async def test_who_was_signed_out_meanwhile_comes_back_to_the_page_of_the_button(
    client: Clients, office: Office, booking: Booking
) -> None:
    stranger = client(office.tenant)
    address = f"http://{stranger.base_url.netloc.decode()}"
    for before, back in (
        (f"{address}{page_of(booking)}", page_of(booking)),
        (f"https://evil.example{page_of(booking)}", "/agents"),
        (f"{address}/aide", "/agents"),
    ):
        answer = await stranger.post(
            f"{page_of(booking)}/statut", data={"status": "seen"}, headers={"referer": before}
        )
        assert answer.headers["location"] == f"/agents/connexion?next={back}"


async def test_a_form_of_another_site_changes_nothing(
    booking: Booking, signed_in: SignedIn
) -> None:
    bea = await signed_in("Bea")
    for way, fields in (("/statut", {"status": "seen"}), ("/annulation", {})):
        answer = await bea.post(
            f"{page_of(booking)}{way}", data=fields, headers={"origin": "https://evil.example"}
        )
        assert answer.status_code == 403
    assert (await appointments.get(booking.id)).state == "planned"


async def test_what_people_typed_is_shown_as_typed(office: Office, signed_in: SignedIn) -> None:
    evil = replace(ZOE, first_name="<script>alert(1)</script>", last_name="{{7*7}}")
    booking = await book(office, at(tomorrow(), 11), evil)
    page = (await (await signed_in("Bea")).get(page_of(booking))).text
    assert "<script>alert" not in page
    assert "{{7*7}}" in page


async def test_the_page_speaks_english(booking: Booking, signed_in: SignedIn) -> None:
    bea = await signed_in("Bea")
    await bea.submit(f"{page_of(booking)}/statut", {"status": "seen"})
    page = (await bea.get(f"{page_of(booking)}?lang=en", follow_redirects=True)).text
    assert "Bea Martin confirmed the appointment." in page
    assert "Bea Martin changed the status from “Not set” to “Seen”." in page


async def test_the_way_back_leads_to_the_agenda_of_the_appointment(
    office: Office, booking: Booking, signed_in: SignedIn
) -> None:
    day = tomorrow().isoformat()
    assert (
        f'href="/agents?jour={day}"' in (await (await signed_in("Bea")).get(page_of(booking))).text
    )
    sam = (await (await signed_in("Sam")).get(page_of(booking))).text
    assert f'href="/agents?jour={day}&amp;agent={office.bea}"' in sam


async def test_a_plugin_adds_its_piece_to_the_page(office: Office, signed_in: SignedIn) -> None:
    prescribed = {
        "digital_aid_prescribing": "on",
        "digital_aid_name": "Nora Blanc",
        "digital_aid_structure": "Mission locale",
        "digital_aid_email": "nora@example.org",
        "digital_aid_phone": "0601020305",
    }
    booking = await book(office, at(tomorrow(), 14), values=prescribed)
    page = (await (await signed_in("Bea")).get(page_of(booking))).text
    assert "Nora Blanc" in page
    assert "Mission locale" in page


async def test_the_page_shows_what_the_person_answered(office: Office, signed_in: SignedIn) -> None:
    question = QuestionDraft(label="Une allergie ?", kind="yes_no")
    asked = await questions.ask(office.motive, question, SYSTEM)
    booking = await book(office, at(today(), 9, 30), values={field_of(asked): "yes"})
    page = words(await (await signed_in("Bea")).get(page_of(booking)))
    assert "Réponses aux questions Une allergie ? Oui" in page
