"""The outbox's handlers of the waiting list: each may run twice, and does everything once (C-28)."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final
from uuid import UUID, uuid5

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
from creneau.messages.receipts.schemas import Channel, NewReceipt
from creneau.messages.schemas import Reader, Telling
from creneau.messages.service import answering_for, offer_tellings
from creneau.messages.waiting import Offered, Wait
from creneau.messages.wording import service as wordings
from creneau.motives import queries as motives
from creneau.organisations import queries as organisations
from creneau.people import queries as people
from creneau.places import queries as places
from creneau.refusals import NotFound
from creneau.sms import service as sms
from creneau.sms.schemas import Sms
from creneau.waiting import queries, service
from creneau.waiting.events import FREED
from creneau.waiting.schemas import AboutEntry, AboutOffer, Entry, Freed, Offer, OfferMessage
from creneau.waiting.service.asking import JOINED_MAIL
from creneau.waiting.service.offering import OFFER_OVER, OFFERED

Deliver = Callable[[Message], Awaitable[None]]
TenantOf = Callable[[UUID], Awaitable[Tenant]]
PATH: Final = "attente"
OFFER_MAIL: Final = "mail.waiting_offer"


def handlers(deliver: Deliver, tenant_of: TenantOf) -> dict[str, Handler]:
    """Give the handler of each kind; `deliver` hands a message to the mail transport."""
    work = _Line(deliver, tenant_of)
    return {
        FREED: work.offer_freed,
        OFFER_OVER: work.end_offer,
        OFFERED: work.tell_offer,
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

    async def tell_offer(self, tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        offer_id = msgspec.convert(payload, AboutOffer, strict=False).offer_id
        with acting_for(await self._tenant_of(tenant_id)):
            found = await _open_offer(offer_id)
            if found is None:
                return  # answered already, on the page of who waits
            offer, entry = found
            tellings = await _tellings(entry)
            async with tenant_transaction() as tx:
                for telling in tellings:
                    await _post(tx, offer, telling, row_id)

    async def write_offer(self, tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        message = msgspec.convert(payload, OfferMessage, strict=False)
        with acting_for(await self._tenant_of(tenant_id)):
            reader = await _reader_of_offer(message.offer_id)
            address = reader.address(message.channel) if reader else None
            await receipts.attempt(row_id, lambda: self._offer(message, reader, row_id), address)

    async def _offer(self, message: OfferMessage, reader: Reader | None, row_id: UUID) -> None:
        found = await _open_offer(message.offer_id)
        if found is None:
            raise SetAsideError("outdated")
        offer, entry = found
        reader = _reachable(reader, message.channel)
        async with tenant_transaction() as tx:
            wait, offered = await _wait(tx, entry, reader), await _offered(tx, entry, offer)
            href = _href(await service.link_for(tx, entry.id))
        with acting_for(wait.tenant, reader.locale):
            if message.channel == "sms":
                text = letters.offered_sms(wait, offered, href)
                await sms.send(Sms(to=reader.phone, text=text, reference=str(row_id)))
            else:
                letter = letters.offered(wait, offered, href)
                await self._deliver(_message(letter, reader.email, row_id))

    async def write_joined(self, tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        entry_id = msgspec.convert(payload, AboutEntry, strict=False).entry_id
        with acting_for(await self._tenant_of(tenant_id)):
            entry = await _entry(entry_id)
            reader = await _reader(entry) if entry else None
            address = reader.email if reader else None
            await receipts.attempt(row_id, lambda: self._joined(entry, reader, row_id), address)

    async def _joined(self, entry: Entry | None, reader: Reader | None, row_id: UUID) -> None:
        if entry is None or entry.state not in {"waiting", "offered"}:
            raise SetAsideError("outdated")
        reader = _reachable(reader, "email")
        async with tenant_transaction() as tx:
            wait = await _wait(tx, entry, reader)
            href = _href(await service.link_for(tx, entry.id))
        with acting_for(wait.tenant, reader.locale):
            letter = letters.joined(wait, href)
            await self._deliver(_message(letter, reader.email, row_id))


async def _open_offer(offer_id: UUID) -> tuple[Offer, Entry] | None:
    async with tenant_transaction() as tx:
        offer = await queries.find_offer(tx, offer_id)
        entry = offer and await queries.find_entry(tx, offer.entry_id)
    if offer is None or entry is None:
        return None
    runs = offer.state == "open" and offer.held_until > clock_now()
    return (offer, entry) if runs else None


async def _entry(entry_id: UUID) -> Entry | None:
    async with tenant_transaction() as tx:
        return await queries.find_entry(tx, entry_id)


async def _tellings(entry: Entry) -> Sequence[Telling]:
    async with tenant_transaction() as tx:
        motive = await motives.find(tx, entry.motive_id)
    if motive is None:
        return ()
    try:
        return await offer_tellings(entry.person_id, motive)
    except NotFound:
        return ()  # erased meanwhile: nobody is to be told


async def _reader_of_offer(offer_id: UUID) -> Reader | None:
    async with tenant_transaction() as tx:
        offer = await queries.find_offer(tx, offer_id)
        entry = offer and await queries.find_entry(tx, offer.entry_id)
    return await _reader(entry) if entry else None


async def _reader(entry: Entry) -> Reader | None:
    try:
        return await answering_for(entry.person_id)
    except NotFound:
        return None  # erased meanwhile


def _reachable(reader: Reader | None, channel: Channel) -> Reader:
    if reader is None:
        raise SetAsideError("no_reader")
    if not reader.address(channel):
        raise SetAsideError("no_address")
    return reader


async def _post(tx: Transaction, offer: Offer, telling: Telling, row_id: UUID) -> None:
    reader, channel = telling.reader, telling.channel
    receipt = NewReceipt(
        about="waiting",
        occasion="waiting_offer",
        address=telling.address,
        reader=reader.key,
        reader_name=reader.name,
        channel=channel,
        booking_id=offer.booking_id,
        person_id=reader.person_id,
    )
    if telling.reason:
        await receipts.set_aside(tx, uuid5(row_id, reader.key), receipt, telling.reason)
        return
    message = OfferMessage(offer_id=offer.id, channel=channel)
    key = f"{OFFER_MAIL}:{offer.id}" if channel == "email" else f"{OFFER_MAIL}:{offer.id}:sms"
    await receipts.post(tx, OFFER_MAIL, message, receipt, key=key)


async def _wait(tx: Transaction, entry: Entry, reader: Reader) -> Wait:
    """Read who waits for what."""
    person = await people.find(tx, entry.person_id)
    motive = await motives.find(tx, entry.motive_id)
    if person is None or motive is None:
        raise SetAsideError("no_reader")
    return Wait(
        person=person,
        reader=reader.name,
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
        organisation=await organisations.find_organisation(tx, place.organisation_id),
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
