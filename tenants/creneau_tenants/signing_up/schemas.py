"""What is typed to sign up, and what an address is worth before it is taken."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from creneau.context import Tenant
from creneau.i18n import Locale


class SignUp(msgspec.Struct, frozen=True, kw_only=True):
    """A space that somebody asks for, with its first administrator (T-01).

    `kind` is one of `creneau.contributions.OrganisationKind`, `territory` one of public holidays.
    """

    name: str
    kind: str
    slug: str
    first_name: str
    last_name: str
    email: str
    locale: Locale = "fr"
    territory: str = "FR"
    plugins: frozenset[str] = frozenset()
    terms_accepted: bool = False


class SignedUp(msgspec.Struct, frozen=True, kw_only=True):
    """A new space and its first administrator, still to be verified."""

    tenant: Tenant
    agent_id: UUID


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Whether an address can be had; `sentence` says why not, `proposals` are free ones."""

    slug: str
    free: bool
    sentence: str = ""
    proposals: Sequence[str] = ()


class Awaited(msgspec.Struct, frozen=True, kw_only=True):
    """The first administrator of a space, before the invitation is accepted."""

    agent_id: UUID
    email: str
