"""“Trouver un créneau” for somebody begins with whoever follows them (S-01, C-63)."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from creneau.context import SYSTEM
from creneau.motives import service as motives
from creneau.people import service as people

from tests.days import today, tomorrow
from tests.platform.cast import new_motive
from tests.web.backoffice.cast import Office, at, book
from tests.web.backoffice.conftest import SignedIn
from tests.web.backoffice.setting.test_finding import opened
from tests.web.stage import Clients

FIRST = "Voici d’abord les horaires de"
ONLY = "Ne voir que leurs horaires"


@pytest.fixture
async def zoe(office: Office) -> UUID:
    """Zoé, whom Alice follows; Bea and Alice both receive in two days."""
    booking = await book(office, at(tomorrow(), 10))
    assert booking.person_id is not None
    await opened(office, office.alice, office.place, 2)
    await people.add_referent(booking.person_id, office.alice, SYSTEM)
    return booking.person_id


def way(office: Office, person_id: object, **more: str) -> str:
    asked = "".join(f"&{name}={value}" for name, value in more.items())
    return f"/creneaux?motif={office.motive}&personne={person_id}{asked}"


async def test_a_stranger_and_an_unknown_person_lead_nowhere(
    client: Clients, office: Office, signed_in: SignedIn, zoe: UUID
) -> None:
    answer = await client(office.tenant).get(way(office, zoe))
    assert answer.status_code == 303
    bea = await signed_in("Bea")
    for person in (uuid4(), "personne"):
        assert (await bea.get(way(office, person))).status_code == 404


async def test_the_referents_come_first_and_the_page_says_so(
    office: Office, signed_in: SignedIn, zoe: UUID
) -> None:
    page = (await (await signed_in("Bea")).get(way(office, zoe))).text
    assert f"{FIRST} : Alice Martin." in page
    assert "Pour Zoé Petit" in page
    assert f"agent={office.alice}&amp;debut" in page
    assert f"agent={office.bea}&amp;debut" not in page
    assert f"personne={zoe}" in page.split("creneau=oui", 1)[1][:80]


async def test_all_others_are_one_click_away_and_the_referent_stays_first(
    office: Office, signed_in: SignedIn, zoe: UUID
) -> None:
    bea = await signed_in("Bea")
    assert "avec=tous" in (await bea.get(way(office, zoe))).text
    page = (await bea.get(way(office, zoe, avec="tous"))).text
    assert ONLY in page
    assert f"agent={office.bea}&amp;debut" in page
    both = page[page.index("Alice Martin", page.index("finding-times")) :]
    assert "(référent)" in both


async def test_a_choice_of_agents_is_kept_to(
    office: Office, signed_in: SignedIn, zoe: UUID
) -> None:
    page = (await (await signed_in("Bea")).get(way(office, zoe, agents=str(office.bea)))).text
    assert FIRST not in page
    assert f"agent={office.bea}&amp;debut" in page


async def test_nobody_follows_and_all_are_shown_without_a_word(
    office: Office, signed_in: SignedIn, zoe: UUID
) -> None:
    await people.remove_referent(zoe, office.alice, SYSTEM)
    page = (await (await signed_in("Bea")).get(way(office, zoe))).text
    assert FIRST not in page
    assert f"agent={office.bea}&amp;debut" in page


async def test_a_referent_without_free_time_or_out_of_reach_is_told_of(
    office: Office, signed_in: SignedIn, zoe: UUID
) -> None:
    await people.remove_referent(zoe, office.alice, SYSTEM)
    await people.add_referent(zoe, office.bob, SYSTEM)
    bea = (await (await signed_in("Bea")).get(way(office, zoe))).text
    assert "Bob Martin suit cette personne, mais son agenda ne vous est pas ouvert." in bea
    assert f"agent={office.bea}&amp;debut" in bea
    sam = (await (await signed_in("Sam")).get(way(office, zoe))).text
    assert "Aucun horaire libre dans les deux mois qui suivent avec : Bob Martin." in sam
    assert f"agent={office.bea}&amp;debut" in sam


async def test_a_follow_up_of_somebody_whom_nobody_follows_says_so(
    office: Office, signed_in: SignedIn, zoe: UUID
) -> None:
    motive = await motives.motive(office.motive)
    extra = {"social.follow_up": True}
    followed = await new_motive(office.organisation, motive.service_id, name="Suivi", extra=extra)
    bea = await signed_in("Bea")
    asked = f"/creneaux?motif={followed}&personne={zoe}"
    assert "En ligne, aucun horaire" not in (await bea.get(asked)).text
    await people.remove_referent(zoe, office.alice, SYSTEM)
    page = (await bea.get(asked)).text
    assert "En ligne, aucun horaire n’est proposé à cette personne pour ce motif." in page
    assert f'href="/personnes/{zoe}#referents"' in page


async def test_an_appointment_is_moved_to_a_time_that_is_found(
    office: Office, signed_in: SignedIn
) -> None:
    await opened(office, office.alice, office.place, 2)
    booking = await book(office, at(tomorrow(), 14))
    assert booking.person_id is not None
    await people.add_referent(booking.person_id, office.alice, SYSTEM)
    bea = await signed_in("Bea")
    form = (await bea.get(f"/agents/rendez-vous/{booking.id}/deplacement")).text
    assert f'href="/creneaux?rdv={booking.id}"' in form
    page = (await bea.get(f"/creneaux?rdv={booking.id}")).text
    assert "Un nouvel horaire pour le rendez-vous de Zoé Petit" in page
    assert f"{FIRST} : Alice Martin." in page
    day = (today() + timedelta(days=2)).isoformat()
    chosen = (
        f"/agents/rendez-vous/{booking.id}/deplacement?debut={day}T09%3A00&amp;lieu={office.place}"
        f"&amp;de={office.bea}&amp;a={office.alice}"
    )
    assert chosen in page
    filled = (await bea.get(chosen.replace("&amp;", "&"))).text
    assert f'value="{day}"' in filled
    assert 'value="09:00"' in filled
    assert (await (await signed_in("Bob")).get(f"/creneaux?rdv={booking.id}")).status_code == 403
    assert (await bea.get(f"/creneaux?rdv={uuid4()}")).status_code == 404


async def test_the_file_leads_to_it(signed_in: SignedIn, zoe: UUID) -> None:
    page = (await (await signed_in("Bea")).get(f"/personnes/{zoe}")).text
    assert f'href="/creneaux?personne={zoe}"' in page
