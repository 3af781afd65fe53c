"""A person says by which ways they want to be written to (C-80)."""

import pytest
from creneau.context import SYSTEM
from creneau.messages.preferences import service as preferences
from creneau.messages.preferences.schemas import PersonPreference
from creneau.people import service as people
from creneau.people.schemas import Person, PersonDetails
from creneau.testing.phones import switch_sms_on
from creneau_web.app import Application

from tests.platform.cast import Town
from tests.web.public.citizen import JEANNE, book_first, words
from tests.web.stage import Visitor

MINE = "/mes-rendez-vous"
PAGE = f"{MINE}/mes-messages"


@pytest.fixture
async def person(jeanne: Visitor, town: Town) -> Person:
    """Know Jeanne, who has booked and is signed in."""
    await book_first(jeanne, town)
    (found,) = await people.proven_persons(JEANNE["email"])
    return found


async def test_only_whoever_is_signed_in_chooses(paul: Visitor) -> None:
    for answer in (await paul.get(PAGE), await paul.submit(PAGE, {"by_email": "yes"})):
        assert answer.status_code == 303
        assert answer.headers["location"].startswith(f"{MINE}/connexion")


async def test_a_person_leaves_mails_out_and_learns_what_comes_all_the_same(
    jeanne: Visitor, person: Person
) -> None:
    page = await jeanne.get(PAGE)
    assert f'href="{PAGE}"' in (await jeanne.get(MINE)).text
    assert "nous vous prévenons toujours, par un moyen au moins" in words(page)
    assert 'name="by_email" value="yes" checked' in page.text
    assert 'name="by_sms"' not in page.text
    answer = await jeanne.submit(PAGE, {})
    assert answer.headers["location"] == MINE
    assert "Votre choix est enregistré." in words(await jeanne.get(MINE))
    assert 'name="by_email" value="yes" checked' not in (await jeanne.get(PAGE)).text
    wish = await preferences.of_person(person.id)
    assert wish == PersonPreference(by_email=False, by_sms=True)


async def test_sms_are_offered_where_there_is_a_gateway_and_a_mobile_phone(
    jeanne: Visitor, person: Person, app: Application
) -> None:
    await switch_sms_on(app.settings)
    details = PersonDetails(first_name="Jeanne", last_name="Dupont", phone="")
    await people.update_details(person.id, details, SYSTEM)
    assert "ajoutez un téléphone mobile" in words(await jeanne.get(PAGE))
    details = PersonDetails(first_name="Jeanne", last_name="Dupont", phone="0612345678")
    await people.update_details(person.id, details, SYSTEM)
    assert "06 12 34 56 78" in words(await jeanne.get(PAGE))
    await jeanne.submit(PAGE, {"by_email": "yes"})
    wish = await preferences.of_person(person.id)
    assert wish == PersonPreference(by_email=True, by_sms=False)


async def test_the_page_speaks_english(jeanne: Visitor, person: Person) -> None:
    del person
    page = await jeanne.get(f"{PAGE}?lang=en", follow_redirects=True)
    assert "How we write to you" in words(page)
