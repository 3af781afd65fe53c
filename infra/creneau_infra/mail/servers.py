"""A mail server: where it is, how the way there is encrypted, and who signs in."""

from typing import Final, Literal
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

Security = Literal["implicit", "required", "opportunistic", "never"]
"""TLS from the first byte; by STARTTLS or not at all; by STARTTLS where it is offered; without.

A certificate is always checked.
"""

SUBMISSION: Final = 465
RELAY: Final = 25


class MailServer(msgspec.Struct, frozen=True, kw_only=True):
    """A server that takes messages. `may_be_private` is for the operator's own."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = ""
    may_be_private: bool = False

    def __repr__(self) -> str:
        # The structure's own form would write the password into a traceback.
        return f"MailServer({self.host!r}, {self.port})"


def operators_server(url: str) -> MailServer:
    """Read `smtp://user:password@host:25?starttls=always|never`, or `smtps://…:465`."""
    parts = urlsplit(url)
    implicit = parts.scheme == "smtps"
    choice = parse_qs(parts.query).get("starttls", [""])[0]
    by_choice: dict[str, Security] = {"always": "required", "never": "never"}
    return MailServer(
        host=parts.hostname or "localhost",
        port=parts.port or (SUBMISSION if implicit else RELAY),
        security="implicit" if implicit else by_choice.get(choice, "opportunistic"),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        may_be_private=True,
    )
