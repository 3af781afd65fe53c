"""Whether a plugin is gone where a tenant has switched it off (T-03)."""

import re
from collections.abc import Awaitable, Callable, Iterator
from itertools import chain
from types import ModuleType
from typing import Any, Final, get_args

import msgspec

from creneau.context import Tenant
from creneau.contributions import Page, PageContext
from creneau.plugins import ActivePlugins, Plugins
from creneau.testing.declarations import NOBODY, answers

StatusOf = Callable[[Tenant, str, str], Awaitable[int]]
"""The status of a request (tenant, method, path) by somebody who is not signed in."""

PARAMETER: Final = re.compile(r"\{[^}]*\}")
NOT_FOUND: Final = 404


def without(tenant: Tenant, name: str) -> Tenant:
    """Give the tenant as it is with one plugin switched off."""
    return msgspec.structs.replace(tenant, plugins=tenant.plugins - {name})


def leftovers(plugins: Plugins, name: str, module: ModuleType, tenant: Tenant) -> Iterator[str]:
    """Name what a plugin's package still contributes to a tenant that has switched it off.

    Personal data are left aside: they are a person's own, whatever is switched on.
    """
    package = module.__name__.partition(".")[0]
    off = without(tenant, name)
    for contribution in _all_answers(plugins.for_tenant(off), off):
        if type(contribution).__module__.partition(".")[0] == package:
            yield f"{type(contribution).__name__} is still there"
    paths = {path for handler in answers(module, "register_routers") for path in handler.paths}
    for item in plugins.for_tenant(off).nav_items():
        if item.href in paths:
            yield f"{item.href} is still in the navigation"


def _all_answers(active: ActivePlugins, tenant: Tenant) -> Iterator[Any]:
    pages = (PageContext(page=page, tenant=tenant, booking_id=NOBODY) for page in get_args(Page))
    yield from chain(
        active.booking_rules(),
        active.booking_fields(),
        active.motive_fields(),
        active.person_sections(),
        active.person_fields(),
        active.person_facts(),
        active.message_recipients(),
        chain.from_iterable(active.page_fragments(page) for page in pages),
    )


async def open_doors(status_of: StatusOf, module: ModuleType, tenant: Tenant) -> list[str]:
    """Name each route of a plugin that does not answer 404 at a tenant that has switched it off."""
    return [
        f"{method} {path} answers {status}"
        for method, path in _requests(module)
        if (status := await status_of(tenant, method, PARAMETER.sub(str(NOBODY), path)))
        != NOT_FOUND
    ]


async def closed_doors(status_of: StatusOf, module: ModuleType, tenant: Tenant) -> list[str]:
    """Name each page of a plugin that nobody finds although the tenant has switched it on."""
    return [
        f"{method} {path} answers 404"
        for method, path in _requests(module)
        if method == "GET"
        and "{" not in path
        and await status_of(tenant, method, path) == NOT_FOUND
    ]


def _requests(module: ModuleType) -> list[tuple[str, str]]:
    return sorted(
        (str(method), path)
        for handler in answers(module, "register_routers")
        for method in handler.http_methods
        for path in handler.paths
        if method not in {"HEAD", "OPTIONS"}
    )
