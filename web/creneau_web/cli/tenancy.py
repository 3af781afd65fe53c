"""Tenants and tokens from the command line."""

from argparse import Namespace

from creneau.refusals import NotFound
from creneau.tokens.service import create_token
from creneau_infra.errors import SentenceError
from creneau_infra.settings import Settings
from creneau_tenants import service
from creneau_tenants.schemas import Directory, TenantDraft

from creneau_web.cli.servers import connected


def list_tenants(_chosen: Namespace) -> int:
    """Print every tenant with its state, its address and its plugins."""

    async def read(_settings: Settings) -> list[str]:
        return [_line(found) for found in await service.all_tenants()]

    print(*connected(read), sep="\n")
    return 0


def _line(found: Directory) -> str:
    tenant = found.tenant
    plugins = " ".join(sorted(tenant.plugins))
    return f"{tenant.slug:<20} {found.state:<10} {tenant.public_url}/  {plugins}"


def create(chosen: Namespace) -> int:
    """Create a tenant and print its address."""
    draft = TenantDraft(
        slug=chosen.slug,
        name=chosen.name,
        locale=chosen.locale,
        time_zone=chosen.time_zone,
        plugins=frozenset(chosen.plugin),
    )

    async def write(_settings: Settings) -> str:
        return (await service.create_tenant(draft)).public_url

    print(f"{connected(write)}/")
    return 0


def plugin(chosen: Namespace) -> int:
    """Switch a plugin on or off for a tenant."""

    async def switch(_settings: Settings) -> None:
        found = await tenant_called(chosen.slug)
        await service.switch_plugin(found.tenant.id, chosen.plugin, on=chosen.switch == "on")

    connected(switch)
    return 0


def suspend(chosen: Namespace) -> int:
    """Take a tenant off the air, for its agents and its public alike."""

    async def switch(_settings: Settings) -> None:
        await service.suspend((await tenant_called(chosen.slug)).tenant.id)

    connected(switch)
    return 0


def resume(chosen: Namespace) -> int:
    """Put a suspended tenant back to what it was."""

    async def switch(_settings: Settings) -> None:
        await service.resume((await tenant_called(chosen.slug)).tenant.id)

    connected(switch)
    return 0


def create_api_token(chosen: Namespace) -> int:
    """Make a token for programs and print it, and nothing else."""

    async def write(_settings: Settings) -> str:
        found = await tenant_called(chosen.tenant)
        return await create_token(found.tenant, chosen.scope, chosen.label, chosen.days)

    print(connected(write))
    return 0


async def tenant_called(slug: str) -> Directory:
    """Find a tenant by its short name; raises a sentence for the operator."""
    try:
        return await service.tenant_by_slug(slug)
    except NotFound as error:
        raise SentenceError(
            f"Aucun espace ne s’appelle « {slug} » : « creneau tenant list » les montre tous.",
            f"No tenant is called “{slug}”: “creneau tenant list” shows them all.",
        ) from error
