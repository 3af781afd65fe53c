"""Paula walks the public path for Zoé, who has no e-mail address (D-07)."""

from collections.abc import AsyncGenerator

import pytest
from creneau.appointments import service as appointments
from creneau.context import Tenant, acting_for
from creneau.messages.service import readers, subject_of
from creneau_tenants.service import switch_plugin

from tests.platform.cast import Town
from tests.plugins.digital_aid.cast import PAULA, said
from tests.web.public.citizen import hold_first, id_of, identify, motive_in, newest_code, words
from tests.web.public.conftest import town
from tests.web.stage import Application, Clients, Visitor, new_tenant

__all__ = ["town"]

ZOE = {"first_name": "Zoé", "last_name": "Petit", "email": "", "phone": ""}
ADDRESS = "paula.roche@exemple.fr"


@pytest.fixture
async def tenant(app: Application) -> AsyncGenerator[Tenant, None]:
    """Give a tenant with an address, and work for it."""
    del app
    made = await new_tenant(frozenset({"digital_aid"}))
    with acting_for(made):
        yield made


@pytest.fixture
def paula(client: Clients, tenant: Tenant) -> Visitor:
    return client(tenant)


async def test_a_prescriber_books_with_their_own_address_for_a_learner_without_one(
    paula: Visitor, town: Town
) -> None:
    booking = await hold_first(paula, town)
    asked = await paula.get(booking)
    assert "Pour qui prenez-vous ce rendez-vous ?" in words(asked)
    # One question a page: nobody's name yet.
    assert 'name="first_name"' not in asked.text
    answer = await paula.submit(booking, {**ZOE, **PAULA})
    assert answer.headers["location"] == f"{booking}/code", words(answer)
    answer = await paula.submit(f"{booking}/code", {"code": await newest_code(ADDRESS)})
    answer = await paula.submit(f"{booking}/confirmation")
    assert answer.headers["location"] == f"{booking}/termine", words(answer)
    done = words(await paula.get(f"{booking}/termine"))
    assert "Ce rendez-vous a été pris par Paula Roche (Mission locale)." in done
    subject = await subject_of(id_of(booking))
    assert subject is not None
    told = {reader.email for reader in await readers(subject, "confirmed") if not reader.is_agent}
    assert ADDRESS in told


async def test_what_a_prescriber_forgot_is_said_beside_the_field_and_nothing_is_lost(
    paula: Visitor, town: Town
) -> None:
    booking = await hold_first(paula, town)
    typed = {**ZOE, "last_name": "", **said(structure="", email="")}
    answer = await paula.submit(booking, typed)
    assert answer.status_code == 422
    shown = words(answer)
    assert "Écrivez le nom de votre structure." in shown
    assert "Indiquez le nom de la personne qui viendra." in shown
    # The learner needs no address, whatever else is missing.
    assert "Indiquez votre adresse e-mail." not in shown
    assert 'value="Paula Roche"' in answer.text
    assert 'value="Zoé"' in answer.text
    assert "Son prénom" in shown


@pytest.mark.parametrize(
    ("asked", "named", "other"),
    [("moi", "Prénom", "Votre structure"), ("autre", "Votre structure", "Retrouver mes")],
)
async def test_each_answer_leads_to_its_own_form_and_back_to_the_other(
    paula: Visitor, town: Town, asked: str, named: str, other: str
) -> None:
    booking = await hold_first(paula, town)
    page = await paula.get(f"{booking}?pour={asked}")
    assert named in words(page)
    assert other not in words(page).replace("Retrouver mes rendez-vous", "")
    assert f'href="{booking}?pour={"autre" if asked == "moi" else "moi"}"' in page.text
    assert "Pour qui prenez-vous" in words(await paula.get(f"{booking}?pour=<script>"))


async def test_who_changes_their_mind_finds_each_form_as_it_was_left(
    paula: Visitor, town: Town
) -> None:
    booking = await hold_first(paula, town)
    own = {"first_name": "Paula", "last_name": "Roche", "email": ADDRESS, "phone": ""}
    await paula.submit(booking, {**own, "digital_aid_prescribing": ""})
    # It was answered: the form stands there, and is for oneself.
    again = await paula.get(booking)
    assert 'value="Paula"' in again.text
    assert "Votre structure" not in words(again)
    other = await paula.get(f"{booking}?pour=autre")
    assert 'value="Paula"' not in other.text
    await paula.submit(booking, {**ZOE, **PAULA})
    again = await paula.get(booking)
    assert 'value="Zoé"' in again.text
    assert 'value="Paula Roche"' in again.text
    assert 'value="Zoé"' not in (await paula.get(f"{booking}?pour=moi")).text


async def test_a_prescriber_accepts_the_instructions_once_and_for_the_learner(
    paula: Visitor, town: Town
) -> None:
    town = await motive_in(town, instructions_before="Apportez vos identifiants.")
    booking = await hold_first(paula, town)
    await paula.submit(booking, {**ZOE, **PAULA})
    await paula.submit(f"{booking}/code", {"code": await newest_code(ADDRESS)})
    page = words(await paula.get(f"{booking}/instructions"))
    assert "La personne que j’accompagne connaît ces consignes et les accepte" in page
    assert "J’ai lu ces consignes" not in page
    refused = await paula.submit(f"{booking}/instructions")
    assert refused.status_code == 422
    assert "Cochez la case une fois que la personne connaît" in words(refused)
    await paula.submit(f"{booking}/instructions", {"accepted": "yes"})
    await paula.submit(f"{booking}/confirmation")
    made = await appointments.get(id_of(booking))
    assert made.accepted_instructions == "Apportez vos identifiants."


async def test_who_is_signed_in_can_still_book_for_a_person_they_support(
    paula: Visitor, town: Town
) -> None:
    own = {"first_name": "Paula", "last_name": "Roche", "email": "paula@maison.fr", "phone": ""}
    await identify(paula, first := await hold_first(paula, town), own)
    await paula.submit(f"{first}/confirmation")
    assert (await paula.get("/mes-rendez-vous")).status_code == 200
    booking = await hold_first(paula, town)
    page = await paula.get(booking)
    assert "Pour moi : Paula Roche" in words(page)
    assert f'href="{booking}?pour=autre"' in page.text
    await paula.submit(booking, {**ZOE, **PAULA})
    await paula.submit(f"{booking}/code", {"code": await newest_code(ADDRESS)})
    await paula.submit(f"{booking}/confirmation")
    done = words(await paula.get(f"{booking}/termine"))
    assert "Zoé Petit" in done
    assert "pris par Paula Roche (Mission locale)" in done


async def test_a_learner_who_books_alone_still_needs_an_address(paula: Visitor, town: Town) -> None:
    booking = await hold_first(paula, town)
    answer = await paula.submit(booking, ZOE)
    assert answer.status_code == 422
    assert "Indiquez votre adresse e-mail." in words(answer)


async def test_where_the_plugin_is_off_nobody_is_asked_for_whom_they_book(
    tenant: Tenant, paula: Visitor, town: Town
) -> None:
    await switch_plugin(tenant.id, "digital_aid", False)
    booking = await hold_first(paula, town)
    page = await paula.get(booking)
    assert "digital_aid" not in page.text
    answer = await paula.submit(booking, {**ZOE, **PAULA})
    assert answer.status_code == 422
    assert "Indiquez votre adresse e-mail." in words(answer)
