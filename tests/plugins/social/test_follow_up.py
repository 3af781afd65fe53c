"""A follow-up shows a person the time of their own referents, and of nobody else (S-02)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from creneau.appointments import service as appointments
from creneau.appointments.errors import SlotNotOffered, SlotTaken
from creneau.appointments.schemas import Booking, ConfirmRequest, HoldRequest, MoveRequest
from creneau.availability import service as availability
from creneau.availability.errors import PersonFirst
from creneau.availability.schemas import Asking, SlotQuery
from creneau.context import SYSTEM, VISITOR, Actor, Tenant
from creneau.motives import service as motives
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.people import service as people
from creneau.people.following.service import add_referent
from creneau.people.schemas import Identity, RelativeDraft
from creneau.planning import service as planning
from creneau.planning.schemas import EditOrganisation
from creneau.refusals import InvalidInput
from creneau.tokens.rules import SCOPES
from creneau.tokens.service import create_token
from creneau_infra import clock
from creneau_social.errors import NoReferent, NotTheirReferent
from creneau_web.admin.motive_values import values_of
from msgspec.structs import replace

from tests.platform.cast import Town, new_motive
from tests.platform.planning import nine, open_for, soon
from tests.plugins.social.conftest import SignedIn
from tests.web.public.citizen import JEANNE, newest_code, slots_in, words
from tests.web.stage import Clients, Visitor

HOURS = "Lundi au vendredi : 9 h – 12 h"


@pytest.fixture
async def follow_up(house: Town) -> Town:
    """Open follow-ups of Bob at nine and of Bea at fourteen."""
    motive = await new_motive(
        house.organisation, house.registry, name="Suivi", extra={"social.follow_up": "yes"}
    )
    town = replace(house, motive=motive)
    await open_for(town, town.bob, soon())
    afternoon = nine().replace(hour=14)
    await open_for(
        town,
        town.bea,
        soon(),
        start_time=afternoon.time(),
        end_time=afternoon.replace(hour=16).time(),
    )
    return town


async def known(town: Town, *referents: UUID) -> UUID:
    """Keep Jeanne, whose address is proven, and name who follows her."""
    other = await new_motive(town.organisation, town.registry, name=f"Autre {len(referents)}")
    town = replace(town, motive=other)
    await open_for(town, town.alice, soon(9))
    identity = Identity(first_name="Jeanne", last_name="Dupont", email=JEANNE["email"])
    held = HoldRequest(motive_id=other, starts_at=nine(9), place_id=town.place, owner=b"j")
    booked = await appointments.book(
        held, ConfirmRequest(identity=identity, email_proven=True), VISITOR
    )
    assert booked.person_id is not None
    for agent in referents:
        await add_referent(booked.person_id, agent, SYSTEM)
    return booked.person_id


async def free(town: Town, asking: Asking) -> set[UUID]:
    now = clock.now()
    query = SlotQuery(
        motive_id=town.motive,
        starts_from=now,
        starts_before=now + timedelta(days=9),
        asking=asking,
    )
    found = await availability.find_slots(query)
    return {one for slot in found for one in slot.resource_ids}


def wish(town: Town, person_id: UUID | None, hour: int = 9, **changes: Any) -> HoldRequest:
    values: dict[str, Any] = {
        "motive_id": town.motive,
        "starts_at": nine().replace(hour=hour),
        "place_id": town.place,
        "owner": b"jeanne",
        "asking": Asking(person_id=person_id),
        **changes,
    }
    return HoldRequest(**values)


async def book(town: Town, person_id: UUID, for_whom: UUID | None = None) -> Booking:
    who = ConfirmRequest(person_id=for_whom or person_id)
    return await appointments.book(wish(town, person_id), who, Actor("person", person_id))


@pytest.mark.feature("S-02")
async def test_a_person_finds_the_time_of_their_own_referents_only(follow_up: Town) -> None:
    jeanne = await known(follow_up, follow_up.bob)
    assert await free(follow_up, Asking(person_id=jeanne)) == {follow_up.bob}
    booked = await book(follow_up, jeanne)
    assert booked.resource_ids == (follow_up.bob,)
    await add_referent(jeanne, follow_up.bea, SYSTEM)
    assert await free(follow_up, Asking(person_id=jeanne)) == {follow_up.bob, follow_up.bea}


@pytest.mark.feature("S-02")
async def test_naming_another_agent_or_their_time_gets_round_nothing(follow_up: Town) -> None:
    jeanne = await known(follow_up, follow_up.bob)
    for sly in (
        wish(follow_up, jeanne, 14),
        wish(follow_up, jeanne, 14, resource_id=follow_up.bea),
        wish(follow_up, jeanne, 14, source="api"),
    ):
        with pytest.raises((SlotTaken, SlotNotOffered)):
            await appointments.hold(sly, Actor("person", jeanne))
    booked = await book(follow_up, jeanne)
    afternoon = MoveRequest(starts_at=nine().replace(hour=14))
    with pytest.raises((SlotTaken, SlotNotOffered)):
        await appointments.move(booked.id, afternoon, Actor("person", jeanne))


async def test_who_is_not_known_is_not_told_of_any_time(follow_up: Town) -> None:
    with pytest.raises(PersonFirst):
        await free(follow_up, Asking())
    with pytest.raises(PersonFirst):
        await appointments.hold(wish(follow_up, None), VISITOR)


async def test_without_a_referent_there_is_nothing(follow_up: Town) -> None:
    jeanne = await known(follow_up)
    with pytest.raises(NoReferent):
        await free(follow_up, Asking(person_id=jeanne))


async def test_a_child_is_received_by_who_follows_the_child_or_the_parent(follow_up: Town) -> None:
    jeanne = await known(follow_up)
    child = await people.add_relative(
        jeanne, RelativeDraft(first_name="Mia", last_name="Dupont"), SYSTEM
    )
    await add_referent(child, follow_up.bob, SYSTEM)
    assert await free(follow_up, Asking(person_id=jeanne)) == {follow_up.bob}
    with pytest.raises(NotTheirReferent):
        await book(follow_up, jeanne)
    assert (await book(follow_up, jeanne, child)).person_id == child


async def test_an_agent_sets_it_with_whom_they_like(follow_up: Town) -> None:
    jeanne = await known(follow_up)
    held = wish(follow_up, None, 14, source="agent", resource_id=follow_up.bea)
    booked = await appointments.book(
        held, ConfirmRequest(person_id=jeanne), Actor("agent", follow_up.bea)
    )
    assert booked.resource_ids == (follow_up.bea,)


async def test_a_group_is_nobody_s_follow_up(house: Town) -> None:
    with pytest.raises(InvalidInput) as refused:
        await new_motive(
            house.organisation,
            house.registry,
            name="Groupe",
            capacity=8,
            extra={"social.follow_up": "yes"},
        )
    assert "social_follow_up" in refused.value.fields


@pytest.mark.feature("S-02")
async def test_programs_obey_too(client: Clients, departement: Tenant, follow_up: Town) -> None:
    program = client(departement)
    secret = await create_token(departement, SCOPES, "un programme", 30)
    program.headers["authorization"] = f"Bearer {secret}"
    since = clock.now()
    asked = {
        "motive": str(follow_up.motive),
        "from": since.isoformat(),
        "to": (since + timedelta(days=9)).isoformat(),
    }
    for _ in range(3):
        _refused(await program.get("/api/v1/slots", params=asked))
    _refused(await program.get("/api/v1/slots/next", params={"motive": asked["motive"]}))
    slot = {"motive": asked["motive"], "start": nine().isoformat(), "place": str(follow_up.place)}
    _refused(await program.post("/api/v1/holds", json=slot))
    person = {"first_name": "Jeanne", "last_name": "Dupont"}
    _refused(await program.post("/api/v1/bookings", json={**slot, "person": person}))


def _refused(answer: httpx.Response) -> None:
    assert answer.status_code == 403, answer.text
    assert answer.json()["code"] == "person_first"


async def sign_in(visitor: Visitor, way: str) -> httpx.Response:
    """Go where a follow-up leads first, and prove the address there."""
    asked = await visitor.get(way)
    assert asked.headers["location"] == f"/mes-rendez-vous/connexion?suite={way}"
    form = await visitor.get(asked.headers["location"])
    assert f'name="suite" value="{way}"' in form.text
    fields = {"email": JEANNE["email"], "suite": way}
    await visitor.submit("/mes-rendez-vous/connexion", fields)
    code = await newest_code(JEANNE["email"])
    return await visitor.submit("/mes-rendez-vous/code", {"code": code})


@pytest.mark.feature("S-02")
async def test_a_person_identifies_first_and_books_with_who_follows_them(
    client: Clients, departement: Tenant, follow_up: Town
) -> None:
    jeanne_id = await known(follow_up, follow_up.bob)
    jeanne, way = client(departement), f"/rdv/{follow_up.motive}"
    answer = await sign_in(jeanne, way)
    assert answer.headers["location"] == way
    slots = f"{way}/{follow_up.place}"
    assert (await jeanne.get(way)).headers["location"] == slots
    page = await jeanne.get(slots)
    assert "Voici les horaires de : Bob Martin." in words(page)
    offered = slots_in(page)
    assert len(offered) == 6
    theirs = nine().replace(hour=14).astimezone(clock.now().tzinfo)
    sly = await jeanne.submit(f"{slots}/reservation", {"slot": f"{theirs:%Y-%m-%dT%H:%M:%SZ}"})
    assert sly.status_code == 409
    answer = await jeanne.submit(f"{slots}/reservation", {"slot": offered[0]})
    booking = answer.headers["location"].removesuffix("/suite")
    await jeanne.get(f"{booking}/suite")
    answer = await jeanne.submit(f"{booking}/confirmation")
    assert answer.headers["location"] == f"{booking}/termine", words(answer)
    done = await appointments.get(UUID(booking.rpartition("/")[2]))
    assert (done.person_id, done.resource_ids) == (jeanne_id, (follow_up.bob,))


@pytest.mark.feature("S-02")
async def test_without_a_referent_one_reads_why_and_whom_to_call(
    client: Clients, departement: Tenant, follow_up: Town
) -> None:
    await known(follow_up)
    found = await organisations.organisation(follow_up.organisation)
    draft = OrganisationDraft(
        name=found.name, phone="01 23 45 67 89", opening_hours=HOURS, time_zone=found.time_zone
    )
    await planning.save(
        EditOrganisation(found.id, draft, found.version), Actor("agent", follow_up.alice)
    )
    jeanne, way = client(departement), f"/rdv/{follow_up.motive}"
    await sign_in(jeanne, way)
    for path in (way, f"{way}/{follow_up.place}"):
        page = words(await jeanne.get(path))
        assert "personne n’est encore noté sur votre dossier" in page
        assert "01 23 45 67 89" in page
        assert "Lundi au vendredi" in page


async def test_an_address_that_nobody_knows_is_told_so_and_may_be_changed(
    client: Clients, departement: Tenant, follow_up: Town
) -> None:
    jeanne, way = client(departement), f"/rdv/{follow_up.motive}"
    answer = await sign_in(jeanne, way)
    answer = await jeanne.get(answer.headers["location"])
    assert answer.headers["location"] == way
    page = words(await jeanne.get(way))
    assert f"Aucun dossier n’est lié à l’adresse {JEANNE['email']}." in page
    assert "Essayer une autre adresse" in page


@pytest.mark.parametrize("sly", ["https://evil.example/", "//evil.example", "/agents", "/rdv/x"])
async def test_signing_in_leads_nowhere_else(
    client: Clients, departement: Tenant, follow_up: Town, sly: str
) -> None:
    await known(follow_up, follow_up.bob)
    jeanne = client(departement)
    await jeanne.submit("/mes-rendez-vous/connexion", {"email": JEANNE["email"], "suite": sly})
    code = await newest_code(JEANNE["email"])
    answer = await jeanne.submit("/mes-rendez-vous/code", {"code": code})
    assert answer.headers["location"] == "/mes-rendez-vous"


async def test_a_motive_becomes_a_follow_up_in_its_form(house: Town, as_agent: SignedIn) -> None:
    dina = await as_agent(house.alice)
    motive = await motives.motive(house.motive)
    typed = {
        name: "yes" if value is True else str(value)
        for name, value in values_of(motive).items()
        if value is not False
    }
    way = f"/administration/motifs/{house.motive}"
    answer = await dina.submit(way, {**typed, "version": motive.version, "social_follow_up": "yes"})
    assert answer.status_code == 303, words(answer)
    assert (await motives.motive(house.motive)).extra == {"social.follow_up": "yes"}
