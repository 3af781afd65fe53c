"""The planning from the command line: is what is written out what the rules mean?"""

from argparse import Namespace
from collections.abc import Sequence

from creneau.context import Tenant, acting_for
from creneau.i18n import gettext as _
from creneau.planning import service as planning
from creneau.planning.schemas import Rebuilt
from creneau_infra.settings import Settings
from creneau_tenants import service

from creneau_web.cli.servers import connected


def rebuild(chosen: Namespace) -> int:
    """Write every occurrence anew, or only compare; tells what was wrong, tenant by tenant.

    The exit code of a comparison is 1 if anything was wrong.
    """

    async def work(_settings: Settings) -> list[tuple[Tenant, Rebuilt]]:
        return [(tenant, await _one(tenant, chosen)) for tenant in await _tenants(chosen)]

    wrong = False
    for tenant, found in connected(work):
        wrong = wrong or bool(found.missing or found.surplus)
        print(f"{tenant.slug:<20} {_sentence(found)}")
    return 1 if wrong and chosen.check else 0


async def _tenants(chosen: Namespace) -> Sequence[Tenant]:
    if chosen.tenant:
        return [(await service.tenant_by_slug(chosen.tenant)).tenant]
    return [found.tenant for found in await service.tenants()]


async def _one(tenant: Tenant, chosen: Namespace) -> Rebuilt:
    with acting_for(tenant):
        return await (planning.check if chosen.check else planning.rebuild)()


def _sentence(found: Rebuilt) -> str:
    return _(
        "séries : %(series)s, occurrences manquantes : %(missing)s, en trop : %(surplus)s",
        series=found.series,
        missing=found.missing,
        surplus=found.surplus,
    )
