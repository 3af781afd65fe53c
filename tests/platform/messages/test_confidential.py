"""What is confidential is told by hand: no message leaves, whatever happens to it (S-08)."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import pytest
from creneau.appointments import service as appointments
from creneau.appointments.rules import version_of
from creneau.appointments.schemas import Booking, MoveRequest, PlacingRequest, SettingRequest
from creneau.confidentiality import service as confidentiality
from creneau.context import SYSTEM, Actor, Tenant
from creneau.contributions import Recipient, RecipientSource
from creneau.database import Transaction, tenant_transaction
from creneau.hookspecs import hookimpl
from creneau.messages import service as messages
from creneau.messages.jobs import handlers
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.schemas import Receipt
from creneau.messages.reminders import jobs as reminders
from creneau.messages.resending.errors import KeptConfidential
from creneau.messages.resending.service import resend
from creneau.motives import service as motives
from creneau.motives.schemas import MotiveDraft
from creneau.people import service as people
from creneau.people.schemas import Identity, RelativeDraft
from creneau.planning import service as planning
from creneau.planning.schemas import EditMotive
from creneau.plugins import Plugins
from creneau.refusals import InvalidInput
from creneau.testing.phones import sms_to, switch_sms_on
from creneau.waiting import service as waiting
from creneau.waiting.errors import ListClosed
from creneau.waiting.jobs import handlers as waiting_handlers
from creneau.waiting.schemas import WaitingRequest
from creneau_infra.clock import now
from creneau_infra.mail.schemas import Message
from creneau_infra.outbox.schemas import together
from creneau_infra.outbox.service import deliver_due
from creneau_infra.settings import Settings
from msgspec.structs import replace

from tests.platform.cast import Town
from tests.platform.messages.post import Postman, PostOffice, book, free_slots, text_of

NORA, ALICE = "nora@example.org", "alice.petit@example.org"
ASKED = ("confirmed", "moved", "cancelled", "to_reschedule", "reminder")
Walk = Callable[[], Awaitable[None]]


class Neighbour(RecipientSource, frozen=True):
    """Whoever booked for the person, as a prescriber does."""

    async def recipients(self, tx: Transaction, booking_id: UUID) -> Sequence[Recipient]:
        del tx, booking_id
        return [Recipient(email=NORA, name="Nora Blanc", locale="fr", role="voisine")]


class NeighbourPlugin:
    @hookimpl
    def message_recipients(self, tenant: Tenant) -> Sequence[RecipientSource]:
        del tenant
        return [Neighbour()]


@pytest.fixture
def mobile() -> str:
    """Give a number that no other test writes to."""
    return f"+3361{int(uuid4()) % 10**7:07}"


@pytest.fixture
async def busy(
    open_town: Town, tenant: Tenant, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Town:
    """Write by both ways, to whoever booked for somebody too, and to agents."""
    await switch_sms_on(settings)
    plugins = Plugins({"neighbour": NeighbourPlugin()})
    here = plugins.for_tenant(replace(tenant, plugins=frozenset({"neighbour"})))
    monkeypatch.setattr(messages, "active", lambda: here)
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE agent SET state = 'active' WHERE tenant_id = $1", tx.tenant_id)
        await tx.execute(
            "UPDATE motive SET person_channels = 'both' WHERE tenant_id = $1", tx.tenant_id
        )
    return open_town


@pytest.fixture
def walk(tenant: Tenant, postman: Postman) -> Walk:
    """Do all the work of the outbox that tells anybody of anything, by SMTP and SMS."""

    async def deliver(message: Message) -> None:
        await postman.transport.send(message)

    async def tenant_of(tenant_id: UUID) -> Tenant:
        assert tenant_id == tenant.id
        return tenant

    work = together(
        handlers(deliver, tenant_of),
        reminders.handlers(tenant_of),
        waiting_handlers(deliver, tenant_of),
    )

    async def go() -> None:
        while await deliver_due(work, tenant.id):
            pass

    return go


@pytest.fixture
async def alice(busy: Town, mobile: str) -> UUID:
    del busy
    async with tenant_transaction() as tx:
        who = Identity(first_name="Alice", last_name="Petit", email=ALICE, phone=mobile)
        return await people.identified(tx, who, SYSTEM, email_proven=True)


def bob(town: Town) -> Actor:
    return Actor("agent", town.bob)


async def set_for(town: Town, person_id: UUID, days: int, motive: UUID | None = None) -> Booking:
    wanted = SettingRequest(
        motive_id=motive or town.motive,
        place_id=town.place,
        resource_ids=[town.bob],
        starts_at=now() + timedelta(days=days, hours=5),
        person_id=person_id,
        force_reason="essai",
    )
    return await appointments.set_appointment(wanted, bob(town))


async def bring_forward(kind: str, booking: Booking) -> None:
    """Let what waits for its hour leave now: a reminder, and an SMS in quiet hours."""
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE outbox SET due_at = now() WHERE tenant_id = $1 AND done_at IS NULL "
            "AND kind = $2 AND payload ->> 'booking_id' = $3",
            tx.tenant_id,
            kind,
            str(booking.id),
        )


async def live_through(town: Town, person_id: UUID, walk: Walk) -> list[Booking]:
    """Have everything happen to a person's appointments that anybody is told of."""
    agent = bob(town)
    moved = await set_for(town, person_id, 3)
    await walk()
    elsewhere = PlacingRequest(
        starts_at=moved.starts_at + timedelta(hours=1),
        duration_minutes=30,
        place_id=town.place,
        resource_ids=[town.bob],
        seen=version_of(moved),
        force_reason="essai",
    )
    await appointments.put_elsewhere(moved.id, elsewhere, agent)
    await walk()
    offered = (await free_slots(town.motive))[-1]
    await appointments.move(moved.id, MoveRequest(starts_at=offered.starts_at), agent)
    await walk()
    for kind in ("booking.reminder", "mail.booking"):
        await bring_forward(kind, moved)
        await walk()
    await appointments.reschedule(moved.id, agent, notify=True)
    await walk()
    cancelled = await set_for(town, person_id, 4)
    await appointments.cancel(cancelled.id, agent)
    excused = await set_for(town, person_id, 5)
    await appointments.set_state(excused.id, "excused", agent)
    await walk()
    await appointments.set_state(excused.id, "planned", agent)
    await walk()
    deleted = await set_for(town, person_id, 6)
    await appointments.delete(deleted.id, agent, notify=True)
    await walk()
    return [moved, cancelled, excused, deleted]


async def told_of(bookings: Sequence[Booking]) -> list[Receipt]:
    found = [one for booking in bookings for one in await receipts.of_booking(booking.id)]
    return [one for one in found if one.agent_id is None]


async def edit_motive(town: Town, **changes: object) -> None:
    found = await motives.motive(town.motive)
    kept = MotiveDraft(**{name: getattr(found, name) for name in MotiveDraft.__struct_fields__})
    draft = msgspec.structs.replace(kept, **changes)
    await planning.save(EditMotive(town.motive, draft, found.version), SYSTEM)


async def test_the_same_life_is_told_by_every_way_where_it_is_not_confidential(
    busy: Town, alice: UUID, walk: Walk, post_office: PostOffice, mobile: str, settings: Settings
) -> None:
    told = await told_of(await live_through(busy, alice, walk))
    for channel in ("email", "sms"):
        sent = {one.occasion for one in told if one.channel == channel and one.state == "sent"}
        assert sent == set(ASKED), channel
    assert len(post_office.to(ALICE)) > len(ASKED)
    assert any(list(letter.iter_attachments()) for letter in post_office.to(ALICE))
    assert post_office.to(NORA)
    assert await sms_to(settings, mobile)


@pytest.mark.feature("S-08")
@pytest.mark.parametrize("reading", ["the motive", "the person", "who answers for them"])
async def test_no_message_of_any_kind_leaves_for_what_is_confidential(
    busy: Town,
    alice: UUID,
    walk: Walk,
    post_office: PostOffice,
    mobile: str,
    settings: Settings,
    reading: str,
) -> None:
    who = alice
    if reading == "the motive":
        await edit_motive(busy, audience="agents", confidential=True)
    else:
        await confidentiality.begin(alice, busy.motive, SYSTEM)
    if reading == "who answers for them":
        leo = RelativeDraft(first_name="Léo", last_name="Petit")
        who = await people.add_relative(alice, leo, SYSTEM)
    bookings = await live_through(busy, who, walk)
    assert post_office.to(ALICE) == []
    assert post_office.to(NORA) == []
    assert await sms_to(settings, mobile) == []
    # Agents are told, and that they are to tell: it is their mailbox, not the person's.
    agents = {str(letter["To"]) for letter in post_office.letters}
    assert agents <= {"bob@exemple.fr"}
    told = await told_of(bookings)
    assert {one.state for one in told} == {"set_aside"}
    assert {one.reason for one in told} == {"confidential"}
    assert {one.occasion for one in told} == set(ASKED) - {"reminder"}
    assert all(not one.address for one in told)
    with pytest.raises(KeptConfidential):
        await resend(told[0].id, SYSTEM, seen=0)


async def test_what_was_on_its_way_when_it_became_confidential_stays_here(
    busy: Town, alice: UUID, walk: Walk, post_office: PostOffice, mobile: str, settings: Settings
) -> None:
    booking = await set_for(busy, alice, 3)
    post_office.answers[ALICE] = "451 4.2.0 come back later"
    await walk()
    sent = len(await sms_to(settings, mobile))
    await confidentiality.begin(alice, busy.motive, SYSTEM)
    post_office.answers.clear()
    await bring_forward("mail.booking", booking)
    await walk()
    assert post_office.to(ALICE) == []
    assert len(await sms_to(settings, mobile)) == sent
    (mail,) = [
        one for one in await told_of([booking]) if one.reader == "person" and one.channel == "email"
    ]
    assert (mail.state, mail.reason) == ("set_aside", "confidential")
    with pytest.raises(KeptConfidential):
        await resend(mail.id, SYSTEM, seen=0)
    # Once it is over, what happens next is told again.
    assert await confidentiality.end(alice, busy.motive, SYSTEM)
    await appointments.cancel(booking.id, bob(busy))
    await walk()
    assert len(post_office.to(ALICE)) == 1


async def test_another_motive_and_another_person_are_told_as_ever(
    busy: Town, alice: UUID, walk: Walk, post_office: PostOffice
) -> None:
    await confidentiality.begin(alice, busy.motive, SYSTEM)
    booking = await book(busy.motive)
    await walk()
    assert booking.person_id != alice
    assert post_office.to("alice@example.org")


async def test_an_agent_says_so_with_the_very_appointment_also_for_somebody_new(
    busy: Town, walk: Walk, post_office: PostOffice
) -> None:
    wanted = SettingRequest(
        motive_id=busy.motive,
        place_id=busy.place,
        resource_ids=[busy.bob],
        starts_at=now() + timedelta(days=3),
        identity=Identity(first_name="Lou", last_name="Neuf", email="lou@example.org"),
        confidential=True,
    )
    booking = await appointments.set_appointment(wanted, bob(busy))
    await walk()
    assert post_office.to("lou@example.org") == []
    assert (await appointments.get(booking.id)).confidential
    assert booking.person_id is not None
    (kept,) = await confidentiality.of_person(booking.person_id)
    assert kept.motive_id == busy.motive


async def test_the_agent_is_told_that_the_person_was_not(
    busy: Town, alice: UUID, walk: Walk, post_office: PostOffice
) -> None:
    await confidentiality.begin(alice, busy.motive, SYSTEM)
    booking = await set_for(busy, alice, 3)
    await appointments.cancel(booking.id, Actor("agent", busy.alice))
    await walk()
    (letter,) = post_office.to("bob@exemple.fr")
    assert "rien n’est envoyé à la personne" in text_of(letter)


async def test_nobody_waits_in_line_for_what_could_not_be_offered(
    busy: Town, alice: UUID, walk: Walk, post_office: PostOffice
) -> None:
    wanted = WaitingRequest(motive_id=busy.motive, person_id=alice)
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE motive SET capacity = 1 WHERE tenant_id = $1", tx.tenant_id)
    taken = await book(busy.motive)
    entry = await waiting.ask(wanted, Actor("person", alice))
    await confidentiality.begin(alice, busy.motive, SYSTEM)
    await appointments.cancel(taken.id, bob(busy))
    await walk()
    assert (await waiting.standing(entry.id)).offer is None
    assert await waiting.of_person(alice) == []
    assert post_office.to(ALICE) == []
    with pytest.raises(ListClosed):
        await waiting.ask(wanted, Actor("person", alice))


async def test_the_persons_copy_has_it_and_erasing_forgets_it(busy: Town, alice: UUID) -> None:
    assert await confidentiality.begin(alice, busy.motive, SYSTEM)
    assert not await confidentiality.begin(alice, busy.motive, SYSTEM)
    booking = await set_for(busy, alice, 3)
    copy = await people.export(alice)
    assert copy["confidential_motives"][0]["motive_id"] == str(busy.motive)
    assert [one["id"] for one in copy["bookings"]] == [str(booking.id)]
    await appointments.cancel(booking.id, bob(busy))
    await people.erase(alice, SYSTEM)
    assert await confidentiality.of_person(alice) == []


async def test_a_motive_that_others_than_agents_book_is_not_confidential(busy: Town) -> None:
    with pytest.raises(InvalidInput) as refused:
        await edit_motive(busy, confidential=True)
    assert list(refused.value.fields) == ["confidential"]
