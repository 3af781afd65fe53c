"""Help for an agent whom nobody of the tenant can help: the only one who administers it."""

from argparse import Namespace

from creneau.agents import service as agents
from creneau.agents.managing import service as managing
from creneau.context import SYSTEM, acting_for
from creneau_infra.errors import SentenceError
from creneau_infra.settings import Settings

from creneau_web.cli.servers import connected
from creneau_web.cli.tenancy import tenant_called


def reset_factor(chosen: Namespace) -> int:
    """Take the second factor of an agent away who lost it: traced, and told by mail (T-07)."""

    async def reset(_settings: Settings) -> None:
        found = await tenant_called(chosen.slug)
        with acting_for(found.tenant):
            known = {one.email: one.id for one in await agents.agents()}
            if chosen.email.lower() not in known:
                raise SentenceError(
                    f"Aucun agent de « {chosen.slug} » n’a cette adresse e-mail.",
                    f"No staff member of “{chosen.slug}” has this email address.",
                )
            await managing.reset_factor(known[chosen.email.lower()], SYSTEM)

    connected(reset)
    return 0
