"""Two files of one person become one, and nothing of either is lost (C-67)."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from creneau.agents import service as agents
from creneau.appointments import service as appointments
from creneau.appointments.schemas import ConfirmRequest, HoldRequest
from creneau.calendars import service as calendars
from creneau.calendars.schemas import AccessDraft, Owner
from creneau.context import SYSTEM, VISITOR, Tenant
from creneau.database import tenant_transaction
from creneau.messages.preferences import service as preferences
from creneau.messages.preferences.schemas import PersonPreference
from creneau.people import service
from creneau.people.files import service as files
from creneau.people.finding.schemas import EVERYBODY, Within
from creneau.people.merging import service as merging
from creneau.people.merging.errors import AreRelatives, FilesChanged, RelativesOfRelative, SameFile
from creneau.people.merging.schemas import Merging
from creneau.people.notes import service as notes
from creneau.people.rules import version_of
from creneau.people.schemas import PersonDraft
from creneau.refusals import NotFound
from creneau.waiting import service as waiting
from creneau.waiting.schemas import WaitingRequest

from tests.platform.cast import Stranger, Town
from tests.platform.planning import OWNER, open_for, slots, soon

ZOE: Mapping[str, Any] = {
    "first_name": "Zoé",
    "last_name": "Petit",
    "birth_date": date(1991, 2, 3),
    "phone": "06 01 02 03 04",
}
LEADS_TO_A_PERSON = """
    SELECT c.conrelid::regclass::text AS name, a.attname AS column FROM pg_constraint c
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
    WHERE c.contype = 'f' AND c.confrelid = 'person'::regclass AND a.attname <> 'tenant_id'
"""


async def person(town: Town, responsible: UUID | None = None, **changes: Any) -> UUID:
    draft = PersonDraft(**{**ZOE, **changes})
    return await files.create(draft, [town.organisation], SYSTEM, responsible_id=responsible)


async def merged(kept: UUID, gone: UUID, **sides: Any) -> None:
    await merging.merge(await prepared(kept, gone, **sides), SYSTEM)


async def prepared(kept: UUID, gone: UUID, **sides: Any) -> Merging:
    one, other = await service.person(kept), await service.person(gone)
    return Merging(
        kept_id=kept,
        gone_id=gone,
        sides=sides,
        kept_version=version_of(one),
        gone_version=version_of(other),
    )


async def book(town: Town, person_id: UUID, days: int) -> UUID:
    day = soon(days)
    await open_for(town, town.alice, day)
    slot = (await slots(town, day))[0]
    wanted = HoldRequest(motive_id=town.motive, starts_at=slot.starts_at, owner=OWNER)
    return (await appointments.book(wanted, ConfirmRequest(person_id=person_id), VISITOR)).id


async def led_to(gone: UUID) -> list[str]:
    """Name what still leads to a person, but for the history, which is only added to."""
    async with tenant_transaction() as tx:
        found = await tx.rows(LEADS_TO_A_PERSON)
        return [
            f"{row['name']}.{row['column']}"
            for row in found
            if await tx.value(
                f"SELECT EXISTS (SELECT FROM {row['name']} WHERE {row['column']} = $1)", gone
            )
        ]


async def test_all_that_hangs_on_one_file_hangs_on_the_other(town: Town) -> None:
    kept, gone = await person(town), await person(town, email="zoe@exemple.fr", phone="")
    bookings = {await book(town, kept, 3), await book(town, gone, 4)}
    child = await person(town, gone, first_name="Léo", birth_date=None)
    for one, agent in ((kept, town.bea), (gone, town.bea), (gone, town.bob)):
        await service.add_referent(one, agent, SYSTEM)
    for one in (kept, gone):
        await notes.add(one, f"Une note de {one}", SYSTEM)
        await waiting.ask(WaitingRequest(motive_id=town.motive, person_id=one), VISITOR)
        await preferences.choose_of_person(
            one, PersonPreference(by_email=one == kept, by_sms=False), SYSTEM
        )
        owner = Owner("person", one)
        await calendars.make(owner, AccessDraft(name="Téléphone"), SYSTEM)
    await merged(kept, gone, email="gone")
    assert {one.id for one in await appointments.of_person(kept)} == bookings
    assert [one.id for one in await service.relatives(kept)] == [child]
    assert [one.name for one in await service.referents_of(kept)] == ["Bea Martin", "Bob Martin"]
    assert len(await notes.notes_of(kept)) == 2
    assert len(await calendars.accesses_of(Owner("person", kept))) == 2
    assert (await preferences.of_person(kept)) == PersonPreference(by_email=True, by_sms=False)
    async with tenant_transaction() as tx:
        waits = await tx.rows("SELECT person_id, state FROM waiting_entry ORDER BY id")
    assert [(row["person_id"], row["state"]) for row in waits] == [
        (kept, "waiting"),
        (kept, "left"),
    ]
    found = await service.person(kept)
    assert (found.phone, found.email) == ("+33601020304", "zoe@exemple.fr")
    assert await led_to(gone) == []
    assert await files.merged_into(gone) == kept
    with pytest.raises(NotFound):
        await service.person(gone)
    assert [one.id for one in (await service.search("petit zoe", EVERYBODY)).persons] == [kept]


async def test_both_files_tell_of_it_and_twice_is_once(tenant: Tenant, town: Town) -> None:
    kept, gone = await person(town), await person(town)
    wanted = await prepared(kept, gone)
    await merging.merge(wanted, SYSTEM)
    await merging.merge(wanted, SYSTEM)
    async with tenant_transaction(tenant.id) as tx:
        told = await tx.rows("SELECT action, subject_id FROM history WHERE action LIKE '%merged%'")
    assert [(row["action"], row["subject_id"]) for row in told] == [
        ("person.merged", kept),
        ("person.merged_into", gone),
    ]
    assert "person.merged_into" in {one.action for one in await files.history_of(kept)}


async def test_the_way_leads_on_when_the_file_that_stayed_is_merged_itself(town: Town) -> None:
    one, two, three = [await person(town) for _ in range(3)]
    await merged(two, one)
    await merged(three, two)
    assert await files.merged_into(one) == await files.merged_into(two) == three


async def test_whoever_books_for_the_file_that_goes_books_for_the_one_that_stays(
    town: Town,
) -> None:
    kept, gone = await person(town), await person(town)
    wanted = await prepared(kept, gone)
    day = soon(5)
    await open_for(town, town.alice, day)
    free = await slots(town, day)

    async def booked(number: int) -> UUID:
        request = HoldRequest(
            motive_id=town.motive, starts_at=free[number].starts_at, owner=bytes([number])
        )
        try:
            booking = await appointments.book(request, ConfirmRequest(person_id=gone), VISITOR)
        except NotFound:
            return gone
        return booking.id

    outcomes = await asyncio.gather(
        booked(0), merging.merge(wanted, SYSTEM), booked(1), return_exceptions=True
    )
    assert [one for one in outcomes if isinstance(one, BaseException)] == []
    made = {one for one in outcomes if one not in {None, gone}}
    assert {one.id for one in await appointments.of_person(kept)} == made
    assert await led_to(gone) == []


async def test_a_booking_that_was_under_way_while_files_were_merged_is_not_lost(
    tenant: Tenant, town: Town
) -> None:
    kept, gone = await person(town), await person(town)
    booking = await book(town, kept, 3)
    await merged(kept, gone)
    # As a statement that chose its person before the merge was committed.
    async with tenant_transaction(tenant.id) as tx:
        await tx.execute("UPDATE booking SET person_id = $1 WHERE id = $2", gone, booking)
    assert [one.id for one in await appointments.of_person(kept)] == [booking]


async def test_a_file_that_was_changed_since_it_was_shown_is_shown_again(town: Town) -> None:
    kept, gone = await person(town), await person(town)
    wanted = await prepared(kept, gone)
    draft = PersonDraft(first_name="Zoé", last_name="Petit", address="1 rue Neuve")
    await files.update(gone, draft, version_of(await service.person(gone)), SYSTEM)
    with pytest.raises(FilesChanged):
        await merging.merge(wanted, SYSTEM)
    assert await service.person(gone)


async def test_a_person_and_their_relative_are_two_persons(town: Town) -> None:
    parent = await person(town)
    child = await person(town, parent)
    for pair in ((parent, child), (child, parent)):
        with pytest.raises(AreRelatives):
            await merged(*pair)
    other = await person(town)
    await person(town, other, first_name="Léo")
    with pytest.raises(RelativesOfRelative):
        await merged(child, other)
    with pytest.raises(SameFile):
        await merged(parent, parent)


async def test_another_tenants_file_is_unknown(town: Town, stranger: Stranger) -> None:
    kept = await person(town)
    from_elsewhere = stranger.town.alice
    wanted = Merging(
        kept_id=kept, gone_id=from_elsewhere, sides={}, kept_version="", gone_version=""
    )
    with pytest.raises(NotFound):
        await merging.merge(wanted, SYSTEM)


async def pairs(within: Within = EVERYBODY) -> list[tuple[set[UUID], tuple[str, ...]]]:
    found = await merging.doubles(within)
    return [({one.first.id, one.second.id}, one.reasons) for one in found.pairs]


async def test_doubles_are_suspected_for_a_reason_and_told_apart(town: Town) -> None:
    one = await person(town, email="zoe@exemple.fr")
    same = await person(town, last_name="PETIT", phone="")
    mail = await person(town, last_name="Petitt", birth_date=None, phone="", email="zoe@exemple.fr")
    phone = await person(town, first_name="Paul", last_name="Durand", birth_date=None)
    await person(town, one, first_name="Léo", birth_date=None, email="zoe@exemple.fr", phone="")
    await person(town, first_name="Ana", last_name="Roy", phone="", birth_date=None)
    suspected = {frozenset(pair): reasons for pair, reasons in await pairs()}
    assert suspected == {
        frozenset({one, same}): ("birth",),
        frozenset({one, mail}): ("email",),
        frozenset({one, phone}): ("phone",),
    }
    assert (await pairs())[0][1] == ("birth",)
    await merging.tell_apart(phone, one, SYSTEM)
    await merging.tell_apart(one, phone, SYSTEM)
    assert {one, phone} not in [pair for pair, _reasons in await pairs()]
    assert await pairs(Within(organisation_ids=frozenset())) == []


async def test_who_was_told_apart_from_one_stays_so_after_a_merge(town: Town) -> None:
    one, two, three = [await person(town) for _ in range(3)]
    await merging.tell_apart(one, two, SYSTEM)
    await merged(three, two)
    assert {one, three} not in [pair for pair, _reasons in await pairs()]


async def test_a_removed_agents_file_merges_too(town: Town) -> None:
    kept, gone = await person(town), await person(town)
    await service.add_referent(gone, town.bob, SYSTEM)
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE agent SET state = 'removed' WHERE id = $1", town.bob)
    assert (await agents.agent(town.bob)).state == "removed"
    await merged(kept, gone)
    assert await service.referents_of(kept) == []
