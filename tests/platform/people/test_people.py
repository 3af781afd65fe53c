from datetime import date
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from creneau.context import SYSTEM, VISITOR, Actor, Tenant, acting_for
from creneau.database import tenant_transaction
from creneau.people import service
from creneau.people.schemas import Identity, PersonDetails, RelativeDraft
from creneau.refusals import InvalidInput, NotFound

from tests.platform.cast import Stranger

HELENE = Identity(
    first_name="Hélène", last_name="Lefèvre-Noël", email="helene@exemple.fr", phone="06 12 34 56 78"
)


async def identified(identity: Identity = HELENE, *, proven: bool = True, **changes: Any) -> UUID:
    async with tenant_transaction() as tx:
        said = msgspec.structs.replace(identity, **changes)
        return await service.identified(tx, said, VISITOR, email_proven=proven)


async def test_a_new_person_keeps_what_they_said(tenant: Tenant) -> None:
    assert tenant
    person = await service.person(await identified(email=" Helene@Exemple.FR"))
    assert (person.first_name, person.last_name) == ("Hélène", "Lefèvre-Noël")
    assert person.email == "helene@exemple.fr"
    assert person.phone == "+33612345678"
    assert person.email_verified_at is not None


@pytest.mark.usefixtures("tenant")
async def test_a_proven_address_and_the_same_name_are_the_same_person() -> None:
    first = await identified()
    again = await identified(first_name="HELENE", last_name="lefevre  noel", phone="")
    assert again == first
    assert (await service.person(first)).phone == "+33612345678"


@pytest.mark.usefixtures("tenant")
async def test_another_name_at_the_same_address_is_another_person() -> None:
    assert await identified() != await identified(first_name="Paul")
    assert len(await service.proven_persons("helene@exemple.fr")) == 2


@pytest.mark.usefixtures("tenant")
async def test_an_address_that_was_not_proven_recognises_nobody() -> None:
    known = await identified()
    stated = await identified(proven=False)
    assert stated != known
    assert (await service.person(stated)).email_verified_at is None
    assert [person.id for person in await service.proven_persons("helene@exemple.fr")] == [known]
    assert await identified() == known


@pytest.mark.usefixtures("tenant")
async def test_what_cannot_be_used_gets_a_sentence_beside_its_field() -> None:
    bad: dict[str, Any] = {
        "first_name": "\u202e",
        "last_name": "",
        "email": "a@b",
        "phone": "12 34",
    }
    with pytest.raises(InvalidInput) as refused:
        await identified(**bad)
    assert refused.value.fields == {
        "first_name": "Écrivez le prénom.",
        "last_name": "Écrivez le nom.",
        "email": "Écrivez une adresse e-mail complète, comme nom@exemple.fr.",
        "phone": "Écrivez un numéro de téléphone complet, comme 06 12 34 56 78.",
    }


@pytest.mark.usefixtures("tenant")
async def test_a_name_never_holds_a_new_line() -> None:
    person = await service.person(await identified(last_name="Petit\r\nBcc: tous@exemple.fr"))
    assert person.last_name == "Petit Bcc: tous@exemple.fr"


@pytest.mark.usefixtures("tenant")
async def test_a_number_of_la_reunion_is_a_number() -> None:
    assert (await service.person(await identified(phone="0692 12 34 56"))).phone == "+262692123456"


@pytest.mark.usefixtures("tenant")
async def test_a_relative_hangs_on_the_responsible_person() -> None:
    helene = await identified()
    leo = await service.add_relative(
        helene,
        RelativeDraft(first_name="Léo", last_name="Noël", birth_date=date(2020, 5, 4)),
        SYSTEM,
    )
    assert [person.id for person in await service.relatives(helene)] == [leo]
    relative = await service.person(leo)
    assert relative.responsible_id == helene
    assert relative.email == ""
    with pytest.raises(NotFound):
        await service.add_relative(leo, RelativeDraft(first_name="A", last_name="B"), SYSTEM)


@pytest.mark.usefixtures("tenant")
async def test_nobody_is_born_tomorrow() -> None:
    helene = await identified()
    draft = RelativeDraft(first_name="Léo", last_name="Noël", birth_date=date(2999, 1, 1))
    with pytest.raises(InvalidInput) as refused:
        await service.add_relative(helene, draft, SYSTEM)
    assert refused.value.fields.keys() == {"birth_date"}


@pytest.mark.usefixtures("tenant")
async def test_a_person_changes_their_details_and_never_the_proven_address() -> None:
    helene = await identified()
    details = PersonDetails(
        first_name="Hélène", last_name="Noël", phone="01 23 45 67 89", address="1 rue Haute"
    )
    await service.update_details(helene, details, Actor("person", helene))
    person = await service.person(helene)
    assert (person.last_name, person.phone) == ("Noël", "+33123456789")
    assert person.email == "helene@exemple.fr"
    with pytest.raises(NotFound):
        await service.update_details(uuid4(), details, SYSTEM)


async def test_a_stranger_neither_finds_nor_changes_nor_forgets_a_person(
    tenant: Tenant, stranger: Stranger
) -> None:
    helene = await identified()
    details = PersonDetails(first_name="Autre", last_name="Nom")
    with acting_for(stranger.tenant):
        for attempt in (
            service.person(helene),
            service.export(helene),
            service.erase(helene, SYSTEM),
            service.update_details(helene, details, SYSTEM),
            service.add_relative(helene, RelativeDraft(first_name="A", last_name="B"), SYSTEM),
        ):
            with pytest.raises(NotFound):
                await attempt
        assert await service.proven_persons("helene@exemple.fr") == []
        assert await identified() != helene
    assert (await service.person(helene)).first_name == "Hélène"
    assert tenant
