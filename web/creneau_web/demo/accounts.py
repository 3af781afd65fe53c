"""The accounts that the demo shows to whoever tries it; the password is meant to be known."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Final

import msgspec

PASSWORD: Final = "demonstration-creneau"  # noqa: S105 - printed by `creneau demo`, for the demo only

ROLE_LABELS: Final[Mapping[str, str]] = {
    "administrator": "Administration",
    "agent": "Agent",
    "secretary": "Secrétariat",
}


def telephone_of(email: str, role: str) -> str:
    """Give the known secret that a demo account's codes are made from; empty without a factor."""
    if role != "administrator":
        return ""
    return base64.b32encode(hashlib.sha256(f"creneau demo {email}".encode()).digest()[:20]).decode()


class DemoAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An agent who can sign in at `<url>/agents`; `role` is a code, `role_label` French.

    `telephone` is the known secret of the second factor; empty where none is asked for.
    """

    tenant_slug: str
    tenant_name: str
    url: str
    role: str
    role_label: str
    name: str
    email: str
    password: str
    telephone: str = ""
