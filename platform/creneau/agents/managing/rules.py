"""What an administrator may give to a colleague: nothing that they do not hold themselves (T-08)."""

from collections.abc import Mapping
from hashlib import sha256
from uuid import UUID

import msgspec

from creneau.agents.managing.schemas import Colleague
from creneau.roles.covering import covers
from creneau.roles.rules import Rights, width
from creneau.roles.schemas import Scope


def version_of(found: Colleague) -> str:
    """Name the state of what administrators change of an agent."""
    own = found.agent
    services = sorted(service_id for service_id, _name in found.services)
    places = sorted((place.organisation_id, place.role_code) for place in found.places)
    state = (own.first_name, own.last_name, own.locale, services, places)
    return sha256(repr(state).encode()).hexdigest()[:20]


def gives_too_much(giver: Rights, before: Rights, after: Rights) -> bool:
    """Tell whether somebody has become more than the giver is, by what was changed of them."""
    return not covers(giver, gained(before, after))


def gained(before: Rights, after: Rights) -> Rights:
    """Give of somebody's rights those that are new, wider, or reach more services than before."""
    wider_team = not after.service_ids <= before.service_ids or (
        after.secretariat and not before.secretariat
    )
    new = {
        code: _new(before.granted.get(code, {}), scopes, wider_team=wider_team)
        for code, scopes in after.granted.items()
    }
    return msgspec.structs.replace(
        after, granted={code: some for code, some in new.items() if some}
    )


def _new(
    before: Mapping[UUID, Scope], after: Mapping[UUID, Scope], *, wider_team: bool
) -> dict[UUID, Scope]:
    return {
        place: scope
        for place, scope in after.items()
        if place not in before
        or width(scope) > width(before[place])
        or (wider_team and scope == "service")
    }
