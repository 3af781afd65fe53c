"""Names that motives take from a referential, where a plugin keeps one (S-03)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from creneau.database import Transaction
from creneau.i18n import gettext as _
from creneau.motives.schemas import Motive, MotiveDraft
from creneau.plugins import active
from creneau.refusals import InvalidInput

Names = Mapping[UUID, Sequence[str]]


async def names_in(tx: Transaction) -> Names | None:
    """Give the names that motives may have, by service; None: names are free."""
    for source in active().motive_names():
        found = await source.names(tx)
        if found is not None:
            return found
    return None


async def refuse_other_names(
    tx: Transaction, draft: MotiveDraft, before: Motive | None = None
) -> None:
    """Raise `InvalidInput` for a name that is not the service's; a motive may keep the one it has."""
    names = await names_in(tx)
    kept = before and (before.name, before.service_id) == (draft.name, draft.service_id)
    if names is None or kept or draft.name in names.get(draft.service_id, ()):
        return
    raise InvalidInput({"name": _("Choisissez un nom dans la liste de ce service.")})
