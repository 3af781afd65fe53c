"""A plugin limits whose time a motive offers to whom: searched, held and moved within it (C-20)."""

import re
from collections.abc import AsyncGenerator, Sequence
from datetime import timedelta
from types import ModuleType
from uuid import UUID

import msgspec
import pytest
from creneau import plugins as house
from creneau.agents import service as agents
from creneau.agents.schemas import AgentDraft
from creneau.appointments import service as appointments
from creneau.appointments.errors import SlotNotOffered, SlotTaken
from creneau.appointments.schemas import (
    Booking,
    ConfirmRequest,
    HoldRequest,
    MoveRequest,
    SessionDraft,
    Source,
)
from creneau.availability import service as availability
from creneau.availability.errors import NothingOffered, PersonFirst, StepFirst
from creneau.availability.schemas import AGENT, SOMEBODY, Asking, Slot, SlotQuery
from creneau.context import SYSTEM, VISITOR, Actor, Tenant, acting_for
from creneau.contributions import Limited, SlotLimit
from creneau.database import Transaction
from creneau.motives import service as motives
from creneau.motives.schemas import Motive, MotiveDraft
from creneau.people.schemas import Identity
from creneau.planning import service as planning
from creneau.planning.drafts import OpeningDraft
from creneau.plugins import Plugins
from creneau.refusals import Refusal
from creneau.testing.factories import Town, new_agent, new_town
from creneau.waiting import service as waiting
from creneau_infra import clock
from creneau_tenants import service as tenants
from creneau_web.app import Application
from creneau_web.auth import service as auth
from creneau_web.auth.sessions import COOKIE
from creneau_web.public.journeys import KEY

from tests.platform.planning import nine
from tests.plugins.cast import made_up, presented
from tests.web.public.citizen import slots_in, words
from tests.web.stage import Clients, Visitor, new_tenant

ASKED = "/choir/voix"
LOW = Asking(answers={"choir_voice": "low"})


class Voices(msgspec.Struct):
    """Who sings which voice; nobody sings soprano."""

    low: UUID = UUID(int=0)
    high: UUID = UUID(int=0)


VOICES = Voices()


class ByVoice(SlotLimit, frozen=True):
    """Low voices rehearse with Alice, high ones with Benoit."""

    def concerns(self, motive: Motive) -> bool:
        """Tell rehearsals from the rest."""
        return "choir.rehearsal" in motive.extra

    async def limited(self, tx: Transaction, motive: Motive, asking: Asking) -> Limited:
        """Ask for the voice, and find who trains it."""
        del tx, motive
        if asking.moving:
            return Limited(resource_ids=asking.moving)
        voice = asking.answers.get("choir_voice")
        if voice is None:
            raise StepFirst(way=ASKED)
        if voice == "stranger":
            raise PersonFirst
        if voice == "soprano":
            raise NothingOffered
        return Limited(resource_ids=[getattr(VOICES, voice)], note=f"Voix : {voice}")


def slot_limits(tenant: Tenant) -> Sequence[SlotLimit]:
    del tenant
    return (ByVoice(),)


def choir() -> ModuleType:
    return made_up("choir", presented("choir"), slot_limits)


@pytest.fixture
async def singing(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Tenant, None]:
    """Give a tenant whose only plugin is the choir."""
    del app
    modules = Plugins({"choir": choir()})
    for asking in (house, tenants):
        monkeypatch.setattr(asking, "installed", lambda: modules)
    made = await new_tenant(frozenset({"choir"}))
    with acting_for(made):
        yield made


@pytest.fixture
async def hall(singing: Tenant) -> Town:
    """Found a town where Alice and Benoit rehearse with one singer at a time."""
    del singing
    town = await new_town()
    draft = MotiveDraft(
        organisation_id=town.organisation_id,
        service_id=town.service_id,
        name="Répétition",
        audience="everyone",
        extra={"choir.rehearsal": "yes"},
    )
    town = msgspec.structs.replace(town, motive_id=await motives.create_motive(draft, SYSTEM))
    VOICES.low = town.alice_id
    VOICES.high = await new_agent("Benoit", town.organisation_id, town.service_id)
    await _open(town, VOICES.low, 14)
    await _open(town, VOICES.high, 9)
    return town


async def _open(town: Town, agent: UUID, hour: int) -> None:
    start = nine().replace(hour=hour)
    await planning.create_opening(
        OpeningDraft(
            resource_id=agent,
            place_id=town.place_id,
            motive_ids=[town.motive_id],
            first_day=start.date(),
            start_time=start.time(),
            end_time=start.replace(hour=hour + 2).time(),
        ),
        SYSTEM,
    )


async def found(town: Town, asking: Asking, **changes: object) -> list[Slot]:
    now = clock.now()
    query = SlotQuery(
        motive_id=town.motive_id,
        starts_from=now,
        starts_before=now + timedelta(days=10),
        asking=asking,
    )
    return await availability.find_slots(msgspec.structs.replace(query, **changes))


def wish(town: Town, slot: Slot, asking: Asking, source: Source = "public") -> HoldRequest:
    return HoldRequest(
        motive_id=town.motive_id,
        starts_at=slot.starts_at,
        place_id=slot.place_id,
        owner=b"singer",
        source=source,
        asking=asking,
    )


async def booked(town: Town, asking: Asking) -> Booking:
    slot = (await found(town, asking))[0]
    who = ConfirmRequest(identity=Identity(first_name="Zoé", last_name="Petit"))
    return await appointments.book(wish(town, slot, asking), who, VISITOR)


async def test_a_search_finds_the_time_that_is_offered_and_no_other(hall: Town) -> None:
    low = await found(hall, LOW)
    assert {slot.resource_ids for slot in low} == {(VOICES.low,)}
    first = await availability.next_available(hall.motive_id, [hall.place_id], asking=LOW)
    assert first[hall.place_id].starts_at == low[0].starts_at
    assert await found(hall, LOW, resource_ids=[VOICES.high]) == []
    everything = await found(hall, SOMEBODY, for_agents=True)
    assert {one for slot in everything for one in slot.resource_ids} == {VOICES.low, VOICES.high}
    earliest = await availability.next_available(hall.motive_id, [hall.place_id], asking=AGENT)
    assert earliest[hall.place_id].starts_at < low[0].starts_at


@pytest.mark.parametrize(
    ("answers", "refusal"),
    [
        ({}, StepFirst),
        ({"choir_voice": "stranger"}, PersonFirst),
        ({"choir_voice": "soprano"}, NothingOffered),
    ],
)
async def test_what_is_not_known_or_not_offered_is_refused_everywhere(
    hall: Town, answers: dict[str, str], refusal: type[Refusal]
) -> None:
    slot = (await found(hall, LOW))[0]
    asking = Asking(answers=answers)
    with pytest.raises(refusal):
        await found(hall, asking)
    with pytest.raises(refusal):
        await availability.next_available(hall.motive_id, [hall.place_id], asking=asking)
    for source in ("public", "api"):
        with pytest.raises(refusal):
            await appointments.hold(wish(hall, slot, asking, source), VISITOR)


async def test_a_hold_does_not_get_at_somebody_else_by_naming_them(hall: Town) -> None:
    high = (await found(hall, Asking(answers={"choir_voice": "high"})))[0]
    for resource in (None, VOICES.high):
        sly = msgspec.structs.replace(wish(hall, high, LOW), resource_id=resource)
        with pytest.raises((SlotNotOffered, SlotTaken)):
            await appointments.hold(sly, VISITOR)
    held = await appointments.hold(wish(hall, (await found(hall, LOW))[0], LOW), VISITOR)
    assert held.resource_ids == (VOICES.low,)


async def test_an_agent_is_not_bound(hall: Town) -> None:
    slot = (await found(hall, Asking(answers={"choir_voice": "high"})))[0]
    held = await appointments.hold(
        wish(hall, slot, SOMEBODY, "agent"), Actor("agent", hall.alice_id)
    )
    assert held.resource_ids == (VOICES.high,)


async def test_a_move_stays_within_what_is_offered(hall: Town) -> None:
    booking = await booked(hall, LOW)
    high = (await found(hall, Asking(answers={"choir_voice": "high"})))[0]
    with pytest.raises((SlotNotOffered, SlotTaken)):
        await appointments.move(booking.id, MoveRequest(starts_at=high.starts_at), VISITOR)
    other = (await found(hall, LOW))[0]
    moved = await appointments.move(booking.id, MoveRequest(starts_at=other.starts_at), VISITOR)
    assert moved.resource_ids == (VOICES.low,)
    agent = Actor("agent", hall.alice_id)
    moved = await appointments.move(booking.id, MoveRequest(starts_at=high.starts_at), agent)
    assert moved.resource_ids == (VOICES.high,)


async def test_a_seat_in_a_session_of_somebody_else_is_not_taken(hall: Town) -> None:
    draft = MotiveDraft(
        organisation_id=hall.organisation_id,
        service_id=hall.service_id,
        name="Concert",
        audience="everyone",
        capacity=5,
        extra={"choir.rehearsal": "yes"},
    )
    town = msgspec.structs.replace(hall, motive_id=await motives.create_motive(draft, SYSTEM))
    session = await appointments.create_session(
        SessionDraft(
            motive_id=town.motive_id,
            place_id=town.place_id,
            resource_ids=[VOICES.high],
            starts_at=nine(5),
            ends_at=nine(5, 60),
            capacity=5,
        ),
        SYSTEM,
    )
    assert await found(town, LOW) == []
    offered = (await found(town, Asking(answers={"choir_voice": "high"})))[0]
    assert offered.appointment_id == session
    sly = msgspec.structs.replace(wish(town, offered, LOW), appointment_id=session)
    with pytest.raises(SlotNotOffered):
        await appointments.hold(sly, VISITOR)
    fair = msgspec.structs.replace(sly, asking=Asking(answers={"choir_voice": "high"}))
    assert (await appointments.hold(fair, VISITOR)).appointment_id == session


async def test_nobody_waits_in_line_for_it(hall: Town) -> None:
    assert not await waiting.open_for(hall.motive_id)


async def test_the_public_is_led_to_the_question_before_any_time(
    client: Clients, singing: Tenant, hall: Town
) -> None:
    singer = client(singing)
    way = f"/rdv/{hall.motive_id}"
    for path in (way, f"{way}/{hall.place_id}"):
        answer = await singer.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, ASKED)
    slot = {"slot": "2026-11-24T08:30:00Z"}
    answer = await singer.submit(f"{way}/{hall.place_id}/reservation", slot)
    assert answer.headers["location"] == ASKED


async def test_who_answered_sees_what_is_offered_to_them(
    client: Clients, singing: Tenant, hall: Town
) -> None:
    singer = await answering(client(singing), "low")
    page = await singer.get(f"/rdv/{hall.motive_id}/{hall.place_id}")
    assert "Voix : low" in words(page)
    low = await found(hall, LOW)
    assert len(slots_in(page)) == len(low)


async def test_who_is_offered_nothing_reads_why_and_whom_to_call(
    client: Clients, singing: Tenant, hall: Town
) -> None:
    singer = await answering(client(singing), "soprano")
    for path in (f"/rdv/{hall.motive_id}", f"/rdv/{hall.motive_id}/{hall.place_id}"):
        page = words(await singer.get(path))
        assert "Aucun créneau ne vous est proposé en ligne pour ce motif." in page
        assert "Voir les autres rendez-vous" in page


async def test_statistics_tell_the_first_time_of_anybody(
    client: Clients, singing: Tenant, hall: Town
) -> None:
    draft = AgentDraft(
        email="dina@exemple.fr",
        first_name="Dina",
        last_name="Martin",
        password="une longue phrase de passe",
        memberships=((hall.organisation_id, "agent"),),
        service_ids=(hall.service_id,),
    )
    _session, secret = await auth.open_session(await agents.create_agent(draft, SYSTEM))
    dina = client(singing)
    dina.cookies.set(COOKIE, secret, domain=dina.cookie_domain)
    page = await dina.get("/statistiques/prochains-creneaux")
    assert page.status_code == 200, page.text
    assert re.search(r'<th scope="row">Répétition</th><td class="number">\d', page.text)


async def answering(singer: Visitor, voice: str) -> Visitor:
    """Have a singer's session remember the answer, as a plugin's page keeps it."""
    session, secret = await auth.open_session()
    await auth.remember(session, {KEY: {"answers": {"choir_voice": voice}}})
    singer.cookies.set(COOKIE, secret, domain=singer.cookie_domain)
    return singer
