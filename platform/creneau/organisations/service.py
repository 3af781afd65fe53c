"""Organisations and services: creating, reading and changing (C-01).

An organisation is changed with its planning, which follows its time zone and its territory:
`creneau.planning.service.save(EditOrganisation(…))`.
"""

from uuid import UUID

import msgspec

from creneau.context import Actor, current_tenant
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.history.rules import changed_fields
from creneau.i18n import gettext as _
from creneau.organisations import queries
from creneau.organisations.errors import ServiceUsed
from creneau.organisations.rules import checked_organisation, checked_service_name
from creneau.organisations.schemas import Organisation, OrganisationDraft, Service, ServiceUse
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound


async def create_organisation(draft: OrganisationDraft, actor: Actor) -> UUID:
    """Create an organisation (C-01).

    An agent who creates one administers it, with the role that gave the right to.

    Raises:
        InvalidInput: A field cannot be used, or the name is taken.
    """
    clean = checked_organisation(draft, current_tenant.get().time_zone)
    async with tenant_transaction() as tx:
        created = await queries.insert_organisation(tx, clean)
        if created is None:
            raise InvalidInput({"name": _("Une organisation porte déjà ce nom.")})
        if actor.kind == "agent" and actor.id is not None:
            await queries.join_creator(tx, actor.id, created)
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


async def service(service_id: UUID) -> Service:
    """Read one service.

    Raises:
        NotFound: It does not exist here.
    """
    async with tenant_transaction() as tx:
        return await _service(tx, service_id)


async def service_uses() -> dict[UUID, ServiceUse]:
    """Tell how many agents and motives belong to each service."""
    async with tenant_transaction() as tx:
        return {use.service_id: use for use in await queries.service_uses(tx)}


async def update_service(changed: Service, actor: Actor) -> Service:
    """Change a service's name and whether it is a secretariat (C-04), and give it as it was.

    Raises:
        NotFound: It does not exist here.
        InvalidInput: The name is empty, too long or taken.
        ChangedMeanwhile: Somebody else saved it since `version`.
    """
    clean = msgspec.structs.replace(changed, name=checked_service_name(changed.name))
    async with tenant_transaction() as tx:
        before = await _service(tx, clean.id)
        written = await queries.update_service(tx, clean)
        if written is None:
            raise InvalidInput({"name": _("Un service porte déjà ce nom.")})
        if not written:
            raise ChangedMeanwhile(await _service(tx, clean.id))
        details = {"changed": changed_fields(before, clean, ("name", "secretariat"))}
        await history.record(tx, actor, "service.updated", "service", clean.id, details)
    return before


async def delete_service(service_id: UUID, actor: Actor) -> None:
    """Delete a service to which nothing ever belonged.

    Raises:
        NotFound: It does not exist here.
        ServiceUsed: Agents, motives or providers name it, even if they are out of use.
    """
    async with tenant_transaction() as tx:
        await _service(tx, service_id)
        if not await queries.delete_service(tx, service_id):
            raise ServiceUsed
        await history.record(tx, actor, "service.deleted", "service", service_id)


async def _service(tx: Transaction, service_id: UUID) -> Service:
    found = await queries.find_service(tx, service_id)
    if found is None:
        raise NotFound
    return found
