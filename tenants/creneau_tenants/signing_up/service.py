"""Signing up: an address that is free, and a space that waits to be verified (T-01)."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import islice
from typing import Final, cast
from uuid import UUID, uuid4

from creneau.agents import queries as agents
from creneau.agents.links.service import invite_in
from creneau.agents.schemas import AgentDraft
from creneau.context import VISITOR, Tenant, acting_for
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.i18n import gettext as _
from creneau.organisations import queries as organisations
from creneau.organisations.rules import checked_organisation
from creneau.organisations.schemas import OrganisationDraft
from creneau.plugins import installed
from creneau.refusals import NotFound
from creneau.roles import queries as roles
from creneau.roles.schemas import Membership
from creneau.validation import Checked
from creneau_infra import clock
from creneau_infra.postgres.transactions import directory_transaction

from creneau_tenants import service as tenants
from creneau_tenants.addresses import platform
from creneau_tenants.rules import check_slug
from creneau_tenants.signing_up import queries
from creneau_tenants.signing_up.rules import (
    MOST_PROPOSALS,
    TERMS,
    checked_sign_up,
    draft_of,
    suggestions,
    zone_of,
)
from creneau_tenants.signing_up.schemas import Address, SignedUp, SignUp

UNVERIFIED_FOR: Final = timedelta(days=7)
"""How long a space waits for its first administrator, before it disappears."""


def check(wanted: SignUp) -> None:
    """Refuse what cannot be used, without looking whether the address is taken.

    Raises:
        InvalidInput: With a sentence for each field that cannot be used.
    """
    checked_sign_up(wanted, installed().names)


async def address(slug: str, name: str = "", kind: str = "other") -> Address:
    """Tell whether an address can be had; where not, give free ones that the name suggests."""
    wanted = slug.strip().lower()
    check = Checked()
    check_slug(check, wanted)
    if not check.wrong and not await _taken([wanted]):
        return Address(slug=wanted, free=True)
    taken = _("Cette adresse est déjà prise. Choisissez-en une autre.")
    return Address(
        slug=wanted,
        free=False,
        sentence=check.wrong.get("slug", taken),
        proposals=await proposals(name or wanted, kind),
    )


async def proposals(name: str, kind: str = "other") -> Sequence[str]:
    """Give free addresses for a name, the nicest first."""
    found: list[str] = []
    suggested = suggestions(name, kind)
    while len(found) < MOST_PROPOSALS and (some := list(islice(suggested, 12))):
        taken = await _taken(some)
        found += [slug for slug in some if slug not in taken]
    return found[:MOST_PROPOSALS]


async def _taken(slugs: Sequence[str]) -> set[str]:
    hosts = [platform().host_of(slug) for slug in slugs]
    async with directory_transaction() as tx:
        return await queries.taken(tx, slugs, hosts)


async def sign_up(wanted: SignUp) -> SignedUp:
    """Create a space that is being set up, and invite its first administrator to it (T-01).

    The invitation verifies the address: whoever is named is in the tenant's own tables alone.

    Raises:
        InvalidInput: A field cannot be used, or the address is taken.
    """
    clean = checked_sign_up(wanted, installed().names)
    async with tenant_transaction(uuid4()) as tx:
        tenant = await tenants.add_tenant(tx, draft_of(clean), VISITOR)
        with acting_for(tenant):
            agent_id = await _first_administrator(tx, clean)
        await queries.insert(tx, clean.kind, TERMS)
    return SignedUp(tenant=tenant, agent_id=agent_id)


async def _first_administrator(tx: Transaction, wanted: SignUp) -> UUID:
    organisation_id = await _organisation(tx, wanted)
    service_id = await organisations.insert_service(tx, _("Accueil du public"), secretariat=False)
    draft = AgentDraft(
        email=wanted.email,
        first_name=wanted.first_name,
        last_name=wanted.last_name,
        locale=wanted.locale,
    )
    agent_id = cast("UUID", await agents.insert_agent(tx, draft, None))
    await agents.insert_services(tx, agent_id, [cast("UUID", service_id)])
    await roles.insert_memberships(tx, agent_id, [Membership(organisation_id, "administrator")])
    await history.record(tx, VISITOR, "agent.created", "agent", agent_id)
    await invite_in(tx, agent_id)
    return agent_id


async def _organisation(tx: Transaction, wanted: SignUp) -> UUID:
    draft = OrganisationDraft(name=wanted.name, territory=wanted.territory)
    clean = checked_organisation(draft, zone_of(wanted.territory))
    created = cast("UUID", await organisations.insert_organisation(tx, clean))
    await history.record(tx, VISITOR, "organisation.created", "organisation", created)
    return created


async def awaited_email(tenant: Tenant) -> str | None:
    """Tell to whom a space's first message went; None once the space is verified."""
    async with tenant_transaction(tenant.id) as tx:
        found = await queries.awaited(tx)
    return found.email if found else None


async def invite_again(tenant: Tenant, email: str) -> None:
    """Send the first message again, to a corrected address if another is given.

    Raises:
        InvalidInput: The address cannot be one.
        NotFound: The space is verified meanwhile, or gone.
    """
    check = Checked()
    clean = check.email("email", email, needed=_("Écrivez votre adresse e-mail."))
    check.refuse_if_wrong()
    with acting_for(tenant):
        async with tenant_transaction() as tx:
            found = await queries.awaited(tx)
            if found is None:
                raise NotFound
            if clean != found.email:
                await queries.correct_email(tx, found.agent_id, clean)
                await history.record(tx, VISITOR, "agent.email_changed", "agent", found.agent_id)
            await invite_in(tx, found.agent_id)


async def forget_unverified(tenant_id: UUID) -> bool:
    """Take a space away that nobody verified for a week, whole; tells whether it was.

    Its address is free again at once. Done for each tenant every hour, beside the outbox's work.
    """
    async with tenant_transaction(tenant_id) as tx:
        return await queries.forget(tx, clock.now() - UNVERIFIED_FOR)
