"""The outbox's handlers of the waiting list: each may run twice, and does everything once (C-28)."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau_infra.clock import now as clock_now
from creneau_infra.outbox.schemas import Handler

from creneau.context import acting_for, current_tenant
from creneau.database import Transaction, tenant_transaction
from creneau.messages import waiting as letters
from creneau.messages.receipts.rules import SetAsideError
from creneau.messages.receipts.schemas import Posting
from creneau.messages.schemas import Reader, Telling
from creneau.messages.service import goes_by_mail_instead, offer_tellings
from creneau.messages.telling.jobs import Deliver, Teller, TenantOf
from creneau.messages.telling.schemas import Mail, Told, nobody_reads
from creneau.messages.telling.service import write_down
from creneau.messages.waiting import Offered, Wait
from creneau.messages.wording import service as wordings
from creneau.motives import queries as motives
from creneau.organisations import queries as organisations
from creneau.people import queries as people
from creneau.places import queries as places
from creneau.refusals import NotFound
from creneau.waiting import queries, service
from creneau.waiting.events import FREED
from creneau.waiting.schemas import AboutEntry, AboutOffer, Entry, Freed, Offer, OfferMessage
from creneau.waiting.service.offering import OFFER_OVER, OFFERED
from creneau.waiting.service.telling import (
    JOINED_MAIL,
    OFFER_MAIL,
    offer_posting,
    open_offer,
    reader_of,
    waiting_entry,
)

PATH: Final = "attente"


def handlers(deliver: Deliver, tenant_of: TenantOf) -> dict[str, Handler]:
    """Give the handler of each kind; `deliver` hands a message to the mail transport."""
    line, teller = _Line(tenant_of), Teller(deliver, tenant_of)
    return {
        FREED: line.offer_freed,
        OFFER_OVER: line.end_offer,
        OFFERED: line.tell_offer,
        OFFER_MAIL: teller.telling(_offer, _mail_instead),
        JOINED_MAIL: teller.telling(_joined),
    }


class _Line:
    def __init__(self, tenant_of: TenantOf) -> None:
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
            found = await open_offer(offer_id)
            if found is None:
                return  # answered already, on the page of who waits
            offer, entry = found
            tellings = await _tellings(entry)
            async with tenant_transaction() as tx:
                for telling in tellings:
                    message = OfferMessage(offer_id=offer.id, channel=telling.channel)
                    posting = offer_posting(offer, telling.reader, message)
                    key = f"{OFFER_MAIL}:{offer.id}"
                    await write_down(tx, posting, telling, row_id, key=key)


async def _tellings(entry: Entry) -> Sequence[Telling]:
    async with tenant_transaction() as tx:
        motive = await motives.find(tx, entry.motive_id)
    if motive is None:
        return ()
    try:
        return await offer_tellings(entry.person_id, motive)
    except NotFound:
        return ()  # erased meanwhile: nobody is to be told


async def _offer(payload: Any) -> Told:
    message = msgspec.convert(payload, OfferMessage, strict=False)
    found = await open_offer(message.offer_id)
    reader = await reader_of(found[1]) if found else None
    if found is None or reader is None:
        return Told(reader=None, mail=nobody_reads, reason=None if found else "offer_over")
    offer, entry = found

    async def mail() -> Mail:
        return Mail(letter=letters.offered(*await _words(entry, offer, reader)))

    async def text() -> str:
        return letters.offered_sms(*await _words(entry, offer, reader))

    return Told(reader=reader, channel=message.channel, mail=mail, text=text)


async def _words(entry: Entry, offer: Offer, reader: Reader) -> tuple[Wait, Offered, str]:
    async with tenant_transaction() as tx:
        href = _href(await service.link_for(tx, entry.id))
        return await _wait(tx, entry, reader), await _offered(tx, entry, offer), href


async def _mail_instead(payload: Any) -> Posting | None:
    """Have a mail offer what an SMS will never offer: who asked to be told is told, by one way."""
    message = msgspec.convert(payload, OfferMessage, strict=False)
    found = await open_offer(message.offer_id)
    reader = await reader_of(found[1]) if found else None
    if found is None or reader is None:
        return None
    offer, entry = found
    async with tenant_transaction() as tx:
        motive = await motives.find(tx, entry.motive_id)
    if motive is None or not await goes_by_mail_instead(reader, motive, essential=True):
        return None
    by_mail = msgspec.structs.replace(message, channel="email")
    return offer_posting(offer, reader, by_mail)


async def _joined(payload: Any) -> Told:
    entry = await waiting_entry(msgspec.convert(payload, AboutEntry, strict=False).entry_id)
    reader = await reader_of(entry) if entry else None
    if entry is None or reader is None:
        return Told(reader=None, mail=nobody_reads, reason=None if entry else "outdated")

    async def mail() -> Mail:
        async with tenant_transaction() as tx:
            wait = await _wait(tx, entry, reader)
            href = _href(await service.link_for(tx, entry.id))
        return Mail(letter=letters.joined(wait, href))

    return Told(reader=reader, mail=mail)


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
