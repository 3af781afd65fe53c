"""The confirmation on paper: from the path, a link, one's own list and the counter (C-41)."""

from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from creneau.appointments import service as appointments
from creneau.context import VISITOR, Tenant, acting_for
from creneau.people import service as people
from creneau.people.schemas import PersonDetails
from creneau.places import service as places
from creneau.places.schemas import PlaceDraft
from msgspec.structs import replace

from tests.days import today, tomorrow
from tests.infra.paper import codes_on, figures_of, reader, structure_of, text_of
from tests.platform.cast import Town
from tests.web.admin.conftest import Entered
from tests.web.backoffice.cast import ZOE, Office, at, book
from tests.web.public.citizen import JEANNE, book_first, id_of, link_of, sign_in, words
from tests.web.stage import Clients, Visitor, new_tenant

NASTY = 'Zoé"\r\nX-Evil: 1 {{7*7}} <script>'


def paper(answer: httpx.Response) -> bytes:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="confirmation.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    return answer.content


async def test_who_has_booked_prints_it_at_the_end_of_the_path(
    jeanne: Visitor, paul: Visitor, town: Town
) -> None:
    booking = await book_first(jeanne, town)
    address = f"{booking}/confirmation.pdf"
    assert address in (await jeanne.get(f"{booking}/termine")).text
    pdf = paper(await jeanne.get(address))
    said = text_of(pdf)
    for expected in (
        "Confirmation de rendez-vous",
        "Jeanne Dupont",
        "Carte d’identité",
        "Place de la mairie",
        "Alice Martin",
        "01 23 45 67 89",
        "Vous pouvez le déplacer ou l’annuler en ligne",
    ):
        assert expected in said
    assert (await paul.get(address)).status_code == 404


async def test_the_code_on_it_leads_to_the_page_of_the_appointment_and_nothing_else(
    jeanne: Visitor, paul: Visitor, town: Town
) -> None:
    booking = await book_first(jeanne, town)
    pdf = paper(await jeanne.get(f"{booking}/confirmation.pdf"))
    (address,) = codes_on(pdf)
    assert urlsplit(address).netloc == jeanne.base_url.netloc.decode()
    page = words(await paul.get(urlsplit(address).path))
    assert "Carte d’identité" in page
    assert "Annuler le rendez-vous" in page
    assert (await appointments.get(id_of(booking))).state == "planned"
    assert figures_of(pdf) == ["Code de la page du rendez-vous. Gardez-le pour vous."]


async def test_it_is_read_aloud_in_order_and_says_its_language(jeanne: Visitor, town: Town) -> None:
    booking = await book_first(jeanne, town)
    pdf = paper(await jeanne.get(f"{booking}/confirmation.pdf"))
    assert reader(pdf).root_object["/Lang"] == "fr"
    assert reader(pdf).metadata.title == "Confirmation de rendez-vous"
    kinds = structure_of(pdf)
    assert kinds.index("/H1") < kinds.index("/H2")
    await jeanne.get("/?lang=en", follow_redirects=True)
    english = paper(await jeanne.get(f"{booking}/confirmation.pdf"))
    assert reader(english).root_object["/Lang"] == "en"
    assert "Appointment confirmation" in text_of(english)


async def test_the_link_of_a_message_gives_it_with_the_same_link(
    paul: Visitor, jeanne: Visitor, town: Town
) -> None:
    booking = await book_first(jeanne, town)
    link = await link_of(id_of(booking))
    assert f"{link}/confirmation.pdf" in (await paul.get(link)).text
    (address,) = codes_on(paper(await paul.get(f"{link}/confirmation.pdf")))
    assert urlsplit(address).path == link
    assert (await paul.get("/lien/unknown/confirmation.pdf")).status_code == 404


async def test_ones_own_list_gives_it_and_nobody_elses(
    jeanne: Visitor, paul: Visitor, town: Town
) -> None:
    booking = id_of(await book_first(jeanne, town))
    await sign_in(jeanne)
    assert "Jeanne Dupont" in text_of(
        paper(await jeanne.get(f"/mes-rendez-vous/{booking}/confirmation.pdf"))
    )
    address = f"/mes-rendez-vous/{booking}/confirmation.pdf"
    assert (await paul.get(address)).status_code == 303
    assert (await jeanne.get(f"/mes-rendez-vous/{uuid4()}/confirmation.pdf")).status_code == 404


async def test_what_is_cancelled_is_not_confirmed_on_paper(jeanne: Visitor, town: Town) -> None:
    booking = await book_first(jeanne, town)
    await appointments.cancel(id_of(booking), VISITOR)
    answer = await jeanne.get(f"{booking}/confirmation.pdf")
    assert answer.headers["location"] == f"{booking}/termine"
    link = await link_of(id_of(booking))
    assert (await jeanne.get(f"{link}/confirmation.pdf")).headers["location"] == link


async def test_names_of_the_worst_kind_are_only_text(jeanne: Visitor, town: Town) -> None:
    place = await places.place(town.place)
    draft = PlaceDraft(
        organisation_id=town.organisation,
        name=place.name,
        access_information="Au fond {{7*7}}\n<img src='file:///etc/passwd'>",
    )
    await places.update_place(place.id, draft, place.version, VISITOR)
    booking = await book_first(jeanne, town)
    person = (await appointments.get(id_of(booking))).person_id
    assert person is not None
    monstrous = PersonDetails(first_name="W" * 90, last_name=NASTY)
    await people.update_details(person, monstrous, VISITOR)
    said = text_of(paper(await jeanne.get(f"{booking}/confirmation.pdf")))
    assert "{{7*7}} <script>" in said
    assert "Au fond {{7*7}}" in said
    assert "<img src='file:///etc/passwd'>" in said
    assert said.replace(" ", "").count("W") == 90


async def test_nobody_empties_the_press_with_one_appointment(jeanne: Visitor, town: Town) -> None:
    booking = await book_first(jeanne, town)
    link = await link_of(id_of(booking))
    answers = [await jeanne.get(f"{link}/confirmation.pdf") for _ in range(21)]
    assert [one.status_code for one in answers] == [200] * 20 + [429]


async def test_the_counter_prints_it_in_the_persons_language(
    entered: Entered, office: Office
) -> None:
    booking = await book(office, at(tomorrow(), 9), replace(ZOE, locale="en"))
    bea = await entered("Bea")
    address = f"/agents/rendez-vous/{booking.id}/confirmation.pdf"
    assert address in (await bea.get(f"/agents/rendez-vous/{booking.id}")).text
    pdf = paper(await bea.submit(address))
    assert "Appointment confirmation" in text_of(pdf)
    (link,) = codes_on(pdf)
    assert (await appointments.by_link(link.rpartition("/")[2])).id == booking.id
    assert (await bea.get(address)).status_code == 405


@pytest.mark.parametrize(("name", "status"), [("Alice", 200), ("Sam", 200), ("Bob", 403)])
async def test_only_who_may_change_the_appointment_gives_it_out(
    entered: Entered, office: Office, client: Clients, name: str, status: int
) -> None:
    booking = await book(office, at(tomorrow(), 9))
    address = f"/agents/rendez-vous/{booking.id}/confirmation.pdf"
    answer = await (await entered(name)).submit(address)
    assert answer.status_code == status
    stranger = await client(office.tenant).submit(address)
    assert stranger.headers["location"].startswith("/agents/connexion")


async def test_a_past_appointment_is_not_confirmed_at_the_counter(
    entered: Entered, office: Office
) -> None:
    booking = await book(office, at(today() - timedelta(days=1), 9))
    bea = await entered("Bea")
    page = f"/agents/rendez-vous/{booking.id}"
    assert "Confirmation (PDF)" not in (await bea.get(page)).text
    assert (await bea.submit(f"{page}/confirmation.pdf")).headers["location"] == page


async def test_another_tenant_has_no_such_appointment(
    client: Clients, tenant: Tenant, town: Town, jeanne: Visitor
) -> None:
    booking = await book_first(jeanne, town)
    link = await link_of(id_of(booking))
    elsewhere = await new_tenant()
    with acting_for(elsewhere):
        stranger = client(elsewhere)
    assert (await stranger.get(f"{link}/confirmation.pdf")).status_code == 404
    del tenant
    assert JEANNE["last_name"] == "Dupont"
