"""The demo's phone: SMS that would have been sent lie in the mailbox, beside the mails."""

from email.message import EmailMessage
from typing import Final

from creneau_infra.clock import now
from creneau_infra.mail.building import one_line
from creneau_infra.mail.mailbox import PHONE, PHONE_SENDER, Mailbox
from creneau_infra.mail.transports import mailbox_of
from creneau_infra.settings import Settings
from creneau_infra.sms.schemas import ShortMessage

DOMAIN: Final = "sms.invalid"


class _Current:
    mailbox: Mailbox | None = None


def configure(settings: Settings) -> None:
    """Take the mailbox of the settings; production has none, and no phone."""
    production = settings.environment == "production"
    _Current.mailbox = None if production else mailbox_of(settings.data_dir)


def is_there() -> bool:
    """Tell whether this process has a phone to send to."""
    return _Current.mailbox is not None


async def receive(message: ShortMessage) -> str:
    """Keep an SMS and give its id; the same reference again adds nothing.

    Raises:
        LookupError: This process has no phone.
    """
    if _Current.mailbox is None:
        raise LookupError("no phone in this process")
    return await _Current.mailbox.keep(_as_mail(message))


def _as_mail(message: ShortMessage) -> EmailMessage:
    kept = EmailMessage()
    kept["Subject"] = "SMS"
    kept["Date"] = now()
    kept["Message-ID"] = f"<{one_line(message.reference)}@{DOMAIN}>"
    kept[PHONE] = one_line(message.to)
    kept[PHONE_SENDER] = one_line(message.sender) or "SMS"
    kept.set_content(message.text)
    return kept
