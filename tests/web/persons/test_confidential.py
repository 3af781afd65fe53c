"""Agents say for whom a motive is confidential, and see that nothing is sent (S-08)."""

from uuid import UUID

import pytest
from creneau.appointments import service as appointments
from creneau.confidentiality import service as confidentiality
from creneau.context import SYSTEM
from creneau.messages.receipts import service as receipts

from tests.days import today
from tests.web.backoffice.cast import Office, at, book
from tests.web.backoffice.conftest import SignedIn
from tests.web.persons.test_pages import elsewhere, person
from tests.web.public.citizen import words
from tests.web.stage import Clients

NEW = "/rendez-vous/nouveau"


def agenda_of(office: Office) -> str:
    day = at(today(), 9).date().isoformat()
    return f"/agenda/{office.bea}?vue=jour&date={day}&tableau=oui"


async def test_strangers_and_other_organisations_change_nothing(
    office: Office, client: Clients
) -> None:
    zoe = await person(office)
    way = f"/personnes/{zoe}/confidentialite"
    chloe = await elsewhere(office, client)
    for path in (way, f"{way}/{office.motive}/fin"):
        answer = await client(office.tenant).submit(path, {"motive": str(office.motive)})
        assert "/agents/connexion" in answer.headers["location"]
        refused = await chloe.submit(path, {"motive": str(office.motive)})
        assert refused.status_code == 403
    assert await confidentiality.of_person(zoe) == []


async def test_an_agent_makes_a_motive_confidential_on_the_file_and_ends_it(
    office: Office, signed_in: SignedIn
) -> None:
    zoe, bea = await person(office), await signed_in("Bea")
    way = f"/personnes/{zoe}/confidentialite"
    await bea.submit(way, {"motive": "x"})
    assert "Choisissez un motif de la liste." in words(await bea.get(f"/personnes/{zoe}"))
    made = await bea.submit(way, {"motive": str(office.motive)})
    assert made.headers["location"] == f"/personnes/{zoe}#confidential"
    shown = words(await bea.get(f"/personnes/{zoe}"))
    assert "est confidentiel pour cette personne : plus rien n’est envoyé." in shown
    assert "Bea Martin a rendu un motif confidentiel." in shown
    # Once is enough, and the list does not offer it again.
    assert f'value="{office.motive}"' not in (await bea.get(f"/personnes/{zoe}")).text
    await bea.submit(f"{way}/{office.motive}/fin")
    assert "partent de nouveau" in words(await bea.get(f"/personnes/{zoe}"))
    assert await confidentiality.of_person(zoe) == []


@pytest.mark.feature("S-08")
async def test_the_appointment_and_the_agenda_say_that_nothing_is_sent_and_sending_again_is_refused(
    office: Office, signed_in: SignedIn
) -> None:
    booking = await book(office, at(today(), 9))
    assert booking.person_id is not None
    bea, page = await signed_in("Bea"), f"/agents/rendez-vous/{booking.id}"
    day = f"/agenda/evenements?agents={office.bea}&debut={today()}&fin={today()}"
    for path in (page, agenda_of(office), day, f"{page}/deplacement"):
        assert "confidentiel" not in (await bea.get(path)).text
    await confidentiality.begin(booking.person_id, office.motive, SYSTEM)
    told = words(await bea.get(page))
    assert "Rendez-vous confidentiel Rien n’est envoyé à la personne" in told
    assert f'href="/personnes/{booking.person_id}#confidential"' in (await bea.get(page)).text
    for path in (agenda_of(office), day):
        assert "confidentiel" in (await bea.get(path)).text, path
    moving = await bea.get(f"{page}/deplacement")
    assert "Dites-lui vous-même la nouvelle date." in words(moving)
    assert 'name="notify"' not in moving.text
    letter = await bea.submit(
        f"{page}/invitation",
        {"motive": str(office.motive), "addressee": "Zoé Petit", "text": "Venez."},
    )
    assert letter.status_code == 422
    assert "aucune lettre ne part chez elle" in words(letter)


async def test_the_box_that_sets_the_appointment_keeps_it_silent_from_its_first_message_on(
    office: Office, signed_in: SignedIn
) -> None:
    bea = await signed_in("Bea")
    typed = {
        "motif": str(office.motive),
        "prenom": "Lou",
        "nom": "Neuf",
        "email": "lou@example.org",
        "telephone": "",
        "confidentiel": "yes",
        "agents": str(office.bea),
        "lieu": str(office.place),
        "jour": today().isoformat(),
        "heure": "23:00",
        "duree": "30",
        "outside": "yes",
        "reason": "essai",
        "fait": "personne",
        "etape": "suite",
    }
    details = await bea.submit(NEW, typed)
    assert 'name="confidentiel" value="yes"' in details.text
    made = await bea.submit(NEW, {**typed, "fait": "details"})
    assert made.status_code == 303, words(made)
    (entry,) = await appointments.agenda([office.bea], at(today(), 22), at(today(), 23, 59))
    assert entry.confidential
    assert await receipts.of_booking(entry.id) == []
    assert isinstance(entry.person_id, UUID)
