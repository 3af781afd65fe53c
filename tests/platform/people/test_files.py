"""Files as agents make, change and note on them (C-67, S-07)."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import ConfirmRequest, HoldRequest
from creneau.context import SYSTEM, Actor, Tenant
from creneau.database import tenant_transaction
from creneau.people import service
from creneau.people.files import service as files
from creneau.people.files.schemas import Agendas
from creneau.people.finding.schemas import EVERYBODY, Within
from creneau.people.notes import service as notes
from creneau.people.notes.errors import NoteChanged
from creneau.people.rules import version_of
from creneau.people.schemas import PersonDraft
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotAllowed, NotFound
from creneau_infra.clock import now

from tests.platform.cast import Stranger, Town
from tests.platform.planning import OWNER, open_for, slots, soon

ZOE = PersonDraft(first_name="Zoé", last_name="Petit")


def zoe(**changes: Any) -> PersonDraft:
    values = {name: getattr(ZOE, name) for name in ZOE.__struct_fields__}
    return PersonDraft(**{**values, **changes})


async def made(town: Town, **changes: Any) -> UUID:
    return await files.create(zoe(**changes), [town.organisation], SYSTEM)


async def test_two_names_are_enough_and_everything_else_is_kept_clean(town: Town) -> None:
    assert (await service.person(await made(town))).last_name == "Petit"
    whole = await made(
        town,
        birth_name="Le  Goff",
        birth_date=date(1984, 11, 24),
        email="Zoe@Exemple.FR",
        phone="06 01 02 03 04",
        second_phone="0692 12 34 56",
        address="1 rue Neuve\r\n75001 Paris",
    )
    found = await service.person(whole)
    assert (found.birth_name, found.email, found.phone) == (
        "Le Goff",
        "zoe@exemple.fr",
        "+33601020304",
    )
    assert (found.second_phone, found.address) == ("+262692123456", "1 rue Neuve\n75001 Paris")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_name", " "),
        ("last_name", "x" * 101),
        ("email", "zoe"),
        ("phone", "12"),
        ("second_phone", "+33 6"),
        ("birth_date", date(3000, 1, 1)),
        ("locale", "de"),
    ],
)
async def test_what_cannot_be_used_is_said_for_its_field(
    town: Town, field: str, value: Any
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await made(town, **{field: value})
    assert list(refused.value.fields) == [field]


async def test_who_saves_second_is_shown_what_the_first_one_saved(town: Town) -> None:
    person = await made(town)
    version = version_of(await service.person(person))
    await files.update(person, zoe(phone="0601020304"), version, SYSTEM)
    with pytest.raises(ChangedMeanwhile) as conflict:
        await files.update(person, zoe(address="Ailleurs"), version, SYSTEM)
    saved = conflict.value.saved
    assert isinstance(saved, PersonDraft)
    assert saved.phone == "+33601020304"
    assert (await service.person(person)).address == ""


async def test_an_address_that_an_agent_changes_is_proven_by_nobody(
    tenant: Tenant, town: Town
) -> None:
    person = await made(town, email="zoe@exemple.fr")
    async with tenant_transaction(tenant.id) as tx:
        await tx.execute("UPDATE person SET email_verified_at = now()")
    version = version_of(await service.person(person))
    await files.update(person, zoe(email="zoe@exemple.fr", address="Ici"), version, SYSTEM)
    assert (await service.person(person)).email_verified_at is not None
    version = version_of(await service.person(person))
    await files.update(person, zoe(email="autre@exemple.fr"), version, SYSTEM)
    assert (await service.person(person)).email_verified_at is None


async def test_a_look_alike_is_named_while_a_file_is_made(town: Town) -> None:
    born = date(1991, 2, 3)
    person = await made(town, birth_date=born, phone="0601020304")
    here = Within(organisation_ids=frozenset({town.organisation}))

    async def alike(**said: Any) -> list[UUID]:
        return [one.id for one in await files.perhaps_the_same(zoe(**said), here)]

    assert await alike(first_name="ZOE", birth_date=born) == [person]
    assert await alike(first_name="Petit", last_name="Zoé") == [person]
    assert await alike(first_name="Ana", last_name="Roy", phone="06.01.02.03.04") == [person]
    assert await alike(birth_date=date(2001, 1, 1)) == []
    assert await alike(first_name="Ana", last_name="Roy") == []
    assert await alike(first_name="", last_name="") == []
    assert await files.perhaps_the_same(zoe(), EVERYBODY, person) == []


async def test_a_relative_has_a_file_of_their_own_known_where_the_responsible_person_is(
    town: Town,
) -> None:
    parent = await made(town)
    child = await files.create(zoe(first_name="Léo"), [], SYSTEM, responsible_id=parent)
    assert (await service.person(child)).responsible_id == parent
    assert await service.is_known(child, Within(organisation_ids=frozenset({town.organisation})))
    with pytest.raises(NotFound):
        await files.create(zoe(), [], SYSTEM, responsible_id=child)
    with pytest.raises(NotFound):
        await files.create(zoe(), [], SYSTEM, responsible_id=uuid4())


async def test_where_a_relative_comes_who_answers_for_them_is_known_too(
    tenant: Tenant, town: Town
) -> None:
    parent = await made(town)
    child = await files.create(zoe(first_name="Léo"), [], SYSTEM, responsible_id=parent)
    async with tenant_transaction(tenant.id) as tx:
        await tx.execute("DELETE FROM person_organisation")
    here = Within(organisation_ids=frozenset({town.organisation}))
    assert not await service.is_known(parent, here)
    await open_for(town, town.alice, soon(3))
    slot = (await slots(town, soon(3)))[0]
    wanted = HoldRequest(motive_id=town.motive, starts_at=slot.starts_at, owner=OWNER)
    await appointments.book(wanted, ConfirmRequest(person_id=child), SYSTEM)
    assert await service.is_known(child, here)
    assert await service.is_known(parent, here)


async def test_appointments_are_counted_by_what_became_of_them_on_agendas_within_reach(
    tenant: Tenant, town: Town
) -> None:
    person = await made(town)
    states = ("planned", "planned", "seen", "no_show", "excused")
    for number, state in enumerate(states):
        day = soon(3 + number)
        await open_for(town, town.alice, day)
        slot = (await slots(town, day))[0]
        wanted = HoldRequest(motive_id=town.motive, starts_at=slot.starts_at, owner=OWNER)
        booking = await appointments.book(wanted, ConfirmRequest(person_id=person), SYSTEM)
        async with tenant_transaction(tenant.id) as tx:
            await tx.execute("UPDATE booking SET state = $1 WHERE id = $2", state, booking.id)
            if number:
                await tx.execute(
                    "UPDATE appointment SET starts_at = $1, ends_at = $2 WHERE id = $3",
                    now() - timedelta(days=number, hours=1),
                    now() - timedelta(days=number),
                    booking.appointment_id,
                )
    alices = Agendas(resource_ids=frozenset({town.alice}))
    found = await files.bookings_of(person, alices)
    assert found.counts == {
        "upcoming": 1,
        "to_fill": 1,
        "seen": 1,
        "no_show": 1,
        "excused": 1,
    }
    assert [one.standing for one in found.upcoming] == ["upcoming"]
    assert [one.standing for one in found.past] == ["to_fill", "seen", "no_show", "excused"]
    nobodys = Agendas(resource_ids=frozenset({town.bob}))
    assert (await files.bookings_of(person, nobodys)).total == 0
    everyone = Agendas(resource_ids=frozenset(), organisation_ids=frozenset({town.organisation}))
    assert (await files.bookings_of(person, everyone)).total == 5
    rows = await files.all_bookings_of(person, alices, "seen", 10, 0)
    assert [one.state for one in rows] == ["seen"]
    assert len(await files.all_bookings_of(person, alices, None, 3, 3)) == 2


async def test_a_note_keeps_what_it_said_and_who_said_it(town: Town) -> None:
    person = await made(town)
    bea, bob = Actor("agent", town.bea), Actor("agent", town.bob)
    note = await notes.add(person, "Préfère le matin", bea)
    seen = await notes.version_of(person, note)
    await notes.change(person, note, "Préfère l’après-midi", seen, bob)
    with pytest.raises(NoteChanged):
        await notes.change(person, note, "Préfère le soir", seen, bea)
    (found,) = await notes.notes_of(person)
    assert (found.now.text, found.now.author) == ("Préfère l’après-midi", "Bob Martin")
    assert [(one.text, one.author) for one in found.before] == [("Préfère le matin", "Bea Martin")]
    data = await service.export(person)
    assert {one["text"] for one in data["notes"]} == {"Préfère le matin", "Préfère l’après-midi"}
    with pytest.raises(NotAllowed):
        await notes.remove(person, note, bob, anybodys=False)
    await notes.remove(person, note, bea, anybodys=False)
    assert await notes.notes_of(person) == []
    for text in ("  ", "x" * 5000):
        with pytest.raises(InvalidInput):
            await notes.add(person, text, bea)


async def test_notes_and_referents_end_with_the_file(tenant: Tenant, town: Town) -> None:
    person = await made(town, birth_name="Kerguelen")
    await notes.add(person, "Aime les bateaux", SYSTEM)
    await service.add_referent(person, town.bob, SYSTEM)
    await service.erase(person, SYSTEM)
    async with tenant_transaction(tenant.id) as tx:
        for table in ("person_note", "referent", "person_organisation", "person_word"):
            assert await tx.value(f"SELECT count(*) FROM {table}") == 0, table
        kept = await tx.rows("SELECT * FROM person")
    assert "Kerguelen" not in str(kept)


async def test_another_tenants_file_is_unknown(town: Town, stranger: Stranger) -> None:
    person = await made(town)
    with pytest.raises(NotFound):
        await files.update(stranger.town.alice, zoe(), "x", SYSTEM)
    with pytest.raises(NotFound):
        await notes.add(stranger.town.alice, "Une note", SYSTEM)
    with pytest.raises(NotFound):
        await notes.change(person, uuid4(), "Une note", uuid4(), SYSTEM)
