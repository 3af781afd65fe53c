"""What is written about the waiting list: to whom, by which way, and whether it may be once more."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from creneau_infra.clock import now as clock_now

from creneau.confidentiality.service import is_confidential
from creneau.database import tenant_transaction
from creneau.messages.receipts.schemas import NewReceipt, Posting, Receipt
from creneau.messages.schemas import Reader
from creneau.messages.service import answering_for
from creneau.refusals import NotFound
from creneau.waiting import queries
from creneau.waiting.schemas import AboutEntry, Entry, Offer, OfferMessage

OFFER_MAIL: Final = "mail.waiting_offer"
JOINED_MAIL: Final = "mail.waiting_joined"


def offer_posting(offer: Offer, reader: Reader, message: OfferMessage) -> Posting:
    """Say to whom an offer is written, and by which way."""
    receipt = NewReceipt(
        about="waiting",
        occasion="waiting_offer",
        address=reader.address(message.channel),
        reader=reader.key,
        reader_name=reader.name,
        channel=message.channel,
        booking_id=offer.booking_id,
        about_id=offer.id,
        person_id=reader.person_id,
    )
    return Posting(kind=OFFER_MAIL, payload=message, receipt=receipt)


def joined_posting(entry: Entry, reader: Reader | None = None) -> Posting:
    """Say to whom it is written that they are on the list; without a reader, who waits."""
    receipt = NewReceipt(
        about="waiting",
        occasion="waiting_joined",
        address=reader.email if reader else "",
        reader_name=reader.name if reader else "",
        about_id=entry.id,
        person_id=reader.person_id if reader else entry.person_id,
    )
    return Posting(kind=JOINED_MAIL, payload=AboutEntry(entry_id=entry.id), receipt=receipt)


async def open_offer(offer_id: UUID) -> tuple[Offer, Entry] | None:
    """Read an offer that can still be answered, and who waits; None where it cannot any more."""
    async with tenant_transaction() as tx:
        offer = await queries.find_offer(tx, offer_id)
        entry = offer and await queries.find_entry(tx, offer.entry_id)
    if offer is None or entry is None:
        return None
    runs = offer.state == "open" and offer.held_until > clock_now()
    return (offer, entry) if runs else None


async def waiting_entry(entry_id: UUID) -> Entry | None:
    """Read the place in line of somebody who still waits, with or without an offer."""
    async with tenant_transaction() as tx:
        entry = await queries.find_entry(tx, entry_id)
    return entry if entry is not None and entry.state in {"waiting", "offered"} else None


async def reader_of(entry: Entry) -> Reader | None:
    """Find who reads what is for somebody who waits; None once erased, or where it is confidential."""
    if await is_confidential(entry.person_id, entry.motive_id):
        return None
    try:
        return await answering_for(entry.person_id)
    except NotFound:
        return None


async def still_told(receipts: Sequence[Receipt]) -> frozenset[UUID]:
    """Name those of some receipts whose offer is open, or whose place in line is kept."""
    ids = [receipt.about_id for receipt in receipts if receipt.about_id is not None]
    if not ids:
        return frozenset()
    async with tenant_transaction() as tx:
        current = await queries.still_current(tx, ids, clock_now())
    return frozenset(receipt.id for receipt in receipts if receipt.about_id in current)
