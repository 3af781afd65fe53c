"""How an organisation is changed, inside the caller's transaction."""

from typing import Final
from uuid import UUID

import msgspec

from creneau.database import Transaction
from creneau.history.rules import changed_fields
from creneau.i18n import gettext as _
from creneau.organisations import queries
from creneau.organisations.schemas import Organisation, OrganisationDraft
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound

FIELDS: Final = tuple(field.name for field in msgspec.structs.fields(OrganisationDraft))


async def update(
    tx: Transaction, organisation_id: UUID, draft: OrganisationDraft, version: str
) -> tuple[Organisation, list[str]]:
    """Write a checked draft over an organisation; give it as it was, and the fields that changed.

    Raises:
        NotFound: It does not exist here.
        InvalidInput: The name is taken.
        ChangedMeanwhile: Somebody else saved it since `version`.
    """
    before = await _read(tx, organisation_id)
    written = await queries.update_organisation(tx, organisation_id, draft, version)
    if written is None:
        raise InvalidInput({"name": _("Une organisation porte déjà ce nom.")})
    if not written:
        raise ChangedMeanwhile(await _read(tx, organisation_id))
    return before, changed_fields(before, draft, FIELDS)


async def _read(tx: Transaction, organisation_id: UUID) -> Organisation:
    found = await queries.find_organisation(tx, organisation_id)
    if found is None:
        raise NotFound
    return found
