"""Roles of a tenant's own: made, changed and deleted by whoever holds what they give (T-08)."""

from collections.abc import Iterable
from uuid import UUID

from creneau.context import Actor
from creneau.database import Transaction
from creneau.history import queries as history
from creneau.i18n import gettext as _
from creneau.plugins import installed
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotFound
from creneau.roles import queries
from creneau.roles.errors import RoleBuiltIn, RoleHeld
from creneau.roles.rules import Rights, given_by
from creneau.roles.schemas import Role, RoleDraft
from creneau.validation import Checked

LONGEST_NAME = 80


def checked_role(draft: RoleDraft) -> RoleDraft:
    """Clean a role's draft: a name, and rights that exist in the scopes that they have.

    Raises:
        InvalidInput: With a sentence for each field that cannot be used.
    """
    check = Checked()
    name = check.line("name", draft.name, needed=_("Donnez un nom au rôle."), longest=LONGEST_NAME)
    known = {
        f"{scope}:{right.code}" for right in installed().permissions() for scope in right.scopes
    }
    if not set(draft.permissions) <= known:
        check.refuse("permissions", _("Choisissez des droits de la liste."))
    check.refuse_if_wrong()
    return RoleDraft(name=name, permissions=tuple(sorted(set(draft.permissions))))


async def create(tx: Transaction, draft: RoleDraft, actor: Actor) -> UUID:
    """Add a checked role; nobody holds it yet, so it gives nobody anything."""
    await _refuse_taken_name(tx, draft.name, None)
    made = await queries.insert_role(tx, draft)
    await history.record(
        tx, actor, "role.created", "role", made, {"permissions": draft.permissions}
    )
    return made


async def update(  # noqa: PLR0913, PLR0917 - who changes which version of what into what
    tx: Transaction, role_id: UUID, draft: RoleDraft, version: str, rights: Rights, actor: Actor
) -> Role:
    """Change a role for all who hold it; gives it as it was.

    Raises:
        NotFound: There is no such role here.
        RoleBuiltIn: It is one of the three.
        InvalidInput: The name is taken, or the role would give what the one who changes it lacks.
        ChangedMeanwhile: Somebody else saved it since `version`.
    """
    await queries.lock_role(tx, role_id)
    before = await require_own(tx, role_id)
    await _refuse_taken_name(tx, draft.name, role_id)
    await _refuse_giving_more(tx, before, draft, rights)
    if not await queries.update_role(tx, role_id, draft, version):
        raise ChangedMeanwhile(before)
    details = {
        "added": sorted(set(draft.permissions) - set(before.permissions)),
        "removed": sorted(set(before.permissions) - set(draft.permissions)),
    }
    await history.record(tx, actor, "role.changed", "role", role_id, details)
    return before


async def delete(tx: Transaction, role_id: UUID, actor: Actor, version: str | None) -> None:
    """Delete a role that nobody holds.

    Raises:
        NotFound: There is no such role here.
        RoleBuiltIn: It is one of the three.
        ChangedMeanwhile: Somebody else saved it since `version`; None: whatever it is.
        RoleHeld: Somebody holds it.
    """
    await queries.lock_role(tx, role_id)
    found = await require_own(tx, role_id)
    if version is not None and found.version != version:
        raise ChangedMeanwhile(found)
    if await queries.is_held(tx, role_id):
        raise RoleHeld
    await queries.delete_role(tx, role_id)
    await history.record(tx, actor, "role.deleted", "role", role_id)


async def require_own(tx: Transaction, role_id: UUID) -> Role:
    """Give a role of the tenant's own; raises `NotFound` or `RoleBuiltIn`."""
    found = await queries.role(tx, role_id)
    if found is None:
        raise NotFound
    if found.built_in:
        raise RoleBuiltIn
    return found


async def _refuse_taken_name(tx: Transaction, name: str, but: UUID | None) -> None:
    if await queries.name_is_taken(tx, name, but):
        raise InvalidInput({"name": _("Un rôle porte déjà ce nom.")})


async def _refuse_giving_more(
    tx: Transaction, before: Role, draft: RoleDraft, rights: Rights
) -> None:
    added = set(draft.permissions) - set(before.permissions)
    wanted = given_by(
        Role(id=before.id, code="", name="", permissions=tuple(added), built_in=False),
        installed().permissions(),
    )
    places = {holder.organisation_id for holder in await queries.holders(tx, before.id)}
    lacking = sorted({code for place in places for code in rights.lacking(wanted, place)})
    if lacking:
        names = ", ".join(_labels(lacking))
        raise InvalidInput(
            {
                "permissions": _(
                    "Vous n’avez pas vous-même ces droits là où ce rôle est donné : %(names)s.",
                    names=names,
                )
            }
        )


def _labels(codes: Iterable[str]) -> list[str]:
    labels = {right.code: right.label for right in installed().permissions()}
    return [_(labels[code]) for code in codes]
