"""Tenants as they are registered, found and shown."""

from typing import Literal
from uuid import UUID

import msgspec
from creneau.context import Tenant
from creneau.i18n import Locale

TenantState = Literal["onboarding", "active", "suspended"]
Conformity = Literal["conform", "partly_conform", "not_conform"]


class Branding(msgspec.Struct, frozen=True, kw_only=True):
    """How a tenant looks and what it says of itself (T-04); colours as `#0B6E69`.

    `brand_ink` is the readable text on `brand`; `logo` is the digest of the logo, empty for none.
    """

    brand: str = "#0B6E69"
    brand_ink: str = "#FFFFFF"
    public_text: str = ""
    legal_notice: str = ""
    footer: str = ""
    sender_name: str = ""
    phone: str = ""
    logo: str = ""


class Directory(msgspec.Struct, frozen=True, kw_only=True):
    """What one look-up by host gives: the tenant, how it looks, whether it is open (T-16).

    `entry` is the version of all that: it grows with every change.
    """

    tenant: Tenant
    branding: Branding
    host: str
    state: TenantState
    accessibility: Conformity = "not_conform"
    entry: int = 0


class TenantDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What is typed to create a tenant (T-01); its address will be `<slug>.<platform>`.

    A tenant that is being set up is `onboarding` until `publish` opens it.
    """

    slug: str
    name: str
    locale: Locale = "fr"
    time_zone: str = "Europe/Paris"
    plugins: frozenset[str] = frozenset()
    branding: Branding = Branding()
    state: Literal["onboarding", "active"] = "active"


class TenantRow(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the directory as it is stored."""

    id: UUID
    slug: str
    name: str
    locale: Locale
    time_zone: str
    state: TenantState
    host: str
    plugins: frozenset[str]
    brand: str
    brand_ink: str
    public_text: str
    legal_notice: str
    footer: str
    sender_name: str
    phone: str
    logo: str
    accessibility: Conformity
    entry: int
