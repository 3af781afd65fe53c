"""The registry of tenants: found by host, created, switched, dressed (T-01, T-03, T-04)."""

from typing import cast
from uuid import UUID, uuid4

from creneau.context import SYSTEM, Actor, Brand, Tenant
from creneau.history import queries as history
from creneau.plugins import installed
from creneau.refusals import NotFound
from creneau.roles.service import ensure_built_in_roles
from creneau.validation import Checked
from creneau_infra.postgres.transactions import (
    Transaction,
    directory_reader,
    directory_transaction,
    tenant_transaction,
)
from creneau_infra.redis.versions import bump

from creneau_tenants import queries
from creneau_tenants.addresses import platform
from creneau_tenants.errors import AddressTaken
from creneau_tenants.rules import check_plugins, checked_branding, checked_tenant
from creneau_tenants.schemas import Branding, Directory, TenantDraft, TenantRow, TenantState


async def tenant_by_host(host: str) -> Directory | None:
    """Find the tenant that a host in lower case without a port belongs to, by one statement.

    None: nobody's, or not verified yet (T-05). Whoever serves it looks at its state.
    """
    found = await queries.by_host(directory_reader(), host)
    return _directory(found) if found else None


async def tenant_by_id(tenant_id: UUID) -> Directory | None:
    """Find a tenant that is not suspended, for work that no request asked for."""
    async with directory_transaction() as tx:
        found = await queries.by_id(tx, tenant_id)
    return _directory(found) if found else None


async def tenant_by_slug(slug: str) -> Directory:
    """Find a tenant by its short name, suspended or not.

    Raises:
        NotFound: There is none.
    """
    async with directory_transaction() as tx:
        found = await queries.by_slug(tx, slug)
    if found is None:
        raise NotFound
    return _directory(found)


async def tenants() -> list[Directory]:
    """List the tenants that are not suspended, in the order in which they came."""
    async with directory_transaction() as tx:
        return [_directory(row) for row in await queries.everyone(tx)]


async def all_tenants() -> list[Directory]:
    """List every tenant, suspended ones too, in the order in which they came."""
    async with directory_transaction() as tx:
        return [_directory(row) for row in await queries.everyone(tx, suspended=True)]


async def tenant_ids() -> list[UUID]:
    """List the ids of the tenants that are not suspended, for the sweepers."""
    return [directory.tenant.id for directory in await tenants()]


async def create_tenant(draft: TenantDraft, actor: Actor = SYSTEM) -> Tenant:
    """Create a tenant with its address, its look, its plugins and the built-in roles (T-01).

    Raises:
        InvalidInput: A field cannot be used, or the address is taken.
    """
    clean = checked_tenant(draft, installed().names)
    # The tenant's own transaction from the first row on: its policies then allow all that follows.
    async with tenant_transaction(uuid4()) as tx:
        return await add_tenant(tx, clean, actor)


async def add_tenant(tx: Transaction, clean: TenantDraft, actor: Actor) -> Tenant:
    """Add a checked tenant under the transaction's own new id.

    Raises:
        AddressTaken: Somebody has the address; who asks at the same moment is waited for.
    """
    if not await queries.insert_tenant(tx, clean, platform().host_of(clean.slug)):
        raise AddressTaken
    await queries.insert_profile(tx, clean)
    await ensure_built_in_roles(tx)
    created = await queries.by_slug(tx, clean.slug)
    if created is None:
        raise NotFound
    await history.record(tx, actor, "tenant.created", "tenant", created.id)
    return _directory(created).tenant


async def publish(tenant_id: UUID, actor: Actor = SYSTEM) -> None:
    """Open a tenant that was being set up (T-02); one that is open or suspended stays so.

    Raises:
        NotFound: There is no such tenant.
    """
    async with tenant_transaction(tenant_id) as tx:
        if await _locked_state(tx) == "onboarding":
            await _enter(tx, "active", actor)


async def suspend(tenant_id: UUID, actor: Actor = SYSTEM) -> None:
    """Take a tenant off the air at once (T-12); nothing is deleted, and no job is done for it.

    Its messages wait: none leaves in its name before `resume`. Sessions stay, and end in their
    own time.

    Raises:
        NotFound: There is no such tenant.
    """
    async with tenant_transaction(tenant_id) as tx:
        state = await _locked_state(tx)
        if state != "suspended":
            await queries.note_suspension(tx, state)
            await _enter(tx, "suspended", actor)


async def resume(tenant_id: UUID, actor: Actor = SYSTEM) -> None:
    """Put a suspended tenant back to what it was, open or being set up (T-12).

    What waited leaves now, but for codes that nobody can use any more.

    Raises:
        NotFound: There is no such tenant.
    """
    async with tenant_transaction(tenant_id) as tx:
        if await _locked_state(tx) == "suspended":
            await queries.drop_stale_codes(tx)
            await _enter(tx, await queries.end_suspension(tx), actor)


async def _locked_state(tx: Transaction) -> TenantState:
    state = await queries.lock_state(tx)
    if state is None:
        raise NotFound
    return state


async def _enter(tx: Transaction, state: TenantState, actor: Actor) -> None:
    await queries.set_state(tx, state)
    correct_directory(tx)
    await history.record(tx, actor, f"tenant.{state}", "tenant", cast("UUID", tx.tenant_id))


async def switch_plugin(tenant_id: UUID, name: str, on: bool, actor: Actor = SYSTEM) -> None:  # noqa: FBT001 - the switch is what it is about
    """Switch a vertical on or off; off hides, never deletes (T-03).

    Raises:
        InvalidInput: No such plugin is installed.
        NotFound: There is no such tenant.
    """
    check = Checked()
    check_plugins(check, [name], installed().names)
    check.refuse_if_wrong()
    async with tenant_transaction(tenant_id) as tx:
        if not await queries.switch_plugin(tx, name, on=on):
            raise NotFound
        correct_directory(tx)
        details = {"plugin": name, "on": on}
        await history.record(tx, actor, "tenant.plugin_switched", "tenant", tenant_id, details)


async def set_branding(tenant_id: UUID, branding: Branding, actor: Actor = SYSTEM) -> Branding:
    """Change how a tenant looks; gives what was kept, the readable ink included (T-04).

    Raises:
        InvalidInput: A field cannot be used; an unreadable colour comes with a suggestion.
        NotFound: There is no such tenant.
    """
    clean = checked_branding(branding)
    async with tenant_transaction(tenant_id) as tx:
        if not await queries.set_branding(tx, clean):
            raise NotFound
        correct_directory(tx)
        await history.record(tx, actor, "tenant.branding_changed", "tenant", tenant_id)
    return clean


def correct_directory(tx: Transaction) -> None:
    """Have every process read the tenant's entry anew once the transaction is over."""
    name = entry_of(tx.tenant_id)
    tx.after_commit(lambda: bump([name]))


def entry_of(tenant_id: UUID | None) -> str:
    """Name the version of a tenant's entry in the directory."""
    return f"directory:{tenant_id}"


def branding_of(row: TenantRow) -> Branding:
    """Give the look that an entry of the directory holds."""
    return Branding(**{name: getattr(row, name) for name in Branding.__struct_fields__})


def _brand(row: TenantRow) -> Brand:
    return Brand(
        colour=row.brand,
        ink=row.brand_ink,
        logo=row.logo,
        footer=row.footer,
        legal_href=f"{platform().url_of(row.host)}/mentions-legales" if row.legal_notice else "",
    )


def _directory(row: TenantRow) -> Directory:
    tenant = Tenant(
        id=row.id,
        slug=row.slug,
        name=row.name,
        locale=row.locale,
        time_zone=row.time_zone,
        public_url=platform().url_of(row.host),
        # A plugin that was uninstalled is as good as switched off.
        plugins=row.plugins & frozenset(installed().names),
        brand=_brand(row),
    )
    return Directory(
        tenant=tenant,
        branding=branding_of(row),
        host=row.host,
        state=row.state,
        accessibility=row.accessibility,
        entry=row.entry,
    )
