"""What the outbox set aside, from the command line: seen, and brought back once it is mended."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from uuid import UUID

from creneau.i18n import gettext as _
from creneau.messages.receipts.service import bring_back
from creneau_infra.outbox import service as outbox
from creneau_tenants import service as tenants
from creneau_tenants.schemas import Directory

from creneau_web.cli.servers import connected
from creneau_web.cli.tenancy import tenant_called

MOST_SHOWN = 1000


def describe(add: Callable[[str, Callable[[Namespace], int], str], ArgumentParser]) -> None:
    """Say what the commands take; `add` makes one."""
    listing = add("list", list_aside, _("lister ce qui est mis de côté, et pourquoi"))
    listing.add_argument("--tenant", default="", help=_("le nom court d’un seul espace"))
    listing.add_argument("--ids", action="store_true", help=_("avec l’identifiant de chaque envoi"))
    back = add("retry", retry, _("reprendre ce qui est mis de côté"))
    back.add_argument("slug", help=_("le nom court de l’espace"))
    which = back.add_mutually_exclusive_group(required=True)
    which.add_argument("--id", type=UUID, action="append", help=_("un envoi, par son identifiant"))
    which.add_argument("--kind", help=_("tous les envois d’une sorte"))
    which.add_argument("--all", action="store_true", help=_("tous les envois de l’espace"))


def list_aside(chosen: Namespace) -> int:
    """Print what was set aside, tenant by tenant: kinds, reasons and counts, and nothing of whom."""
    lines = connected(lambda _settings: listed(chosen.tenant, with_ids=chosen.ids))
    print(*(lines or [_("Rien n’est mis de côté.")]), sep="\n")
    return 0


async def listed(slug: str, *, with_ids: bool) -> list[str]:
    """Say what was set aside, a line for each heap, or for each row with its id."""
    found = [await tenant_called(slug)] if slug else await tenants.all_tenants()
    return [line for one in found for line in await (_rows(one) if with_ids else _heaps(one))]


async def _heaps(found: Directory) -> list[str]:
    return [
        f"{found.tenant.slug:<20} {heap.rows:>7}  {heap.kind:<24} {heap.reason:<28}"
        f" {heap.latest_at:%Y-%m-%dT%H:%MZ}"
        for heap in await outbox.heaps(found.tenant.id)
    ]


async def _rows(found: Directory) -> list[str]:
    return [
        f"{found.tenant.slug:<20} {row.id}  {row.kind:<24} {row.reason:<28}"
        f" {row.attempts:>4}  {row.aside_at:%Y-%m-%dT%H:%MZ}"
        for row in await outbox.list_aside(found.tenant.id, MOST_SHOWN)
    ]


def retry(chosen: Namespace) -> int:
    """Bring back what was set aside; many leave over a minute. The exit code is 1 if there was none."""
    done = connected(lambda _settings: brought_back(chosen.slug, chosen.id, chosen.kind))
    print(_("Envois repris : %(number)s.", number=done))
    return 0 if done else 1


async def brought_back(slug: str, ids: Sequence[UUID] | None, kind: str | None) -> int:
    """Bring back what was set aside, and tell how much."""
    found = await tenant_called(slug)
    return await bring_back(found.tenant.id, ids=ids, kind=kind)
