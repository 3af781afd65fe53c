"""From which address a tenant's mails come, and by which server they leave."""

from datetime import datetime
from typing import Literal

import msgspec
from creneau_infra.mail.errors import Trouble

Security = Literal["implicit", "required", "opportunistic"]


class ServerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant's own mail server, but for its password."""

    host: str
    port: int = 587
    security: Security = "required"
    username: str = ""


class MailState(msgspec.Struct, frozen=True, kw_only=True):
    """What a tenant has set; all empty where nobody has ever set anything.

    `trouble`: what keeps the server from taking anything, since `trouble_since`; `tried_at` is when
    that was last seen.
    """

    address: str = ""
    asked_at: datetime | None = None
    confirmed_at: datetime | None = None
    host: str = ""
    port: int = 587
    security: Security = "required"
    username: str = ""
    password: bytes | None = None
    enabled: bool = False
    tested_at: datetime | None = None
    trouble: Trouble | Literal[""] = ""
    trouble_since: datetime | None = None
    tried_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def server(self) -> ServerSettings | None:
        """The server, where there is one."""
        if not self.host:
            return None
        return ServerSettings(
            host=self.host, port=self.port, security=self.security, username=self.username
        )


class ToConfirm(msgspec.Struct, frozen=True, kw_only=True):
    """A confirmation to ask for: the address is read when the mail is written."""

    asked_at: datetime


class Confirmation(msgspec.Struct, frozen=True, kw_only=True):
    """What a link would confirm."""

    address: str
    asked_at: datetime
