"""Paula walks the public path for Zoé, who has no e-mail address (D-07)."""

from collections.abc import AsyncGenerator

import pytest
from creneau.context import Tenant, acting_for
from creneau.messages.service import readers, subject_of
from creneau_tenants.service import switch_plugin

from tests.platform.cast import Town
from tests.plugins.digital_aid.cast import PAULA, said
from tests.web.public.citizen import hold_first, id_of, newest_code, words
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
    asked = words(await paula.get(booking))
    assert "Vous réservez pour une autre personne ?" in asked
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
    answer = await paula.submit(booking, {**ZOE, **said(structure="", informed="")})
    assert answer.status_code == 422
    shown = words(answer)
    assert "Écrivez le nom de votre structure." in shown
    assert "Cochez cette case quand la personne est d’accord" in shown
    assert 'value="Paula Roche"' in answer.text


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
