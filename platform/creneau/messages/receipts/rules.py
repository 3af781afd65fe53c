"""Why a message did not leave, as a stable code, read from what the mail server or the code said."""

import re
from collections.abc import Mapping
from typing import Final

from creneau_infra.errors import PermanentError
from creneau_infra.mail.errors import MailRefusedError, ServerAwayError
from creneau_infra.mail.replies import Reply, reply_of
from creneau_infra.outbox.rules import wait_before
from creneau_infra.sms.errors import GatewayAwayError

from creneau.messages.receipts.schemas import Reason
from creneau.sms.errors import LimitReached, NotMobile, NumberAbroad, SmsOff, SmsRefused

FIRST_PERMANENT: Final = 500
DEAD: Final[frozenset[Reason]] = frozenset({"address_unknown", "address_wrong", "mailbox_closed"})
"""After these, an address does not work any more."""

ENHANCED: Final[Mapping[str, Reason]] = {
    "1.0": "address_unknown",
    "1.1": "address_unknown",
    "1.2": "address_unknown",
    "1.3": "address_wrong",
    "1.6": "address_unknown",
    "1.10": "address_unknown",
    "2.0": "refused",
    "2.1": "mailbox_closed",
    "2.2": "mailbox_full",
    "2.3": "too_large",
    "3.4": "too_large",
    "4.4": "address_unknown",
    "4.7": "not_in_time",
}
"""RFC 3463's codes without their class."""

BASIC: Final[Mapping[int, Reason]] = {
    550: "address_unknown",
    551: "address_unknown",
    552: "mailbox_full",
    553: "address_wrong",
}
"""What a server means that gives no code of RFC 3463."""

SMS: Final[Mapping[str, Reason]] = {
    NotMobile.code: "number_wrong",
    NumberAbroad.code: "number_abroad",
    SmsOff.code: "sms_off",
    LimitReached.code: "sms_limit",
}

RULES: Final = re.compile(r"spam|block|blacklist|policy|reputation|spf|dkim|dmarc", re.IGNORECASE)


class SetAsideError(Exception):
    """A message is not sent, on purpose: it would tell what is no longer true, or nobody reads it."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


def refusal(error: PermanentError) -> Reason:
    """Say why a message will never go out as it is."""
    reply = reply_of(error)
    if reply is not None:
        return meaning(reply)
    if isinstance(error, SmsRefused):
        return SMS.get(error.code, "gateway_refused")
    return "address_wrong" if isinstance(error, MailRefusedError) else "refused"


def meaning(reply: Reply) -> Reason:
    """Read what a server says about an address: its code of RFC 3463 first, then its own."""
    if reply.status:
        detail = reply.status.partition(".")[2]
        return ENHANCED.get(detail) or ("refused_by_rules" if detail[:2] == "7." else "refused")
    if RULES.search(reply.text):
        return "refused_by_rules"
    return BASIC.get(reply.code, "refused")


def bounced_because(reply: Reply) -> Reason:
    """Say why a message came back; what a server only tried for too long is not the address's fault."""
    return "not_in_time" if reply.status.startswith("4.") else meaning(reply)


def trouble(error: Exception, attempts: int) -> tuple[Reason, bool]:
    """Say why an attempt did not succeed, and whether it was the last one."""
    if wait_before(attempts) is None:
        return "given_up", True
    if isinstance(error, ServerAwayError):
        return ("sign_in_refused" if error.trouble == "sign_in" else "server_away"), False
    reply = reply_of(error)
    if reply is None:
        return _without_reply(error), False
    return ("asked_to_wait" if reply.code else "server_away"), False


def _without_reply(error: Exception) -> Reason:
    if isinstance(error, GatewayAwayError):
        return "gateway_away"
    return "server_away" if isinstance(error, OSError) else "trouble"
