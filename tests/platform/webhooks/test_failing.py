"""Receivers that refuse, are slow, cut, move away, never end: tried for a day, then set aside."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from creneau.appointments import service as appointments
from creneau.context import SYSTEM
from creneau.database import tenant_transaction
from creneau.messages.receipts import service as receipts
from creneau.webhooks import service
from creneau.webhooks.errors import EndpointOff, NothingToReplay
from creneau.webhooks.rules import LONGEST_WAIT, wait_before_next
from creneau.webhooks.service import sending
from creneau_infra import outgoing
from creneau_infra.clock import now
from creneau_infra.outbox.service import deliver_due
from creneau_infra.settings import Settings

from tests.platform.cast import Town
from tests.platform.messages.post import book
from tests.platform.webhooks.cast import (
    LONG_AGO,
    Workers,
    endpoint_at,
    make_due,
    move_back,
    the_delivery,
    time_is_up,
)
from tests.platform.webhooks.receiver import Receiver, here

DAY = timedelta(hours=24)
NONE = timedelta()


def test_waiting_grows_from_seconds_to_hours_and_takes_a_part_by_chance() -> None:
    longest = [wait_before_next(tried, DAY, 1.0) for tried in (1, 2, 3, 10, 13, 40)]
    assert longest[:3] == [timedelta(seconds=seconds) for seconds in (10, 20, 40)]
    assert longest[-2:] == [LONGEST_WAIT, LONGEST_WAIT]
    assert wait_before_next(13, DAY, 0.25) == LONGEST_WAIT / 4
    assert wait_before_next(13, DAY, 0.0) == timedelta(seconds=1)


def test_the_last_try_is_made_when_the_day_ends_and_then_no_more() -> None:
    assert wait_before_next(20, timedelta(minutes=5), 1.0) == timedelta(minutes=5)
    assert wait_before_next(20, NONE, 1.0) is None
    assert wait_before_next(20, -DAY, 0.0) is None


def test_a_receiver_may_ask_for_more_time_but_not_for_more_than_the_day() -> None:
    assert wait_before_next(1, DAY, 0.5, timedelta(minutes=10)) == timedelta(minutes=10)
    assert wait_before_next(1, timedelta(minutes=1), 0.5, DAY) == timedelta(minutes=1)


@pytest.mark.feature("T-13")
@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
async def test_a_refusal_is_told_with_its_code_and_tried_again(
    open_town: Town, receiver: Receiver, workers: Workers, status: int
) -> None:
    endpoint_id, _secret = await endpoint_at(receiver)
    receiver.says(status)
    await book(open_town.motive)
    assert await workers.work() == 1
    failed = await the_delivery(endpoint_id)
    assert (failed.state, failed.last_status, failed.last_error) == ("waiting", status, "status")
    assert now() < failed.due_at <= now() + timedelta(seconds=10)
    receiver.says(200)
    await make_due()
    assert await workers.send() == 1
    done = await the_delivery(endpoint_id)
    assert (done.state, done.last_status, done.attempts) == ("delivered", 200, 2)
    assert (await service.endpoint(endpoint_id)).failing_since is None


async def test_a_redirect_is_not_followed(
    open_town: Town, receiver: Receiver, workers: Workers
) -> None:
    endpoint_id, _secret = await endpoint_at(receiver)
    receiver.says(307, f"location: http://receiver.test:{receiver.port}/elsewhere")
    await book(open_town.motive)
    await workers.work()
    assert (await the_delivery(endpoint_id)).last_error == "redirected"
    assert receiver.connections == 1


async def test_a_receiver_that_cuts_or_is_away_is_told_as_such(
    open_town: Town, receiver: Receiver, workers: Workers
) -> None:
    endpoint_id, _secret = await endpoint_at(receiver)
    receiver.cut = True
    await book(open_town.motive)
    await workers.work()
    failed = await the_delivery(endpoint_id)
    assert (failed.last_error, failed.last_status) == ("unreachable", None)


async def test_a_receiver_that_does_not_answer_is_left_after_ten_seconds(
    open_town: Town, receiver: Receiver, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert outgoing.SECONDS == 10.0
    monkeypatch.setattr(outgoing, "SECONDS", 0.2)
    endpoint_id, _secret = await endpoint_at(receiver)
    receiver.silent = True
    await book(open_town.motive)
    await workers.work()
    failed = await the_delivery(endpoint_id)
    assert failed.last_error == "timeout"
    assert (failed.last_milliseconds or 0) >= 200


@pytest.mark.parametrize(
    "headers",
    [(), ("content-encoding: gzip",), ("content-length: 99999999",)],
    ids=["endless", "packed", "promised"],
)
async def test_an_answer_of_any_size_is_not_read_and_its_code_counts(
    open_town: Town, receiver: Receiver, workers: Workers, headers: tuple[str, ...]
) -> None:
    endpoint_id, _secret = await endpoint_at(receiver)
    receiver.says(200, *headers, body=b"x" * 3_000_000)
    await book(open_town.motive)
    await workers.work()
    assert (await the_delivery(endpoint_id)).state == "delivered"


async def test_a_receiver_that_asks_for_time_is_left_alone_so_long(
    open_town: Town, receiver: Receiver, workers: Workers
) -> None:
    endpoint_id, _secret = await endpoint_at(receiver)
    receiver.says(429, "retry-after: 1800")
    await book(open_town.motive)
    await workers.work()
    assert (await the_delivery(endpoint_id)).due_at > now() + timedelta(minutes=29)


@pytest.mark.feature("T-13")
async def test_a_name_that_comes_to_lead_inside_is_not_called(
    open_town: Town, receiver: Receiver, workers: Workers, settings: Settings
) -> None:
    endpoint_id, _secret = await endpoint_at(receiver)
    outgoing.configure(settings)
    async with tenant_transaction() as tx:
        address = f"https://receiver.test:{receiver.port}/"
        await tx.execute("UPDATE webhook_endpoint SET address = $1", address)
    await book(open_town.motive)
    await workers.work()
    assert (await the_delivery(endpoint_id)).last_error == "refused"
    assert receiver.connections == 0


async def test_a_secret_that_no_key_opens_is_told_as_such(
    open_town: Town, receiver: Receiver, workers: Workers
) -> None:
    endpoint_id, _secret = await endpoint_at(receiver)
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE webhook_endpoint SET secret = 'nonsense'")
    await book(open_town.motive)
    await workers.work()
    assert (await the_delivery(endpoint_id)).last_error == "unsealed"
    assert receiver.connections == 0
    # Others seal all secrets of this database anew.
    await service.remove(endpoint_id, SYSTEM)


@pytest.mark.feature("T-13")
async def test_after_a_day_it_is_a_dead_letter_that_can_be_sent_again_once(
    open_town: Town, receiver: Receiver, workers: Workers
) -> None:
    endpoint_id, _secret = await endpoint_at(receiver)
    receiver.says(500)
    await book(open_town.motive)
    await workers.work()
    await time_is_up()
    await workers.send()
    dead = await the_delivery(endpoint_id)
    assert dead.state == "dead"
    await make_due()
    assert await workers.send() == 0
    receiver.says(200)
    answers = [service.replay(endpoint_id, dead.id, SYSTEM) for _ in range(3)]
    results = await asyncio.gather(*answers, return_exceptions=True)
    assert sorted(type(one).__name__ for one in results) == [
        "NoneType",
        "NothingToReplay",
        "NothingToReplay",
    ]
    await workers.work()
    assert (await the_delivery(endpoint_id)).state == "delivered"
    assert len(set(receiver.ids)) == 1
    assert len(receiver.received) == 3
    async with tenant_transaction() as tx:
        told = await tx.rows("SELECT details FROM history WHERE action = 'webhook.replayed'")
    assert len(told) == 1


async def test_a_replayed_letter_is_tried_for_another_day_from_short_waits_on(
    open_town: Town, receiver: Receiver, workers: Workers
) -> None:
    endpoint_id, _secret = await endpoint_at(receiver)
    receiver.says(500)
    await book(open_town.motive)
    for _ in range(6):
        await workers.work()
        await make_due()
    await time_is_up()
    await workers.send()
    assert await service.replay_all(endpoint_id, SYSTEM) == 1
    await workers.work()
    again = await the_delivery(endpoint_id)
    assert (again.state, again.attempts) == ("waiting", 8)
    assert again.due_at <= now() + timedelta(seconds=10)
    with pytest.raises(NothingToReplay):
        await service.replay_all(endpoint_id, SYSTEM)


async def test_gone_switches_off_at_once_and_tells_the_administrators(
    open_town: Town, receiver: Receiver, workers: Workers
) -> None:
    endpoint_id, _secret = await endpoint_at(receiver)
    receiver.says(410)
    booking = await book(open_town.motive)
    await workers.work()
    assert (await service.endpoint(endpoint_id)).state == "gone"
    dead = await the_delivery(endpoint_id)
    assert dead.state == "dead"
    with pytest.raises(EndpointOff):
        await service.replay(endpoint_id, dead.id, SYSTEM)
    await appointments.cancel(booking.id, SYSTEM)
    await workers.work()
    await workers.work()
    assert len(receiver.received) == 1
    (mail,) = workers.mails
    assert mail.to == "alice@exemple.fr"
    assert "410" in mail.text
    assert f"/administration/webhooks/{endpoint_id}" in mail.text
    assert mail.message_id is not None
    receipt = await receipts.receipt(UUID(mail.message_id))
    assert (receipt.occasion, receipt.state, receipt.address) == ("webhook_off", "sent", mail.to)
    assert receipt.agent_id is not None


async def test_days_of_failures_switch_off_but_neither_one_failure_nor_one_bad_day(
    open_town: Town, receiver: Receiver, workers: Workers
) -> None:
    endpoint_id, _secret = await endpoint_at(receiver)
    receiver.says(500)
    await book(open_town.motive)
    for _ in range(12):
        await workers.work()
        await make_due()
    assert (await service.endpoint(endpoint_id)).state == "on", "one bad day"
    await move_back(endpoint_id, LONG_AGO)
    await workers.send()
    assert (await service.endpoint(endpoint_id)).state == "failing"
    await workers.work()
    await workers.work()
    assert len(workers.mails) == 1
    assert receiver.received[0].told["id"] not in workers.mails[0].text


async def test_one_failure_long_after_another_does_not_switch_off(
    open_town: Town, receiver: Receiver, workers: Workers
) -> None:
    endpoint_id, _secret = await endpoint_at(receiver)
    receiver.says(500)
    await book(open_town.motive)
    await workers.work()
    await move_back(endpoint_id, LONG_AGO)
    await make_due()
    await workers.send()
    assert (await service.endpoint(endpoint_id)).state == "on"


async def test_switched_on_again_what_waited_leaves(
    open_town: Town, receiver: Receiver, workers: Workers
) -> None:
    endpoint_id, _secret = await endpoint_at(receiver)
    receiver.says(500)
    booking = await book(open_town.motive)
    await workers.work()
    await time_is_up()
    await service.pause(endpoint_id, SYSTEM)
    await appointments.cancel(booking.id, SYSTEM)
    assert await workers.work() == 0, "nothing leaves while it is off"
    receiver.says(200)
    await service.resume(endpoint_id, SYSTEM)
    assert await workers.work() == 1
    assert [one.told["type"] for one in receiver.received] == ["booking.created"] * 2


async def test_a_test_is_sent_once_whether_it_is_on_or_not_and_counts_for_nothing(
    open_town: Town, receiver: Receiver, workers: Workers
) -> None:
    del open_town
    endpoint_id, secret = await endpoint_at(receiver)
    await service.pause(endpoint_id, SYSTEM)
    receiver.says(410)
    delivery_id = await service.send_test(endpoint_id, SYSTEM)
    await workers.work()
    (one,) = receiver.received
    assert one.verified(secret)["type"] == "endpoint.test"
    assert one.told["data"] == {"endpoint": str(endpoint_id)}
    assert (await service.delivery(endpoint_id, delivery_id)).state == "dead"
    assert (await service.endpoint(endpoint_id)).state == "paused"
    assert endpoint_id not in await service.counts()
    await service.resume(endpoint_id, SYSTEM)
    with pytest.raises(NothingToReplay):
        await service.replay(endpoint_id, delivery_id, SYSTEM)


async def test_a_killed_workers_call_is_made_again_once_its_claim_has_lapsed(
    open_town: Town, receiver: Receiver, workers: Workers
) -> None:
    endpoint_id, _secret = await endpoint_at(receiver)
    receiver.silent = True
    await book(open_town.motive)
    await workers.note()
    killed = asyncio.create_task(service.deliver_next(workers.tenant_id, endpoint_id, here))
    await receiver.asked.wait()
    killed.cancel()
    await asyncio.wait({killed})
    receiver.silent = False
    assert await workers.send() == 0, "it is still the killed worker's"
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE webhook_delivery SET lease_until = lease_until - $1::interval", sending.LEASE
        )
    assert await workers.send() == 1
    assert len(set(receiver.ids)) == 1
    assert len(receiver.received) == 2


async def test_who_lost_the_claim_says_nothing_about_the_delivery(
    open_town: Town, receiver: Receiver, workers: Workers
) -> None:
    endpoint_id, _secret = await endpoint_at(receiver)
    receiver.silent = True
    await book(open_town.motive)
    await workers.note()
    late = asyncio.create_task(service.deliver_next(workers.tenant_id, endpoint_id, here))
    await receiver.asked.wait()
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE webhook_delivery SET state = 'delivered', attempts = attempts + 1")
    receiver.hung_up.set()
    await late
    assert (await the_delivery(endpoint_id)).state == "delivered"
    assert (await service.endpoint(endpoint_id)).failing_since is None


async def test_nothing_is_sent_after_removal_and_nothing_is_kept(
    open_town: Town, receiver: Receiver, workers: Workers
) -> None:
    endpoint_id, _secret = await endpoint_at(receiver)
    booking = await book(open_town.motive)
    await workers.note()
    await service.remove(endpoint_id, SYSTEM)
    assert await workers.send() == 0
    await appointments.cancel(booking.id, SYSTEM)
    assert await workers.work() == 0
    async with tenant_transaction() as tx:
        assert await tx.rows("SELECT id FROM webhook_delivery") == []
    assert receiver.connections == 0


async def test_handlers_of_an_older_worker_leave_events_for_a_newer_one(
    open_town: Town, receiver: Receiver, workers: Workers
) -> None:
    await endpoint_at(receiver)
    await book(open_town.motive)
    await deliver_due({}, workers.tenant_id)
    async with tenant_transaction() as tx:
        await tx.execute("UPDATE outbox SET due_at = now()")
    await workers.work()
    assert len(receiver.received) == 1
