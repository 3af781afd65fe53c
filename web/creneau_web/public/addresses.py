"""The stable addresses of what can be shared, long and short (C-46)."""

from creneau.context import current_tenant
from creneau.sharing.rules import short_name
from creneau.sharing.schemas import Shared, SharedKind

PAGES: dict[SharedKind, str] = {
    "motive": "/rdv/",
    "place": "/lieux/",
    "organisation": "/organisations/",
    "service": "/services/",
    "agent": "/avec/",
}


def page_of(shared: Shared) -> str:
    """Give the path of its page."""
    return f"{PAGES[shared.kind]}{shared.id}"


def short_address(shared: Shared) -> str:
    """Give the whole short address, for a code."""
    return f"{current_tenant.get().public_url}/r/{short_name(shared.id)}"


def typed_address(shared: Shared) -> str:
    """Give the short address as people type it: without what every browser adds."""
    return short_address(shared).partition("://")[2]
