"""Setting up what is not an agent and has time all the same: rooms, and kinds of plugins."""

from uuid import UUID

from creneau.context import Actor
from creneau.database import tenant_transaction
from creneau.history.queries import record
from creneau.i18n import gettext as _
from creneau.plugins import active
from creneau.resources import queries
from creneau.resources.schemas import Resource
from creneau.validation import Checked


async def create_resource(kind: str, label: str, actor: Actor) -> UUID:
    """Create a resource of a kind that the tenant has; agents are created as agents.

    Raises:
        InvalidInput: no name, or no such kind.
    """
    check = Checked()
    clean = check.line("label", label, needed=_("Donnez un nom à la ressource."), longest=120)
    if kind == "agent" or kind not in {one.code for one in active().resource_kinds()}:
        check.refuse("kind", _("Choisissez une sorte de ressource de la liste."))
    check.refuse_if_wrong()
    async with tenant_transaction() as tx:
        created = await queries.add(tx, kind, clean)
        await record(tx, actor, "resource.created", "resource", created)
    return created


async def resources() -> list[Resource]:
    """List the resources in use of the kinds that the tenant has, by name."""
    kinds = [kind.code for kind in active().resource_kinds()]
    async with tenant_transaction() as tx:
        return await queries.of_kinds(tx, kinds)
