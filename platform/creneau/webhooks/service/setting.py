"""Endpoints are set up, changed, stopped and removed; each change is in the history."""

from collections.abc import Mapping
from uuid import UUID

from creneau_infra import clock, outgoing
from creneau_infra.sealing import seal

from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.history.rules import changed_fields
from creneau.i18n import gettext as _
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound
from creneau.webhooks.events import now_due
from creneau.webhooks.queries import deliveries
from creneau.webhooks.queries import endpoints as queries
from creneau.webhooks.rules import MOST_ENDPOINTS, OVERLAP, TRIED_FOR, checked_endpoint
from creneau.webhooks.schemas import Counts, Endpoint, EndpointDraft
from creneau.webhooks.signing import new_secret

FIELDS = ("address", "description", "events")


async def create(
    draft: EndpointDraft, actor: Actor, resolve: outgoing.Resolve = outgoing.resolved
) -> tuple[UUID, str]:
    """Have an address told of events from now on, and give its secret, shown once only.

    Raises:
        InvalidInput: A field cannot be used, the address may not be called or is told already,
            or there are too many.
    """
    clean = checked_endpoint(draft)
    await _require_callable(clean.address, resolve)
    secret = new_secret()
    async with tenant_transaction() as tx:
        await queries.lock_number(tx)
        if await queries.number(tx) >= MOST_ENDPOINTS:
            raise InvalidInput({"address": _too_many()})
        made = await queries.insert(tx, clean, seal(secret))
        if made is None:
            raise InvalidInput({"address": _known()})
        await history.record(tx, actor, "webhook.created", "webhook", made)
    return made, secret


async def endpoints() -> list[Endpoint]:
    """List the tenant's endpoints, by address."""
    async with tenant_transaction() as tx:
        return await queries.endpoints(tx)


async def endpoint(endpoint_id: UUID) -> Endpoint:
    """Read one endpoint.

    Raises:
        NotFound: There is none such here.
    """
    async with tenant_transaction() as tx:
        return _found(await queries.find(tx, endpoint_id))


async def counts() -> Mapping[UUID, Counts]:
    """Tell how the deliveries of each endpoint stand; one to which nothing was sent is not there."""
    async with tenant_transaction() as tx:
        return {one.endpoint_id: one for one in await queries.counts(tx)}


async def update(
    endpoint_id: UUID,
    draft: EndpointDraft,
    version: int,
    actor: Actor,
    resolve: outgoing.Resolve = outgoing.resolved,
) -> Endpoint:
    """Change an endpoint, and give it as it was; what waits goes to the new address.

    Raises:
        NotFound: There is none such here.
        InvalidInput: A field cannot be used, or the address may not be called or is told already.
        ChangedMeanwhile: Somebody else saved it since `version`.
    """
    clean = checked_endpoint(draft)
    await _require_callable(clean.address, resolve)
    async with tenant_transaction() as tx:
        before = _found(await queries.lock(tx, endpoint_id))
        written = await queries.update(tx, endpoint_id, clean, version)
        if written is None:
            raise InvalidInput({"address": _known()})
        if not written:
            raise ChangedMeanwhile(before)
        await _record(tx, actor, "updated", endpoint_id, _changed(before, clean))
    return before


async def pause(endpoint_id: UUID, actor: Actor) -> None:
    """Stop telling an endpoint; raises `NotFound`.

    What happens meanwhile is not noted for it; what waits stays. Nothing happens if it is off.
    """
    async with tenant_transaction() as tx:
        _found(await queries.lock(tx, endpoint_id))
        if await queries.pause(tx, endpoint_id):
            await _record(tx, actor, "paused", endpoint_id)


async def resume(endpoint_id: UUID, actor: Actor) -> None:
    """Tell an endpoint again, and send what waits; raises `NotFound`. Nothing happens if it is on."""
    moment = clock.now()
    async with tenant_transaction() as tx:
        _found(await queries.lock(tx, endpoint_id))
        if await queries.resume(tx, endpoint_id):
            await deliveries.give_more_time(tx, endpoint_id, moment, moment + TRIED_FOR)
            await _record(tx, actor, "resumed", endpoint_id)
            await now_due(tx)


async def rotate(endpoint_id: UUID, version: int, actor: Actor) -> str:
    """Give an endpoint another secret, shown once only; the one before it signs for another day.

    The one before that, if it still signed, ends at once.

    Raises:
        NotFound: There is none such here.
        ChangedMeanwhile: It was changed since `version`: the same form sent twice acts once.
    """
    secret = new_secret()
    async with tenant_transaction() as tx:
        before = _found(await queries.lock(tx, endpoint_id))
        until = clock.now() + OVERLAP
        if not await queries.rotate(tx, endpoint_id, seal(secret), until, version):
            raise ChangedMeanwhile(before)
        await _record(tx, actor, "secret_changed", endpoint_id)
    return secret


async def remove(endpoint_id: UUID, actor: Actor) -> None:
    """Tell an endpoint nothing any more, and forget all that was sent to it; raises `NotFound`."""
    async with tenant_transaction() as tx:
        if not await queries.delete(tx, endpoint_id):
            raise NotFound
        await _record(tx, actor, "removed", endpoint_id)


async def _require_callable(address: str, resolve: outgoing.Resolve) -> None:
    try:
        await outgoing.require_callable(address, resolve)
    except outgoing.AddressRefusedError as error:
        raise InvalidInput({"address": _refused(address)}) from error
    except outgoing.OutgoingError as error:
        sentence = _("Ce nom ne mène nulle part pour l’instant. Vérifiez l’adresse.")
        raise InvalidInput({"address": sentence}) from error


def _refused(address: str) -> str:
    if not outgoing.is_acceptable(address):
        return _("Écrivez une adresse qui commence par https://, sans nom ni mot de passe dedans.")
    return _(
        "Cette adresse mène dans un réseau privé : elle ne peut pas être appelée. Donnez une adresse"
        " ouverte sur internet."
    )


def _known() -> str:
    return _("Cette adresse reçoit déjà des événements. Modifiez plutôt son webhook.")


def _too_many() -> str:
    return _("Votre espace a déjà %(most)s webhooks : retirez-en un d’abord.", most=MOST_ENDPOINTS)


def _changed(before: Endpoint, after: EndpointDraft) -> dict[str, object]:
    same_events = set(before.events) == set(after.events)
    fields = changed_fields(before, after, FIELDS[:2])
    return {"changed": fields if same_events else [*fields, "events"]}


async def _record(
    tx: Transaction,
    actor: Actor,
    what: str,
    endpoint_id: UUID,
    details: Mapping[str, object] | None = None,
) -> None:
    await history.record(tx, actor, f"webhook.{what}", "webhook", endpoint_id, details)


def _found(found: Endpoint | None) -> Endpoint:
    if found is None:
        raise NotFound
    return found
