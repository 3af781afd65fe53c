"""A tenant's own sender and mail server: typed, confirmed, tested, switched (C-80)."""

from datetime import datetime
from typing import Final
from uuid import UUID

from creneau.context import VISITOR, Actor, current_tenant
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.messages.receipts.schemas import NewReceipt
from creneau.messages.receipts.service import post
from creneau.refusals import ChangedMeanwhile, NotFound
from creneau_infra import clock
from creneau_infra.mail.errors import Trouble
from creneau_infra.mail.servers import MailServer
from creneau_infra.sealing import seal, unseal
from creneau_infra.tokens import digest

from creneau_tenants.mailing import queries
from creneau_tenants.mailing.errors import (
    NoServer,
    NotConfirmed,
    NothingToConfirm,
    NotTested,
)
from creneau_tenants.mailing.rules import (
    TIME_TO_CONFIRM,
    checked_address,
    checked_password,
    checked_server,
    same_connection,
)
from creneau_tenants.mailing.schemas import Confirmation, MailState, ServerSettings, ToConfirm

KIND: Final = "mail_setting"
CONFIRMATION_MAIL: Final = "mail.sender_confirmation"


async def state(tenant_id: UUID | None = None) -> MailState:
    """Read what a tenant has set: the current one, or another in work that no request asked for."""
    async with tenant_transaction(tenant_id) as tx:
        return await queries.state(tx)


async def choose_address(typed: str, actor: Actor, *, seen: datetime | None) -> str:
    """Take another sender address, and give it cleaned; empty is none.

    A mail with a link goes there. Until the link is followed, answers go there and nothing comes
    from there.

    Raises:
        ChangedMeanwhile: Somebody else has changed something since.
        InvalidInput: It is not an address.
    """
    address = checked_address(typed)
    async with tenant_transaction() as tx:
        before = await _locked(tx, seen)
        if before.address == address:
            return address
        asked_at = clock.now() if address else None
        await queries.set_address(tx, address, asked_at)
        await queries.forget_confirmations(tx)
        if asked_at is not None:
            await _ask(tx, address, asked_at)
        await _record(tx, actor, "mail.address_changed")
    return address


async def ask_again(actor: Actor) -> None:
    """Send the mail with the link once more.

    Raises:
        NothingToConfirm: There is no address, or it is confirmed.
    """
    async with tenant_transaction() as tx:
        found = await queries.locked(tx)
        if not found.address or found.confirmed_at is not None:
            raise NothingToConfirm
        asked_at = clock.now()
        await queries.set_asked(tx, asked_at)
        await _ask(tx, found.address, asked_at)
        await _record(tx, actor, "mail.address_asked_again")


async def _ask(tx: Transaction, address: str, asked_at: datetime) -> None:
    key = f"{CONFIRMATION_MAIL}:{asked_at.isoformat()}"
    receipt = NewReceipt(
        about="agent", occasion="sender_confirmation", address=address, reader="sender"
    )
    await post(tx, CONFIRMATION_MAIL, ToConfirm(asked_at=asked_at), receipt, key=key)


async def confirmation(secret: str) -> str:
    """Give the address that a link would confirm; looking changes nothing.

    Raises:
        NotFound: It is none of our links, or too old, or another address was chosen since.
    """
    async with tenant_transaction() as tx:
        return await _confirmed_by(tx, secret, await queries.state(tx))


async def confirm(secret: str) -> str:
    """Let mails come from the address of a link, and give it.

    Raises:
        NotFound: It is none of our links, or too old, or another address was chosen since.
    """
    async with tenant_transaction() as tx:
        address = await _confirmed_by(tx, secret, await queries.locked(tx))
        await queries.set_confirmed(tx, clock.now())
        await queries.forget_confirmations(tx)
        await _record(tx, VISITOR, "mail.address_confirmed")
    return address


async def _confirmed_by(tx: Transaction, secret: str, now: MailState) -> str:
    wanted: Confirmation | None = await queries.confirmation(tx, digest(secret))
    if wanted is None or wanted.address != now.address:
        raise NotFound
    if clock.now() - wanted.asked_at > TIME_TO_CONFIRM:
        raise NotFound
    return wanted.address


async def set_server(
    settings: ServerSettings, password: str, actor: Actor, *, seen: datetime | None
) -> MailState:
    """Take another server; an empty password keeps the one there is, for the same user and host.

    A change of the way there switches it off until it was tested again. Gives what was before.

    Raises:
        ChangedMeanwhile: Somebody else has changed something since.
        InvalidInput: A field cannot be used.
    """
    typed = checked_password(password)
    async with tenant_transaction() as tx:
        before = await _locked(tx, seen)
        # A password is never sent to another host than the one that it was typed for.
        kept = before.password if before.host == settings.host.strip().lower() else None
        kept = kept if settings.username.strip() else None
        clean = checked_server(settings, has_password=bool(typed or kept))
        sealed = seal(typed) if typed else kept
        same = not typed and same_connection(before, clean)
        await queries.set_server(tx, clean, sealed, tested=same)
        await _record(tx, actor, "mail.server_changed")
    return before


async def forget_server(actor: Actor) -> None:
    """Have mails leave by the platform's server again, and forget the password."""
    async with tenant_transaction() as tx:
        await queries.locked(tx)
        await queries.set_server(tx, ServerSettings(host=""), None, tested=False)
        await _record(tx, actor, "mail.server_forgotten")


async def to_test() -> MailState:
    """Read the settings for a test.

    Raises:
        NoServer: No server is set up.
        NotConfirmed: The sender address is not confirmed.
    """
    found = await state()
    _require_whole(found)
    return found


def _require_whole(found: MailState) -> None:
    if found.server is None:
        raise NoServer
    if found.confirmed_at is None:
        raise NotConfirmed


async def mark_tested(tested: MailState, actor: Actor) -> None:
    """Note that a mail has left by the settings as they were."""
    async with tenant_transaction() as tx:
        await queries.set_tested(tx, tested.updated_at, clock.now())
        await _record(tx, actor, "mail.server_tested")


async def switch(actor: Actor, *, on: bool) -> None:
    """Have mails leave by the tenant's own server, or by the platform's again.

    Raises:
        NoServer: No server is set up.
        NotConfirmed: The sender address is not confirmed.
        NotTested: No mail has left by it yet.
    """
    async with tenant_transaction() as tx:
        found = await queries.locked(tx)
        if on:
            _require_whole(found)
        if on and found.tested_at is None:
            raise NotTested
        await queries.set_enabled(tx, on=on)
        await _record(tx, actor, "mail.switched")


def server_of(found: MailState) -> MailServer:
    """Give the server with its password opened.

    Raises:
        NoServer: There is none.
    """
    if found.server is None:
        raise NoServer
    return MailServer(
        host=found.host,
        port=found.port,
        security=found.security,
        user=found.username,
        password=unseal(found.password) if found.password else "",
    )


async def note_trouble(tenant_id: UUID, trouble: Trouble) -> datetime:
    """Keep what is wrong with a tenant's server, and give the moment since when it is."""
    async with tenant_transaction(tenant_id) as tx:
        return await queries.note_trouble(tx, trouble, clock.now())


async def forget_trouble(tenant_id: UUID) -> None:
    """Note that a tenant's server works."""
    async with tenant_transaction(tenant_id) as tx:
        await queries.forget_trouble(tx)


async def _locked(tx: Transaction, seen: datetime | None) -> MailState:
    """Lock the settings; `seen` None: nothing was set when the form was made."""
    made = await queries.make(tx)
    before = await queries.locked(tx)
    if seen != (None if made else before.updated_at):
        raise ChangedMeanwhile(MailState() if made else before)
    return before


async def _record(tx: Transaction, actor: Actor, action: str) -> None:
    await history.record(tx, actor, action, KIND, current_tenant.get().id)
