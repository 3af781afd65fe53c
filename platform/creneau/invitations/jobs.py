"""The outbox's handlers of invitations: writing them, and reminding of them; each bears running twice."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from creneau_infra import clock
from creneau_infra.outbox.schemas import Handler

from creneau.agents import queries as agents
from creneau.context import SYSTEM, acting_for, current_tenant
from creneau.database import Transaction, tenant_transaction
from creneau.history.queries import record
from creneau.invitations import queries
from creneau.invitations.schemas import AboutInvitation, Invitation, InvitationMessage
from creneau.invitations.service.inviting import link_for
from creneau.invitations.service.telling import (
    INVITATION_MAIL,
    REMINDER_DUE,
    is_silent,
    open_invitation,
    posting,
    reader_of,
)
from creneau.messages import invitations as letters
from creneau.messages.invitations import Invite
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.rules import SetAsideError
from creneau.messages.receipts.schemas import Posting
from creneau.messages.reminders.service import sms_not_before
from creneau.messages.schemas import Reader
from creneau.messages.telling.jobs import Deliver, Teller, TenantOf
from creneau.messages.telling.schemas import Mail, Told, nobody_reads
from creneau.motives import queries as motives
from creneau.organisations import queries as organisations
from creneau.people import queries as people

PATH: Final = "invitation"


def handlers(deliver: Deliver, tenant_of: TenantOf) -> dict[str, Handler]:
    """Give the handler of each kind; `deliver` hands a message to the mail transport."""
    teller = Teller(deliver, tenant_of)
    return {
        INVITATION_MAIL: teller.telling(_invitation, _mail_instead),
        REMINDER_DUE: _reminding(tenant_of),
    }


def _reminding(tenant_of: TenantOf) -> Handler:
    async def remind(tenant_id: UUID, row_id: UUID, payload: Any) -> None:
        del row_id
        about = msgspec.convert(payload, AboutInvitation, strict=False)
        with acting_for(await tenant_of(tenant_id)):
            await _remind(about.invitation_id)

    return remind


async def _remind(invitation_id: UUID) -> None:
    """Remind whoever has not booked, by the same way; once, and not where nobody is reminded any more."""
    found = await open_invitation(invitation_id)
    reader = await reader_of(found) if found else None
    if found is None or reader is None or found.channel == "letter" or await is_silent(found):
        return
    message = InvitationMessage(invitation_id=found.id, channel=found.channel, reminder=True)
    told, leaves_at = posting(found, reader, message), await _leaves_at(found)
    async with tenant_transaction() as tx:
        if (await queries.rule(tx)).remind_after_days is None:
            return
        if not await queries.note_reminded(tx, found.id, clock.now()):
            return
        await receipts.post_as(tx, told, key=f"{told.kind}:{found.id}:reminder", due_at=leaves_at)
        await record(tx, SYSTEM, "invitation.reminded", "person", found.person_id)


async def _leaves_at(invitation: Invitation) -> datetime | None:
    if invitation.channel != "sms":
        return None
    return await sms_not_before(invitation.organisation_id, clock.now())


async def _invitation(payload: Any) -> Told:
    message = msgspec.convert(payload, InvitationMessage, strict=False)
    found = await open_invitation(message.invitation_id)
    reader = await reader_of(found) if found else None
    if found is None or reader is None:
        reason = None if found else "invitation_over"
        return Told(reader=None, mail=nobody_reads, reason=reason)
    if await is_silent(found):
        return Told(reader=None, mail=nobody_reads, reason="confidential")

    async def mail() -> Mail:
        return Mail(letter=letters.invited(*await _words(found, reader, message)))

    async def text() -> str:
        return letters.invited_sms(*await _words(found, reader, message))

    return Told(reader=reader, channel=message.channel, mail=mail, text=text)


async def _words(
    invitation: Invitation, reader: Reader, message: InvitationMessage
) -> tuple[Invite, str]:
    async with tenant_transaction() as tx:
        invite = await _invite(tx, invitation, reader, reminder=message.reminder)
        href = f"{current_tenant.get().public_url}/{PATH}/{await link_for(tx, invitation.id)}"
    return invite, href


async def _invite(
    tx: Transaction, invitation: Invitation, reader: Reader, *, reminder: bool
) -> Invite:
    person = await people.find(tx, invitation.person_id)
    organisation = await organisations.find_organisation(tx, invitation.organisation_id)
    motive = await motives.find(tx, invitation.motive_id) if invitation.motive_id else None
    by = await agents.find(tx, invitation.made_by) if invitation.made_by else None
    if person is None or organisation is None:
        raise SetAsideError("no_reader")
    return Invite(
        reader_name=reader.name,
        person_name=f"{person.first_name} {person.last_name}",
        what=motive.name if motive else invitation.category,
        last_day=invitation.last_day,
        message=invitation.message,
        signed_by=by.display_name if by else "",
        organisation=organisation,
        tenant=current_tenant.get(),
        reminder=reminder,
    )


async def _mail_instead(payload: Any) -> Posting | None:
    """Have a mail invite whom an SMS will never reach, where there is an address."""
    message = msgspec.convert(payload, InvitationMessage, strict=False)
    found = await open_invitation(message.invitation_id)
    reader = await reader_of(found) if found else None
    if found is None or reader is None or not reader.email or await is_silent(found):
        return None
    return posting(found, reader, msgspec.structs.replace(message, channel="email"))
