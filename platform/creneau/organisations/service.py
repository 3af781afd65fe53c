"""Organisations and services: creating and reading (C-01)."""

from uuid import UUID

from creneau.context import Actor, current_tenant
from creneau.database import tenant_transaction
from creneau.history import queries as history
from creneau.i18n import gettext as _
from creneau.organisations import queries
from creneau.organisations.rules import checked_organisation, checked_service_name
from creneau.organisations.schemas import Organisation, OrganisationDraft, Service
from creneau.refusals import InvalidInput, NotFound


async def create_organisation(draft: OrganisationDraft, actor: Actor) -> UUID:
    """Create an organisation (C-01).

    Raises:
        InvalidInput: A field cannot be used, or the name is taken.
    """
    clean = checked_organisation(draft, current_tenant.get().time_zone)
    async with tenant_transaction() as tx:
        created = await queries.insert_organisation(tx, clean)
        if created is None:
            raise InvalidInput({"name": _("Une organisation porte déjà ce nom.")})
        await history.record(tx, actor, "organisation.created", "organisation", created)
    return created


async def organisations() -> list[Organisation]:
    """List the organisations that are not archived, by name."""
    async with tenant_transaction() as tx:
        return await queries.organisations(tx)


async def organisation(organisation_id: UUID) -> Organisation:
    """Read one organisation.

    Raises:
        NotFound: It does not exist here.
    """
    async with tenant_transaction() as tx:
        found = await queries.find_organisation(tx, organisation_id)
    if found is None:
        raise NotFound
    return found


async def create_service(name: str, secretariat: bool, actor: Actor) -> UUID:  # noqa: FBT001 - the contract's own order
    """Create a service; `secretariat` gives its agents every agenda of their organisations (C-04).

    Raises:
        InvalidInput: The name is empty, too long or taken.
    """
    clean = checked_service_name(name)
    async with tenant_transaction() as tx:
        created = await queries.insert_service(tx, clean, secretariat=secretariat)
        if created is None:
            raise InvalidInput({"name": _("Un service porte déjà ce nom.")})
        await history.record(tx, actor, "service.created", "service", created)
    return created


async def services() -> list[Service]:
    """List the services, by name."""
    async with tenant_transaction() as tx:
        return await queries.services(tx)
