"""What happens reaches every address that asked for it, signed, and tells nothing about anybody."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest
from creneau.appointments import service as appointments
from creneau.appointments.schemas import ConfirmRequest, MoveRequest
from creneau.context import SYSTEM, VISITOR
from creneau.database import tenant_transaction
from creneau.people.schemas import Identity
from creneau.webhooks import service
from creneau.webhooks.schemas import BookingTold, Happened
from creneau_infra.clock import now
from standardwebhooks import WebhookVerificationError

from tests.platform.appointments.test_sessions import another_session, session_of
from tests.platform.cast import Stranger, Town
from tests.platform.messages.post import book, free_slots
from tests.platform.planning import book as seat
from tests.platform.planning import nine
from tests.platform.webhooks.cast import Workers, endpoint_at, make_due, the_delivery
from tests.platform.webhooks.receiver import Receiver

CANARIES = ("Zoé-Canari", "Petit-Canari", "canari@example.org", "+33601020304")


async def test_each_event_of_a_booking_reaches_the_receiver_in_its_turn(
    open_town: Town, receiver: Receiver, workers: Workers
) -> None:
    await endpoint_at(receiver)
    booking = await book(open_town.motive)
    await workers.work()
    later = (await free_slots(open_town.motive))[2]
    await appointments.move(booking.id, MoveRequest(starts_at=later.starts_at), SYSTEM)
    await workers.work()
    for state in ("waiting", "seen", "no_show", "planned"):
        await appointments.set_state(booking.id, state, SYSTEM)
        await workers.work()
    await appointments.cancel(booking.id, SYSTEM)
    await workers.work()
    told = [one.told for one in receiver.received]
    assert [(one["type"], one["data"]["state"]) for one in told] == [
        ("booking.created", "planned"),
        ("booking.moved", "planned"),
        ("booking.status_changed", "waiting"),
        ("booking.status_changed", "seen"),
        ("booking.status_changed", "no_show"),
        ("booking.status_changed", "planned"),
        ("booking.cancelled", "cancelled"),
    ]
    sequences = [one["data"]["sequence"] for one in told]
    assert sequences == sorted(sequences)
    assert sequences[0] < sequences[1] < sequences[-1]


async def test_who_changes_seats_is_told_with_a_sequence_that_grows(
    town: Town, receiver: Receiver, workers: Workers
) -> None:
    await endpoint_at(receiver)
    motive, first = await session_of(town, 2)
    second = await another_session(town, motive)
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE appointment SET sequence = 9 WHERE id = $1", first)
    booking = await seat(town, nine(), motive_id=motive, appointment_id=first)
    await workers.work()
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE booking SET created_at = created_at - interval '1 day'")
    move = MoveRequest(starts_at=nine(), appointment_id=second)
    await appointments.move(booking.id, move, SYSTEM)
    await workers.work()
    before, after = [one.told["data"]["sequence"] for one in receiver.received]
    assert before < after


@pytest.mark.feature("T-13")
async def test_a_message_says_ids_state_and_times_and_nothing_else(
    open_town: Town, receiver: Receiver, workers: Workers
) -> None:
    await endpoint_at(receiver)
    before = now()
    booking = await book(open_town.motive)
    await workers.work()
    (one,) = receiver.received
    assert set(one.told) == {"id", "type", "api_version", "timestamp", "data"}
    assert one.told["id"] == one.headers["webhook-id"]
    assert one.told["api_version"] == "v1"
    shown = msgspec.convert(one.told["data"], BookingTold)
    assert set(one.told["data"]) == {field.name for field in msgspec.structs.fields(BookingTold)}
    assert (shown.id, shown.start, shown.end) == (booking.id, booking.starts_at, booking.ends_at)
    assert (shown.motive, shown.place) == (open_town.motive, open_town.place)
    assert re.search(r"\+0[12]:00$", one.told["data"]["start"]), "in the offset of the place"
    happened = msgspec.convert(one.told["timestamp"], type(before))
    assert abs(happened - before) < timedelta(seconds=30)


@pytest.mark.feature("T-13")
async def test_nothing_about_anybody_is_sent_or_kept(
    open_town: Town, receiver: Receiver, workers: Workers
) -> None:
    await endpoint_at(receiver)
    zoe = Identity(
        first_name="Zoé-Canari",
        last_name="Petit-Canari",
        email="canari@example.org",
        phone="+33601020304",
    )
    booking = await book(open_town.motive, ConfirmRequest(identity=zoe, email_proven=True))
    await appointments.set_state(booking.id, "seen", SYSTEM)
    await workers.work()
    async with tenant_transaction() as tx:
        kept = str(await tx.rows("SELECT row_to_json(d)::text FROM webhook_delivery d"))
    assert str(booking.id) in kept
    sent = "".join(one.body.decode() for one in receiver.received)
    for canary in (*CANARIES, str(booking.person_id), str(open_town.bob)):
        assert canary not in kept + sent


@pytest.mark.feature("T-13")
async def test_the_signature_is_the_one_that_standard_webhooks_specifies(
    open_town: Town, receiver: Receiver, workers: Workers
) -> None:
    _id, secret = await endpoint_at(receiver)
    await book(open_town.motive)
    await workers.work()
    (one,) = receiver.received
    assert one.verified(secret) == one.told
    assert secret.startswith("whsec_")
    assert abs(int(one.headers["webhook-timestamp"]) - now().timestamp()) < 30
    assert one.headers["content-type"] == "application/json"
    forged = msgspec.structs.replace(one, body=one.body.replace(b"planned", b"excused"))
    older = {**one.headers, "webhook-timestamp": str(int(now().timestamp()) - 30)}
    for changed in (forged, msgspec.structs.replace(one, headers=older)):
        with pytest.raises(WebhookVerificationError):
            changed.verified(secret)


async def test_both_secrets_sign_while_one_takes_over_from_the_other(
    open_town: Town, receiver: Receiver, workers: Workers
) -> None:
    endpoint_id, former = await endpoint_at(receiver)
    secret = await service.rotate(endpoint_id, 1, SYSTEM)
    booking = await book(open_town.motive)
    await workers.work()
    (one,) = receiver.received
    assert one.verified(former) == one.verified(secret) == one.told
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE webhook_endpoint SET previous_until = now()")
    await appointments.cancel(booking.id, SYSTEM)
    await workers.work()
    assert receiver.received[1].verified(secret)
    with pytest.raises(WebhookVerificationError):
        receiver.received[1].verified(former)
    await service.forget_old(workers.tenant_id)
    async with tenant_transaction() as tx:
        assert await tx.value("SELECT previous_secret FROM webhook_endpoint") is None


async def test_secrets_are_sealed_at_rest(open_town: Town, receiver: Receiver) -> None:
    del open_town
    endpoint_id, former = await endpoint_at(receiver)
    secret = await service.rotate(endpoint_id, 1, SYSTEM)
    async with tenant_transaction() as tx:
        (row,) = await tx.rows("SELECT secret, previous_secret FROM webhook_endpoint")
    for plain in (secret, former):
        assert plain.encode() not in row["secret"] + row["previous_secret"]


async def test_the_same_event_has_the_same_id_for_every_receiver_and_every_try(
    open_town: Town,
    receivers: Callable[[], Awaitable[Receiver]],
    workers: Workers,
) -> None:
    first, second = await receivers(), await receivers()
    for one in (first, second):
        await endpoint_at(one)
    first.says(500)
    await book(open_town.motive)
    await workers.work()
    first.says(200)
    await make_due()
    await workers.send()
    assert len(set(first.ids + second.ids)) == 1
    assert (len(first.received), len(second.received)) == (2, 1)
    assert first.received[0].body == first.received[1].body == second.received[0].body


async def test_who_asked_for_some_events_is_told_of_no_other(
    open_town: Town, receiver: Receiver, workers: Workers
) -> None:
    await endpoint_at(receiver, ["booking.cancelled"])
    booking = await book(open_town.motive)
    await appointments.cancel(booking.id, VISITOR)
    await workers.work()
    assert [one.told["type"] for one in receiver.received] == ["booking.cancelled"]


async def test_another_tenants_events_are_not_ones_own(
    open_town: Town, stranger: Stranger, receiver: Receiver, workers: Workers
) -> None:
    await endpoint_at(receiver)
    async with tenant_transaction(stranger.tenant.id) as tx:
        assert await tx.rows("SELECT id FROM webhook_endpoint") == []
    await book(open_town.motive)
    await workers.work()
    assert len(receiver.received) == 1


async def test_an_event_that_is_noted_twice_is_sent_once(
    open_town: Town, receiver: Receiver, workers: Workers
) -> None:
    await endpoint_at(receiver)
    await book(open_town.motive)
    async with tenant_transaction() as tx:
        before = await tx.rows("SELECT id, payload FROM outbox WHERE kind = 'booking.confirmed'")
    await workers.note()
    async with tenant_transaction() as tx:
        # As after a worker that was killed before it could say that it was done.
        await tx.execute(
            "UPDATE outbox SET done_at = NULL, payload = $2::jsonb WHERE id = $1",
            before[0]["id"],
            msgspec.json.encode(before[0]["payload"]).decode()
            if not isinstance(before[0]["payload"], str)
            else before[0]["payload"],
        )
    await workers.work()
    assert len(receiver.received) == 1


async def test_an_event_of_an_unknown_booking_is_passed_over(
    open_town: Town, receiver: Receiver, workers: Workers
) -> None:
    endpoint_id, _secret = await endpoint_at(receiver)
    del open_town
    await service.note_booking("booking.created", uuid4(), Happened(booking_id=uuid4()))
    await workers.send()
    assert await service.deliveries(endpoint_id) == []


async def test_what_was_sent_is_kept_for_thirty_days(
    open_town: Town, receiver: Receiver, workers: Workers
) -> None:
    endpoint_id, _secret = await endpoint_at(receiver)
    await book(open_town.motive)
    await workers.work()
    kept = await the_delivery(endpoint_id)
    assert kept.body.encode() == receiver.received[0].body
    for age, found in (("29 days", 1), ("31 days", 0)):
        async with tenant_transaction() as tx:
            await tx.execute(f"UPDATE webhook_delivery SET created_at = now() - interval '{age}'")
        await service.forget_old(workers.tenant_id)
        assert len(await service.deliveries(endpoint_id)) == found
