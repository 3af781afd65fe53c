from pathlib import Path
from uuid import uuid4

import creneau
import msgspec
import pytest
from creneau.context import SYSTEM, Actor, Tenant, acting_for
from creneau.history import service as history
from creneau.i18n import add_catalogue
from creneau.organisations import service
from creneau.organisations.schemas import OrganisationDraft
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound
from creneau.roles.service import rights_of

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


async def test_a_service_becomes_a_secretariat_and_its_agents_reach_every_agenda(
    town: Town,
) -> None:
    assert not (await rights_of(town.bea)).secretariat
    found = await service.service(town.citizenship)
    changed = msgspec.structs.replace(found, name="Guichet", secretariat=True)
    before = await service.update_service(changed, Actor("agent", town.alice))
    assert (before.name, before.secretariat) == ("Citoyenneté", False)
    assert (await rights_of(town.bea)).secretariat
    entry = await history.last_change("service", town.citizenship)
    assert entry is not None
    assert entry.details == {"changed": ["name", "secretariat"]}
    with pytest.raises(ChangedMeanwhile):
        await service.update_service(changed, SYSTEM)


async def test_a_services_name_stays_its_own(town: Town) -> None:
    found = await service.service(town.citizenship)
    for name in ("Accueil", " "):
        with pytest.raises(InvalidInput) as refused:
            await service.update_service(msgspec.structs.replace(found, name=name), SYSTEM)
        assert refused.value.fields.keys() == {"name"}
    with pytest.raises(NotFound):
        await service.update_service(msgspec.structs.replace(found, id=uuid4()), SYSTEM)


async def test_a_service_knows_how_many_agents_and_motives_it_has(town: Town) -> None:
    uses = await service.service_uses()
    assert (uses[town.citizenship].agents, uses[town.citizenship].motives) == (2, 1)
    assert (uses[town.reception].agents, uses[town.reception].motives) == (1, 0)


async def test_whoever_creates_an_organisation_administers_it(town: Town) -> None:
    created = await service.create_organisation(
        OrganisationDraft(name="Annexe"), Actor("agent", town.alice)
    )
    assert created in (await rights_of(town.alice)).organisations("organisation:update")
    by_bob = await service.create_organisation(
        OrganisationDraft(name="Autre"), Actor("agent", town.bob)
    )
    assert by_bob not in (await rights_of(town.bob)).organisations("organisation:update")
