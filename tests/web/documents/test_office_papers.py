"""What agents print: the day of an agenda, the sheet of a session, a letter (C-41, C-60)."""

import html
import re
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx
import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import Booking, ConfirmRequest, HoldRequest, SessionDraft
from creneau.context import SYSTEM, VISITOR, Actor
from creneau.motives import service as motives
from creneau.people import service as people
from creneau.people.schemas import Identity, PersonDetails, RelativeDraft
from creneau_web import throttling
from creneau_web.throttling import LIMITS, Limit
from msgspec.structs import replace

from tests.days import today, tomorrow
from tests.infra.paper import codes_on, figures_of, pages_of, place_of, structure_of, text_of
from tests.platform.cast import new_motive
from tests.web.admin.conftest import Entered
from tests.web.backoffice.cast import ZOE, Office, at, book
from tests.web.stage import Clients

DAY = "/agents/feuille-du-jour.pdf"


def paper(answer: httpx.Response, name: str) -> bytes:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    return answer.content


async def session(office: Office, names: Sequence[str], capacity: int | None = None) -> Booking:
    """Hold a workshop tomorrow with some people in it, and give the last one's booking."""
    motive = await new_motive(
        office.organisation, await service_of(office), name="Atelier", capacity=2
    )
    starts_at = at(today() + timedelta(days=5), 9)
    draft = SessionDraft(
        motive_id=motive,
        place_id=office.place,
        resource_ids=(office.bea,),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        title="Refaire son CV",
        capacity=capacity,
    )
    made = await appointments.create_session(draft, SYSTEM)
    booked: list[Booking] = []
    for name in names:
        hold = HoldRequest(
            motive_id=motive,
            starts_at=starts_at,
            place_id=office.place,
            appointment_id=made,
            owner=uuid4().bytes,
            source="agent",
        )
        who = ConfirmRequest(
            identity=Identity(first_name="Noé", last_name=name), instructions_accepted=True
        )
        booked.append(await appointments.book(hold, who, Actor("agent", office.bea)))
    return booked[-1]


async def service_of(office: Office) -> UUID:
    return (await motives.motive(office.motive)).service_id


async def test_a_day_is_printed_with_who_comes_and_their_numbers(
    entered: Entered, office: Office
) -> None:
    await book(office, at(tomorrow(), 9, 30))
    gone = await book(office, at(tomorrow(), 11), replace(ZOE, first_name="Léa"))
    await appointments.cancel(gone.id, SYSTEM)
    bea = await entered("Bea")
    address = f"{DAY}?jour={tomorrow()}"
    assert html.escape(address) in (await bea.get(f"/agents?jour={tomorrow()}")).text
    pdf = paper(await bea.get(address), f"agenda-{tomorrow()}")
    said = text_of(pdf)
    for expected in ("Bea Martin", "9 h 30", "Petit Zoé", "06 01 02 03 04", "1 rendez-vous"):
        assert expected in said
    assert said.index("Annulés et excusés") < said.index("Petit Léa")
    assert {"/Table", "/TH", "/TR"} <= set(structure_of(pdf))


async def test_an_empty_day_says_so(entered: Entered) -> None:
    bea = await entered("Bea")
    assert "Aucun rendez-vous ce jour-là." in text_of((await bea.get(DAY)).content)


async def test_a_day_is_printed_for_the_agendas_that_one_may_see(
    entered: Entered, office: Office, client: Clients
) -> None:
    address = f"{DAY}?agent={office.bea}"
    for name in ("Alice", "Sam"):
        assert "Bea Martin" in text_of((await (await entered(name)).get(address)).content)
    assert (await (await entered("Bob")).get(address)).status_code == 403
    assert (await (await entered("Bea")).get(f"{DAY}?agent={uuid4()}")).status_code == 404
    stranger = await client(office.tenant).get(address)
    assert stranger.headers["location"].startswith("/agents/connexion")


async def test_a_session_is_signed_for_on_a_sheet_with_its_people(
    entered: Entered, office: Office
) -> None:
    booking = await session(office, ("Abel", "Zola", "Martin"))
    bea = await entered("Bea")
    page = f"/agents/rendez-vous/{booking.id}"
    assert f"{page}/emargement.pdf" in (await bea.get(page)).text
    day = today() + timedelta(days=5)
    pdf = paper(await bea.get(f"{page}/emargement.pdf"), f"emargement-{day}")
    said = text_of(pdf)
    assert "Refaire son CV" in said
    assert "3 personnes inscrites" in said
    assert said.index("Abel") < said.index("Martin Noé") < said.index("Zola")
    assert said.count("Noé") == 3
    assert structure_of(pdf).count("/TR") == 1 + 3 + 4
    assert "Signature" in said


async def test_who_has_cancelled_is_not_on_the_sheet_and_an_empty_one_is_for_writing(
    entered: Entered, office: Office
) -> None:
    booking = await session(office, ("Abel",))
    await appointments.cancel(booking.id, VISITOR)
    bea = await entered("Bea")
    pdf = (await bea.get(f"/agents/rendez-vous/{booking.id}/emargement.pdf")).content
    assert "Abel" not in text_of(pdf)
    assert "Personne n’est inscrit" in text_of(pdf)
    assert structure_of(pdf).count("/TR") == 1 + 10
    assert len(pages_of(pdf)) == 1


async def test_only_a_session_has_a_sheet_and_only_its_agents_print_it(
    entered: Entered, office: Office
) -> None:
    alone = await book(office, at(tomorrow(), 9))
    bea = await entered("Bea")
    page = f"/agents/rendez-vous/{alone.id}"
    assert "emargement" not in (await bea.get(page)).text
    assert (await bea.get(f"{page}/emargement.pdf")).status_code == 404
    booking = await session(office, ("Abel",))
    bob = await entered("Bob")
    assert (await bob.get(f"/agents/rendez-vous/{booking.id}/emargement.pdf")).status_code == 403


async def fields_of(page: str) -> dict[str, str]:
    areas = re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    return {name: html.unescape(text) for name, text in areas}


async def test_a_letter_invites_with_a_code_and_a_short_address(
    entered: Entered, office: Office
) -> None:
    booking = await book(office, at(tomorrow(), 9))
    assert booking.person_id is not None
    details = PersonDetails(
        first_name="Zoé", last_name="Petit", address="12 rue des Lilas\n01460 Montréal"
    )
    await people.update_details(booking.person_id, details, VISITOR)
    bea = await entered("Bea")
    page = f"/agents/rendez-vous/{booking.id}/invitation"
    assert page in (await bea.get(f"/agents/rendez-vous/{booking.id}")).text
    fields = await fields_of((await bea.get(page)).text)
    assert fields["addressee"] == "Zoé Petit\n12 rue des Lilas\n01460 Montréal"
    typed = {**fields, "motive": str(office.motive), "text": "Venez ! {{7*7}} <b>"}
    pdf = paper(await bea.submit(page, typed), "invitation")
    said = text_of(pdf)
    for expected in ("12 rue des Lilas", "Carte d’identité", "Venez ! {{7*7}} <b>", "Bea Martin"):
        assert expected in said
    (address,) = codes_on(pdf)
    assert address.partition("://")[2] in said
    answer = await bea.get(urlsplit(address).path)
    assert answer.headers["location"] == f"/rdv/{office.motive}"
    assert figures_of(pdf) == ["Code de la page pour prendre rendez-vous"]


async def test_the_address_stands_in_the_window_of_the_envelope(
    entered: Entered, office: Office
) -> None:
    booking = await book(office, at(tomorrow(), 9))
    bea = await entered("Bea")
    lines = "\n".join(["Mme Zoé Petit", *(f"Ligne {number}" for number in range(5))])
    typed = {"motive": str(office.motive), "addressee": lines, "text": ""}
    pdf = (await bea.submit(f"/agents/rendez-vous/{booking.id}/invitation", typed)).content
    for words in ("Mme Zoé Petit", "Ligne 4"):
        left, top = place_of(pdf, words)
        assert 100 < left < 110
        assert 50 < top < 80


async def test_a_childs_letter_goes_to_who_is_responsible(entered: Entered, office: Office) -> None:
    booking = await book(office, at(tomorrow(), 9))
    assert booking.person_id is not None
    child = await people.add_relative(
        booking.person_id, RelativeDraft(first_name="Léo", last_name="Petit"), VISITOR
    )
    hold = HoldRequest(
        motive_id=office.motive,
        starts_at=at(tomorrow(), 10),
        place_id=office.place,
        resource_id=office.bea,
        owner=b"bea",
        source="agent",
    )
    wanted = ConfirmRequest(person_id=child, instructions_accepted=True)
    second = await appointments.book(hold, wanted, Actor("agent", office.bea))
    bea = await entered("Bea")
    page = (await bea.get(f"/agents/rendez-vous/{second.id}/invitation")).text
    assert (await fields_of(page))["addressee"].startswith("Zoé Petit")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("motive", str(UUID(int=1)), "Choisissez un motif de la liste."),
        ("motive", "'; --", "Choisissez un motif de la liste."),
        ("addressee", "", "Écrivez le nom et l’adresse"),
        ("addressee", "a\n" * 7, "6 lignes au plus"),
        ("addressee", "a" * 121, "Une ligne est trop longue"),
        ("text", "a" * 2001, "2000 caractères au plus"),
    ],
)
async def test_what_cannot_be_printed_is_said_and_what_was_typed_stays(
    entered: Entered, office: Office, field: str, value: str, sentence: str
) -> None:
    booking = await book(office, at(tomorrow(), 9))
    bea = await entered("Bea")
    typed = {"motive": str(office.motive), "addressee": "Zoé", "text": "Gardé", field: value}
    answer = await bea.submit(f"/agents/rendez-vous/{booking.id}/invitation", typed)
    assert answer.status_code == 422
    assert sentence in html.unescape(answer.text)
    assert field == "text" or "Gardé" in answer.text


async def test_only_who_sees_the_appointment_writes_to_its_person(
    entered: Entered, office: Office, client: Clients
) -> None:
    booking = await book(office, at(tomorrow(), 9))
    page = f"/agents/rendez-vous/{booking.id}/invitation"
    bob = await entered("Bob")
    assert (await bob.get(page)).status_code == 403
    assert (await bob.submit(page, {"motive": str(office.motive)})).status_code == 403
    stranger = await client(office.tenant).get(page)
    assert stranger.headers["location"].startswith("/agents/connexion")
    assert (await bob.get(f"/agents/rendez-vous/{uuid4()}/invitation")).status_code == 404


async def test_a_day_that_is_none_or_beyond_all_agendas_is_not_printed_as_today(
    office: Office, entered: Entered
) -> None:
    del office
    bea = await entered("Bea")
    for day in ("9999-12-31", "0001-01-01", "demain", "2026-02-30"):
        assert (await bea.get(f"{DAY}?jour={day}")).status_code == 404
    paper(await bea.get(DAY), f"agenda-{today().isoformat()}")


async def test_whoever_prints_without_end_waits_and_others_print_on(
    office: Office, entered: Entered, monkeypatch: pytest.MonkeyPatch
) -> None:
    del office
    few = {**LIMITS, "paper": (Limit("subject", 1, 600.0),)}
    monkeypatch.setattr(throttling, "LIMITS", few)
    bea, sam = await entered("Bea"), await entered("Sam")
    assert (await bea.get(DAY)).status_code == 200
    assert (await bea.get(DAY)).status_code == 429
    assert (await sam.get(DAY)).status_code == 200
