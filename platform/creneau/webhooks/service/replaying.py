"""What was sent, tests, and dead letters that are sent again."""

from datetime import datetime
from uuid import UUID, uuid4

from creneau_infra import clock

from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.refusals import NotFound
from creneau.webhooks.errors import EndpointOff, NothingToReplay
from creneau.webhooks.events import now_due
from creneau.webhooks.queries import deliveries as queries
from creneau.webhooks.queries import endpoints
from creneau.webhooks.rules import API_VERSION, TEST, TRIED_FOR
from creneau.webhooks.schemas import Delivery, Endpoint, EndpointTold, TrialMessage
from creneau.webhooks.service.sending import written

SHOWN = 200


async def deliveries(endpoint_id: UUID) -> list[Delivery]:
    """List what was sent last to an endpoint, and its latest dead letters; the newest first."""
    async with tenant_transaction() as tx:
        return await queries.latest(tx, endpoint_id, SHOWN)


async def delivery(endpoint_id: UUID, delivery_id: UUID) -> Delivery:
    """Read one delivery of an endpoint; raises `NotFound`."""
    async with tenant_transaction() as tx:
        return _found(await queries.find(tx, endpoint_id, delivery_id))


async def send_test(endpoint_id: UUID, actor: Actor) -> UUID:
    """Send a test, once, whether the endpoint is on or not; gives the delivery. Raises `NotFound`."""
    event_id, moment = uuid4(), clock.now()
    message = TrialMessage(
        id=event_id,
        type=TEST,
        api_version=API_VERSION,
        timestamp=moment,
        data=EndpointTold(endpoint=endpoint_id),
    )
    async with tenant_transaction() as tx:
        await _locked(tx, endpoint_id)
        await queries.add(
            tx,
            [endpoint_id],
            event_id,
            TEST,
            body=written(message),
            moment=moment,
            deadline_at=moment,
        )
        made = await queries.find_event(tx, endpoint_id, event_id)
        if made is None:
            raise NotFound
        await history.record(tx, actor, "webhook.tested", "webhook", endpoint_id)
        await now_due(tx)
    return made


async def replay(endpoint_id: UUID, delivery_id: UUID, actor: Actor) -> None:
    """Send one dead letter again, with the id it had.

    Raises:
        NotFound: There is none such here.
        EndpointOff: The endpoint is off.
        NothingToReplay: It is no dead letter, or not any more.
    """
    async with tenant_transaction() as tx:
        found = await _locked(tx, endpoint_id)
        _found(await queries.find(tx, endpoint_id, delivery_id))
        await _replay(tx, found, actor, delivery_id)


async def replay_all(endpoint_id: UUID, actor: Actor) -> int:
    """Send all dead letters of an endpoint again, and tell how many; raises as `replay` does."""
    async with tenant_transaction() as tx:
        return await _replay(tx, await _locked(tx, endpoint_id), actor)


async def _replay(
    tx: Transaction, endpoint: Endpoint, actor: Actor, only: UUID | None = None
) -> int:
    if endpoint.state != "on":
        raise EndpointOff
    moment: datetime = clock.now()
    number = await queries.replay(tx, endpoint.id, moment, moment + TRIED_FOR, only)
    if not number:
        raise NothingToReplay
    details = {"deliveries": number}
    await history.record(tx, actor, "webhook.replayed", "webhook", endpoint.id, details)
    await now_due(tx)
    return number


async def _locked(tx: Transaction, endpoint_id: UUID) -> Endpoint:
    endpoint = await endpoints.lock(tx, endpoint_id)
    if endpoint is None:
        raise NotFound
    return endpoint


def _found(found: Delivery | None) -> Delivery:
    if found is None:
        raise NotFound
    return found
