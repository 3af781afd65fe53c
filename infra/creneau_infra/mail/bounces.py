"""Where mails come back to: an address of its own for each, and what a server says who sends it back.

The sender on the envelope names the message and is signed (VERP), so that nobody can have a message
that was not theirs marked as lost.
"""

import base64
import binascii
import hmac
import re
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from email.utils import getaddresses
from uuid import UUID

import msgspec

from creneau_infra.mail.replies import Reply

LONGEST = 2_000_000
"""Bytes of a notice that are read; what was sent back with it may be cut off."""

TENANT_BYTES, SEAL_BYTES = 4, 10
_DELIVERED_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_CODE = re.compile(r"\b([45]\d\d)\b")


class Returned(msgspec.Struct, frozen=True):
    """A message that an address names: its id, and the end of its tenant's, which tells them apart."""

    message_id: UUID
    tenant_end: bytes

    def is_of(self, tenant_id: UUID) -> bool:
        """Say whether a tenant can be the message's."""
        return tenant_id.bytes[-TENANT_BYTES:] == self.tenant_end


class ReturnPath:
    """The addresses of one domain to which mails come back; `secret_key` signs them."""

    def __init__(self, domain: str, secret_key: str) -> None:
        self._domain = domain.lower()
        self._key = hmac.digest(secret_key.encode(), b"creneau:bounce", "sha256")

    def address(self, tenant_id: UUID, message_id: UUID) -> str:
        """Write the address of one message: 48 letters and digits before the domain."""
        body = message_id.bytes + tenant_id.bytes[-TENANT_BYTES:]
        # Base 32 has no upper and lower case to lose on the way.
        local = base64.b32encode(body + self._seal(body)).decode().lower()
        return f"{local}@{self._domain}"

    def read(self, address: str) -> Returned | None:
        """Find the message that an address names; None: it is not one of ours."""
        local, _, domain = address.strip().rpartition("@")
        if domain.lower() != self._domain:
            return None
        try:
            found = base64.b32decode(local.upper())
        except (binascii.Error, ValueError):
            return None
        body, seal = found[:-SEAL_BYTES], found[-SEAL_BYTES:]
        if len(body) != 16 + TENANT_BYTES or not hmac.compare_digest(seal, self._seal(body)):
            return None
        return Returned(UUID(bytes=body[:16]), body[16:])

    def _seal(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")[:SEAL_BYTES]


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What a delivery status notification says (RFC 3464): to whom it came, and why."""

    addresses: tuple[str, ...]
    reply: Reply


def read_notice(content: bytes) -> Notice | None:
    """Read a notice that a message could not be delivered; None: it is another kind of mail.

    What is only late, relayed or delivered is no such notice.
    """
    mail = message_from_bytes(content[:LONGEST], policy=default)
    if mail.get_content_type() != "multipart/report":
        return None
    if str(mail.get_param("report-type", "")).lower() != "delivery-status":
        return None
    for group in _groups(mail):
        if str(group.get("Action", "")).strip().lower() == "failed":
            return Notice(addresses=_addresses(mail), reply=_reply(group))
    return None


def _groups(mail: EmailMessage) -> list[Message]:
    parts = (part for part in mail.walk() if part.get_content_type() == "message/delivery-status")
    return [
        group
        for part in parts
        if isinstance(groups := part.get_payload(), list)
        for group in groups
        if isinstance(group, Message)
    ]


def _addresses(mail: EmailMessage) -> tuple[str, ...]:
    lines = [str(line) for name in _DELIVERED_TO for line in mail.get_all(name, [])]
    return tuple(bare for _name, bare in getaddresses(lines) if bare)


def _reply(group: Message) -> Reply:
    said = str(group.get("Diagnostic-Code", ""))
    given, more = _STATUS.search(str(group.get("Status", ""))), _STATUS.search(said)
    status = given.group() if given else ""
    # "5.0.0" says nothing: what the other server said may say more.
    if more and (not status or status.endswith(".0.0")):
        status = more.group()
    code = _CODE.search(said)
    return Reply(code=int(code.group()) if code else 0, status=status, text=said)
