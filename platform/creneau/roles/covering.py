"""Whether somebody holds all that somebody else holds, or would be given (T-08)."""

from uuid import UUID

from creneau.roles.rules import Rights, width
from creneau.roles.schemas import Scope


def covers(holder: Rights, other: Rights) -> bool:
    """Tell whether `holder` may do all that `other` may, wherever and on whose agenda that is."""
    return all(
        _covers(holder, other, code, organisation_id, scope)
        for code, scopes in other.granted.items()
        for organisation_id, scope in scopes.items()
    )


def _covers(holder: Rights, other: Rights, code: str, organisation_id: UUID, scope: Scope) -> bool:
    if holder.everywhere(code):
        return True
    held = holder.granted.get(code, {}).get(organisation_id)
    if held is None or width(held) < width(scope):
        return False
    if held != "service" or holder.secretariat:
        return True
    # Both reach the agendas of their own services only: the holder's must be among them.
    return not other.secretariat and other.service_ids <= holder.service_ids
