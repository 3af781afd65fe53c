"""The outbox's handlers of the waiting list: each may run twice, and does everything once (C-28)."""

from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau_infra.clock import now as clock_now
from creneau_infra.mail.schemas import Message
from creneau_infra.outbox.schemas import Handler

from creneau.context import Tenant, acting_for, current_tenant
from creneau.database import Transaction, tenant_transaction
from creneau.messages import waiting as letters
from creneau.messages.letter import Letter
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.rules import SetAsideError
from creneau.messages.waiting import Offered, Wait
from creneau.messages.wording import service as wordings
from creneau.motives import queries as motives
from creneau.people import queries as people
from creneau.places import queries as places
from creneau.waiting import queries, service
from creneau.waiting.events import FREED
from creneau.waiting.schemas import AboutEntry, AboutOffer, Entry, Freed, Offer
from creneau.waiting.service.asking import JOINED_MAIL
from creneau.waiting.service.offering import OFFER_MAIL, OFFER_OVER

Deliver = Callable[[Message], Awaitable[None]]
TenantOf = Callable[[UUID], Awaitable[Tenant]]
PATH: Final = "attente"


def handlers(deliver: Deliver, tenant_of: TenantOf) -> dict[str, Handler]:
    """Give the handler of each kind; `deliver` hands a message to the mail transport."""
    work = _Line(deliver, tenant_of)
    return {
        FREED: work.offer_freed,
        OFFER_OVER: work.end_offer,
        OFFER_MAIL: work.write_offer,
        JOINED_MAIL: work.write_joined,
    }


class _Line:
    def __init__(self, deliver: Deliver, tenant_of: TenantOf) -> None:
        self._deliver = deliver
        self._tenant_of = tenant_of

    async def offer_freed(self, tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        del row_id
        with acting_for(await self._tenant_of(tenant_id)):
            await service.offer_freed(msgspec.convert(payload, Freed, strict=False))

    async def end_offer(self, tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        del row_id
        with acting_for(await self._tenant_of(tenant_id)):
            await service.expire(msgspec.convert(payload, AboutOffer, strict=False).offer_id)

    async def write_offer(self, tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        offer_id = msgspec.convert(payload, AboutOffer, strict=False).offer_id
        tenant = await self._tenant_of(tenant_id)

        async def send() -> None:
            async with tenant_transaction() as tx:
                offer = await queries.find_offer(tx, offer_id)
                entry = offer and await queries.find_entry(tx, offer.entry_id)
                if offer is None or entry is None or not _runs(offer):
                    raise SetAsideError("outdated")
                wait = await _wait(tx, entry)
                offered = await _offered(tx, entry, offer)
                token = await service.link_for(tx, entry.id)
            with acting_for(tenant, wait.person.locale):
                letter = letters.offered(wait, offered, _href(token))
                await self._deliver(_message(letter, wait.person.email, row_id))

        with acting_for(tenant):
            await receipts.attempt(row_id, send, await _address_of_offer(offer_id))

    async def write_joined(self, tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        entry_id = msgspec.convert(payload, AboutEntry, strict=False).entry_id
        tenant = await self._tenant_of(tenant_id)

        async def send() -> None:
            async with tenant_transaction() as tx:
                entry = await queries.find_entry(tx, entry_id)
                if entry is None or entry.state not in {"waiting", "offered"}:
                    raise SetAsideError("outdated")
                wait = await _wait(tx, entry)
                token = await service.link_for(tx, entry.id)
            with acting_for(tenant, wait.person.locale):
                letter = letters.joined(wait, _href(token))
                await self._deliver(_message(letter, wait.person.email, row_id))

        with acting_for(tenant):
            await receipts.attempt(row_id, send, await _address_of_entry(entry_id))


async def _address_of_offer(offer_id: UUID) -> str | None:
    async with tenant_transaction() as tx:
        offer = await queries.find_offer(tx, offer_id)
    return await _address_of_entry(offer.entry_id) if offer else None


async def _address_of_entry(entry_id: UUID) -> str | None:
    async with tenant_transaction() as tx:
        entry = await queries.find_entry(tx, entry_id)
        person = entry and await people.find(tx, entry.person_id)
    return person.email if person else None


def _runs(offer: Offer) -> bool:
    return offer.state == "open" and offer.held_until > clock_now()


async def _wait(tx: Transaction, entry: Entry) -> Wait:
    """Read who waits for what; whoever has no address any more is not written to."""
    person = await people.find(tx, entry.person_id)
    motive = await motives.find(tx, entry.motive_id)
    if person is None or motive is None:
        raise SetAsideError("no_reader")
    if not person.email:
        raise SetAsideError("no_address")
    return Wait(
        person=person,
        motive=motive,
        place=await places.find(tx, entry.place_id) if entry.place_id else None,
        before=entry.wanted_before,
        tenant=current_tenant.get(),
        wordings=await wordings.own_in(tx, motive.id),
    )


async def _offered(tx: Transaction, entry: Entry, offer: Offer) -> Offered:
    place = await places.find(tx, offer.place_id)
    if place is None:
        raise LookupError("an offer without its place")
    own = await queries.own_booking(tx, entry.person_id, entry.motive_id, clock_now())
    return Offered(
        place=place,
        starts_at=offer.starts_at,
        held_until=offer.held_until,
        moves=own.starts_at if own else None,
    )


def _href(token: str) -> str:
    return f"{current_tenant.get().public_url}/{PATH}/{token}"


def _message(letter: Letter, to: str, row_id: UUID) -> Message:
    # The same row sent twice keeps its id: mail servers and readers drop the second.
    return Message(
        to=to,
        subject=letter.subject,
        text=letter.text(),
        html=letter.html(),
        message_id=str(row_id),
    )
