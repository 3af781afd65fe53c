"""The line in front of a motive, from the command line."""

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from creneau.admission import service as admission
from creneau.context import SYSTEM, Tenant, acting_for
from creneau.i18n import gettext as _
from creneau_infra.settings import Settings

from creneau_web.cli.servers import connected
from creneau_web.cli.tenancy import tenant_called


def describe(command: ArgumentParser) -> None:
    """Say what the command takes."""
    command.add_argument("slug")
    command.add_argument("motive", type=UUID, help=_("l’identifiant du motif, comme dans /rdv/…"))
    command.add_argument("switch", choices=("on", "off"))
    command.add_argument(
        "--opens-at",
        type=datetime.fromisoformat,
        help=_("l’ouverture, à l’heure de l’espace, comme 2026-12-01T09:00 ; maintenant sans cela"),
    )
    command.add_argument(
        "--per-second", type=float, default=5.0, help=_("combien de personnes entrent par seconde")
    )


def line(chosen: Namespace) -> int:
    """Put a line in front of a motive, change it, or take it away."""

    async def switch(_settings: Settings) -> None:
        found = await tenant_called(chosen.slug)
        with acting_for(found.tenant):
            if chosen.switch == "on":
                opens_at = _moment(chosen.opens_at, found.tenant)
                await admission.switch_on(chosen.motive, opens_at, chosen.per_second, SYSTEM)
            else:
                await admission.switch_off(chosen.motive, SYSTEM)

    connected(switch)
    return 0


def _moment(typed: datetime | None, tenant: Tenant) -> datetime:
    if typed is None:
        return datetime.now(UTC)
    if typed.tzinfo is None:
        typed = typed.replace(tzinfo=ZoneInfo(tenant.time_zone))
    return typed.astimezone(UTC)
