"""Who may do what, and on whose agendas (C-04, T-08)."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import msgspec

from creneau.contributions import Permission
from creneau.i18n import gettext as _
from creneau.roles.schemas import BUILT_IN, SCOPES, Held, Reach, Role, Scope


def display_name(role: Role) -> str:
    """Name a role: the built-in ones in the current language, the tenant's own as typed."""
    if not role.built_in:
        return role.name
    return {
        "administrator": _("Administration"),
        "agent": _("Agent"),
        "secretary": _("Secrétariat"),
    }[role.code]


class Rights(msgspec.Struct, frozen=True, kw_only=True):
    """All that one agent may do: for each right, its scope in each organisation."""

    agent_id: UUID
    service_ids: frozenset[UUID]
    secretariat: bool
    granted: Mapping[str, Mapping[UUID, Scope]]

    def can(self, code: str) -> bool:
        """Tell whether the agent holds a right such as `appointment:read` anywhere."""
        return code in self.granted

    def organisations(self, code: str) -> frozenset[UUID]:
        """Tell in which organisations the agent holds a right over their settings."""
        scopes = self.granted.get(code, {})
        return frozenset(place for place, scope in scopes.items() if scope != "service")

    def everywhere(self, code: str) -> bool:
        """Tell whether the agent holds a right over the whole tenant."""
        return "tenant" in self.granted.get(code, {}).values()

    def lacking(self, wanted: Iterable[tuple[str, Scope]], organisation_id: UUID) -> list[str]:
        """Name the rights that could not be given in an organisation: not held there (T-08)."""
        return [
            code
            for code, scope in wanted
            if not (self.everywhere(code) or width(scope) <= self._width_in(code, organisation_id))
        ]

    def _width_in(self, code: str, organisation_id: UUID) -> int:
        scope = self.granted.get(code, {}).get(organisation_id)
        return -1 if scope is None else width(scope)

    def reach(self, code: str) -> Reach:
        """Tell whose agendas a right opens; an agent of a secretariat reaches everyone (C-04)."""
        scopes = self.granted.get(code, {})
        wide = {place for place, scope in scopes.items() if self.secretariat or scope != "service"}
        return Reach(
            itself=bool(scopes),
            everyone_in=frozenset(wide),
            colleagues_in=frozenset(scopes.keys() - wide),
            service_ids=self.service_ids,
        )


def width(scope: Scope) -> int:
    """Tell how wide a scope is, to compare it with others."""
    return SCOPES.index(scope)


def granted(
    roles: Iterable[Held], declared: Sequence[Permission]
) -> Mapping[str, Mapping[UUID, Scope]]:
    """Unite what the roles give; in one organisation the wider scope of a right counts."""
    rights: dict[str, dict[UUID, Scope]] = {}
    for role in roles:
        for code, scope in given_by(role, declared):
            scopes = rights.setdefault(code, {})
            held = scopes.get(role.organisation_id, scope)
            scopes[role.organisation_id] = max(held, scope, key=width)
    return rights


def given_by(role: Held | Role, declared: Sequence[Permission]) -> list[tuple[str, Scope]]:
    """List the rights that a role gives, each with its scope."""
    # The built-in roles follow what the installed parts declare, so that a new version or a new
    # plugin needs no change to stored roles.
    if role.built_in:
        return built_in_permissions(role.code, declared)
    known = {permission.code: permission.scopes for permission in declared}
    split = (entry.partition(":") for entry in role.permissions)
    return [
        (code, scope)
        for name, _colon, code in split
        for scope in known.get(code, ())
        if scope == name
    ]


def built_in_permissions(code: str, declared: Sequence[Permission]) -> list[tuple[str, Scope]]:
    """List what a built-in role is granted by declaration (C-04)."""
    return [
        (permission.code, scope)
        for permission in declared
        for role, scope in permission.grants.items()
        if role == code and role in BUILT_IN
    ]
