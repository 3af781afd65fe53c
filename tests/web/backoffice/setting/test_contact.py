"""Whoever is called or visited has said where, before an agent sets their appointment (S-06)."""

from typing import Any
from uuid import UUID

import pytest
from creneau.appointments.schemas import AgendaEntry
from creneau.database import tenant_transaction
from creneau.motives import service as motives
from creneau.people import service as people

from tests.days import tomorrow
from tests.infra.paper import text_of
from tests.platform.cast import new_motive
from tests.web.backoffice.cast import Office, at, book
from tests.web.backoffice.conftest import SignedIn
from tests.web.backoffice.setting.test_setting import WAY, all_of, typed
from tests.web.public.citizen import words
from tests.web.stage import Visitor

ASKED = {
    "phone": "indiquez d’abord le numéro à appeler",
    "home": "indiquez d’abord l’adresse où venir",
}
GIVEN = {"phone": "06 12 34 56 78", "home": "3 rue des Écoles\r\n03990 Clairval"}
KEPT = {"phone": "+33612345678", "home": "3 rue des Écoles\n03990 Clairval"}
BOTH = pytest.mark.parametrize("where", ["phone", "home"])


@pytest.fixture
async def bea(signed_in: SignedIn) -> Visitor:
    return await signed_in("Bea")


async def away(office: Office, where: Any) -> str:
    """Make a motive of Bea's service that takes place elsewhere."""
    service = (await motives.motive(office.motive)).service_id
    made = await new_motive(office.organisation, service, name="Échange", location_type=where)
    return str(made)


async def told(person_id: UUID | None, where: str) -> str:
    assert person_id is not None
    found = await people.contact_of(person_id)
    return found.phone if where == "phone" else found.address


async def only(office: Office) -> AgendaEntry:
    (made,) = [one for one in await all_of(office.bea) if one.motive_name == "Échange"]
    return made


@BOTH
async def test_somebody_new_is_asked_before_the_next_step(
    office: Office, bea: Visitor, where: str
) -> None:
    form = typed(office, motif=await away(office, where), fait="personne", etape="suite")
    asked = await bea.submit(WAY, form)
    assert asked.status_code == 422
    assert ASKED[where] in asked.text
    assert 'value="Noé"' in asked.text
    answer = await bea.submit(WAY, {**form, "joindre": GIVEN[where]})
    assert answer.status_code == 200, answer.text
    assert "Quand, où et avec qui" in answer.text
    set_there = {**form, "fait": "details", "etape": "creer", "joindre": GIVEN[where]}
    assert (await bea.submit(WAY, set_there)).status_code == 303
    assert await told((await only(office)).person_id, where) == KEPT[where]


@BOTH
async def test_what_a_known_persons_file_lacks_is_added_to_it(
    office: Office, bea: Visitor, where: str
) -> None:
    known = await book(office, at(tomorrow(), 15))
    await people_without(known.person_id)
    form = typed(
        office,
        motif=await away(office, where),
        personne=str(known.person_id),
        prenom="",
        nom="",
        fait="personne",
        etape="suite",
    )
    asked = await bea.submit(WAY, form)
    assert asked.status_code == 422
    assert ASKED[where] in asked.text
    assert (await bea.submit(WAY, {**form, "joindre": GIVEN[where]})).status_code == 200
    assert await told(known.person_id, where) == KEPT[where]
    assert (await bea.submit(WAY, {**form, "joindre": ""})).status_code == 200
    other = {"phone": "06 12 34 56 79", "home": "Ailleurs"}[where]
    refused = await bea.submit(WAY, {**form, "joindre": other})
    assert refused.status_code == 422
    assert "Sa fiche a déjà" in refused.text
    assert await told(known.person_id, where) == KEPT[where]
    set_there = {**form, "fait": "details", "etape": "creer", "joindre": GIVEN[where]}
    assert (await bea.submit(WAY, set_there)).status_code == 303
    assert (await only(office)).person_id == known.person_id


@BOTH
async def test_the_appointments_page_and_its_paper_say_where(
    office: Office, bea: Visitor, where: str
) -> None:
    form = typed(office, motif=await away(office, where), joindre=GIVEN[where])
    steps = ({"fait": "personne", "etape": "suite"}, {"fait": "details", "etape": "creer"})
    for step in steps:
        await bea.submit(WAY, {**form, **step})
    made = await only(office)
    address = f"/agents/rendez-vous/{made.id}"
    first_line = GIVEN[where].splitlines()[0]
    assert first_line in words(await bea.get(address))
    printed = await bea.submit(f"{address}/confirmation.pdf", {})
    assert printed.status_code == 200, printed.text
    assert first_line in text_of(printed.content)


async def test_what_is_no_number_says_so_beside_its_field(office: Office, bea: Visitor) -> None:
    form = typed(office, motif=await away(office, "phone"), fait="personne", etape="suite")
    refused = await bea.submit(WAY, {**form, "joindre": "12"})
    assert refused.status_code == 422
    assert 'id="joindre-error"' in refused.text


async def test_on_site_nothing_is_asked(office: Office, bea: Visitor) -> None:
    form = typed(office, fait="personne", etape="suite")
    assert 'name="joindre"' not in (await bea.submit(WAY, {**form, "etape": "chercher"})).text
    assert (await bea.submit(WAY, form)).status_code == 200


async def people_without(person_id: UUID | None) -> None:
    """Take the number and the address from a file."""
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE person SET phone = '', address = '' WHERE tenant_id = $1 AND id = $2",
            tx.tenant_id,
            person_id,
        )
