"""Writing down that somebody is told, by each way that was chosen: a row and its receipt (C-82)."""

from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from creneau.database import Transaction
from creneau.messages.receipts import service as receipts
from creneau.messages.receipts.schemas import Posting
from creneau.messages.schemas import Telling

SUFFIXES: Final = {"email": "", "sms": ":sms"}


async def write_down(  # noqa: PLR0913 - what is told, to whom, why, and when
    tx: Transaction,
    posting: Posting,
    telling: Telling,
    cause: UUID,
    *,
    key: str,
    due_at: datetime | None = None,
) -> None:
    """Have a message sent after the commit, or keep why it is not; `cause` is the row that tells.

    Writing down the same again adds nothing: `key` names the message, whatever its way. An SMS
    leaves at `due_at` (aware), or at once; a mail always at once.
    """
    if telling.reason:
        aside = uuid5(cause, telling.reader.key)
        await receipts.set_aside(tx, aside, posting.receipt, telling.reason)
        return
    due = due_at if telling.channel == "sms" else None
    await receipts.post_as(tx, posting, key=key + SUFFIXES[telling.channel], due_at=due)
