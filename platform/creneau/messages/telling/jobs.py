"""The one place where what is told leaves, whatever it is about and by whichever way (C-80, C-82)."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from creneau_infra.mail.schemas import Message
from creneau_infra.outbox.schemas import Handler

from creneau.context import Tenant, acting_for, current_tenant
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.rules import SetAsideError
from creneau.messages.receipts.schemas import Posting
from creneau.messages.schemas import Reader
from creneau.messages.telling.schemas import Mail, Told
from creneau.sms import service as sms
from creneau.sms.schemas import Sms

Deliver = Callable[[Message], Awaitable[None]]
TenantOf = Callable[[UUID], Awaitable[Tenant]]
Find = Callable[[Any], Awaitable[Told]]
Instead = Callable[[Any], Awaitable[Posting | None]]


async def nothing_instead(_payload: Any) -> Posting | None:
    """Have nothing take the place of what is refused."""
    return None


class Teller:
    """Sends what the rows of the outbox say, and keeps what became of it."""

    def __init__(self, deliver: Deliver, tenant_of: TenantOf) -> None:
        """Keep what hands a mail over, and what names a tenant."""
        self._deliver = deliver
        self._tenant_of = tenant_of

    def telling(self, find: Find, instead: Instead = nothing_instead) -> Handler:
        """Give the handler of one kind of message.

        `find` reads what a row's payload says now; `instead` gives the mail by which an SMS is
        replaced that is refused for good, written with the receipt of the refusal or not at all.
        Both run for the tenant, outside any transaction.
        """

        async def tell(tenant_id: UUID, row_id: UUID, payload: Any) -> None:
            with acting_for(await self._tenant_of(tenant_id)):
                told = await find(payload)
                await receipts.attempt(
                    row_id,
                    lambda: self._send(told, row_id),
                    told.address,
                    instead=lambda: instead(payload),
                )

        return tell

    async def _send(self, told: Told, row_id: UUID) -> None:
        reader = told.reader
        if (reason := told.why_not) or reader is None:
            raise SetAsideError(reason or "no_reader")
        with acting_for(current_tenant.get(), reader.locale):
            if told.channel == "sms" and told.text is not None:
                text = await told.text()
                await sms.send(Sms(to=reader.phone, text=text, reference=str(row_id)))
            else:
                await self._deliver(_message(await told.mail(), reader, row_id))


def _message(mail: Mail, reader: Reader, row_id: UUID) -> Message:
    # The same row sent twice keeps its id: mail servers and readers drop the second.
    return Message(
        to=reader.email,
        subject=mail.letter.subject,
        text=mail.letter.text(),
        html=mail.letter.html(),
        reply_to=mail.reply_to,
        attachments=mail.attachments,
        message_id=str(row_id),
    )
