"""For whom the work is done: the tenant, and who acts in it."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal
from uuid import UUID

import msgspec
from creneau_infra.postgres.transactions import current_tenant_id

from creneau.i18n import Locale, current_locale

ActorKind = Literal["agent", "person", "visitor", "api", "system"]


class Brand(msgspec.Struct, frozen=True, kw_only=True):
    """How a tenant's messages look (T-04); colours as `#0B6E69`.

    `ink` is readable on `colour`. `logo` is the digest of the logo, empty for none; `footer` stands
    at the end of every mail.
    """

    colour: str = "#0B6E69"
    ink: str = "#FFFFFF"
    logo: str = ""
    footer: str = ""
    legal_href: str = ""


class Tenant(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant as the domain needs it: no personal data, and no more of its look than mails wear.

    `public_url` is the tenant's own address without a trailing slash, for links in messages;
    `plugins` are the names of the verticals switched on.
    """

    id: UUID
    slug: str
    name: str
    locale: Locale
    time_zone: str
    public_url: str
    plugins: frozenset[str] = frozenset()
    brand: Brand = Brand()


class Actor(msgspec.Struct, frozen=True):
    """Who does something, for the history (C-66); `id` is an agent's, a person's or a token's."""

    kind: ActorKind
    id: UUID | None = None


SYSTEM = Actor("system")
VISITOR = Actor("visitor")

current_tenant: ContextVar[Tenant] = ContextVar("current_tenant")


@contextmanager
def acting_for(tenant: Tenant, locale: Locale | None = None) -> Generator[None, None, None]:
    """Set the tenant (and the language) for everything inside: database, plugins, texts."""
    tokens = (
        (current_tenant, current_tenant.set(tenant)),
        (current_tenant_id, current_tenant_id.set(tenant.id)),
        (current_locale, current_locale.set(locale or tenant.locale)),
    )
    try:
        yield
    finally:
        for variable, token in tokens:
            variable.reset(token)  # type: ignore[arg-type] - each token belongs to its variable
