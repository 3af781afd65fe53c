from pathlib import Path

import creneau
import pytest
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.i18n import add_catalogue
from creneau.organisations import service
from creneau.organisations.schemas import OrganisationDraft
from creneau.refusals import InvalidInput, NotFound

from tests.platform.cast import Stranger, Town


@pytest.mark.usefixtures("town")
async def test_an_organisation_keeps_its_contact_details_and_opening_hours() -> None:
    created = await service.create_organisation(
        OrganisationDraft(
            name="  Mairie   annexe ",
            phone="01 98 76 54 32",
            email="Annexe@Exemple.FR",
            website="www.exemple.fr/annexe",
            opening_hours="Lundi : 9 h – 12 h\r\nMardi : 9 h – 17 h",
        ),
        SYSTEM,
    )
    annexe = await service.organisation(created)
    assert annexe.name == "Mairie annexe"
    assert annexe.email == "annexe@exemple.fr"
    assert annexe.website == "https://www.exemple.fr/annexe"
    assert annexe.opening_hours == "Lundi : 9 h – 12 h\nMardi : 9 h – 17 h"
    assert annexe.time_zone == "Europe/Paris"
    assert [found.name for found in await service.organisations()] == [
        "Mairie annexe",
        "Mairie principale",
    ]


@pytest.mark.usefixtures("town")
async def test_each_field_that_cannot_be_used_gets_a_sentence() -> None:
    draft = OrganisationDraft(
        name=" ",
        email="pas une adresse",
        website="javascript:alert(1)",
        time_zone="Europe/Atlantide",
        territory="ZZ",
    )
    with pytest.raises(InvalidInput) as refused:
        await service.create_organisation(draft, SYSTEM)
    assert refused.value.fields.keys() == {"name", "email", "website", "time_zone", "territory"}
    assert refused.value.fields["name"] == "Donnez un nom à l’organisation."


@pytest.mark.usefixtures("town")
async def test_a_name_is_given_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        await service.create_organisation(OrganisationDraft(name="Mairie principale"), SYSTEM)
    assert refused.value.fields == {"name": "Une organisation porte déjà ce nom."}
    with pytest.raises(InvalidInput):
        await service.create_service("Accueil", False, SYSTEM)


async def test_sentences_are_said_in_english_to_english_readers(tenant: Tenant) -> None:
    add_catalogue(Path(str(creneau.__file__)).parent / "locale")
    with acting_for(tenant, "en"), pytest.raises(InvalidInput) as refused:
        await service.create_service("", False, SYSTEM)
    assert refused.value.fields == {"name": "Give the service a name."}


async def test_a_stranger_sees_neither_organisations_nor_services(
    town: Town, stranger: Stranger
) -> None:
    with acting_for(stranger.tenant):
        with pytest.raises(NotFound):
            await service.organisation(town.organisation)
        assert town.organisation not in {found.id for found in await service.organisations()}
        assert town.reception not in {found.id for found in await service.services()}


@pytest.mark.usefixtures("town")
async def test_secretariat_is_a_capability_of_a_service() -> None:
    assert [(found.name, found.secretariat) for found in await service.services()] == [
        ("Accueil", True),
        ("Citoyenneté", False),
        ("État civil", False),
    ]
