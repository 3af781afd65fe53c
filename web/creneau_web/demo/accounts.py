"""The accounts that the demo shows to whoever tries it; the password is meant to be known."""

from collections.abc import Mapping
from typing import Final

import msgspec

PASSWORD: Final = "demonstration-creneau"  # noqa: S105 - printed by `creneau demo`, for the demo only

ROLE_LABELS: Final[Mapping[str, str]] = {
    "administrator": "Administration",
    "agent": "Agent",
    "secretary": "Secrétariat",
}


class DemoAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An agent who can sign in at `<url>/agents`; `role` is a code, `role_label` French."""

    tenant_slug: str
    tenant_name: str
    url: str
    role: str
    role_label: str
    name: str
    email: str
    password: str
