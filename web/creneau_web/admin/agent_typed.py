"""What the form of an agent holds, and how it differs from what somebody else saved (C-03)."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import msgspec
from creneau.agents.managing.schemas import AgentChange, Colleague
from creneau.agents.schemas import AgentDraft
from creneau.i18n import LOCALES, Locale
from creneau.i18n import gettext as _
from creneau.organisations import service as organisations
from creneau.organisations.schemas import Organisation
from creneau.roles import service as roles
from creneau.roles.rules import display_name

from creneau_web.admin import reach, saving
from creneau_web.forms import Form

RIGHT: Final = "agent:update"
Options = Sequence[tuple[str, str]]


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """What a form of an agent holds; `roles` names a role's code by the organisation."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    locale: str = ""
    services: Sequence[str] = ()
    roles: Mapping[str, str] = {}

    @property
    def change(self) -> AgentChange:
        """Give what is typed as the domain takes it."""
        return AgentChange(
            first_name=self.first_name,
            last_name=self.last_name,
            locale=_locale(self.locale),
            service_ids=tuple(UUID(one) for one in self.services),
            memberships=tuple((UUID(at), code) for at, code in self.roles.items() if code),
        )

    @property
    def draft(self) -> AgentDraft:
        """Give what is typed as the draft of a new agent."""
        typed = self.change
        return AgentDraft(
            email=self.email,
            first_name=typed.first_name,
            last_name=typed.last_name,
            locale=typed.locale,
            service_ids=typed.service_ids,
            memberships=typed.memberships,
        )


async def services() -> Options:
    """Give the services to choose from."""
    return [(str(one.id), one.name) for one in await organisations.services()]


async def role_names() -> dict[str, str]:
    """Name each role by its code."""
    return {one.code: display_name(one) for one in await roles.roles()}


def kept(found: Colleague) -> Typed:
    """Fill the form with what is saved."""
    return Typed(
        first_name=found.agent.first_name,
        last_name=found.agent.last_name,
        email=found.agent.email,
        locale=found.agent.locale or "",
        services=[str(service_id) for service_id, _name in found.services],
        roles={str(place.organisation_id): place.role_code for place in found.places},
    )


async def read(typed: Form) -> Typed:
    """Read what was typed, of what is offered."""
    offered = {value for value, _label in await services()}
    theirs: Sequence[Organisation] = await reach.organisations_for(RIGHT)
    return Typed(
        first_name=typed.text("first_name"),
        last_name=typed.text("last_name"),
        email=typed.text("email"),
        locale=typed.text("locale"),
        services=[one for one in typed.texts("service_ids") if one in offered],
        roles={str(one.id): typed.text(f"role-{one.id}") for one in theirs},
    )


def _locale(typed: str) -> Locale | None:
    return next((locale for locale in LOCALES if locale == typed), None)


def labels() -> dict[str, str]:
    """Name the fields as the form does."""
    return {
        "first_name": _("Prénom"),
        "last_name": _("Nom de famille"),
        "locale": _("Langue"),
        "services": _("Services"),
        "roles": _("Rôles"),
    }


async def differences(typed: Typed, now: Colleague) -> list[saving.Difference]:
    """Say what is saved now where it differs from what was typed; roles elsewhere are not asked."""
    offered, names = dict(await services()), await role_names()
    theirs = await reach.organisations_for(RIGHT)

    def words(one: Typed) -> dict[str, str]:
        held = [(at.name, one.roles.get(str(at.id), "")) for at in theirs]
        return {
            "first_name": one.first_name,
            "last_name": one.last_name,
            "locale": {"fr": _("Français"), "en": _("Anglais")}.get(one.locale, ""),
            "services": ", ".join(sorted(offered.get(code, code) for code in one.services)),
            "roles": ", ".join(f"{names.get(role, role)} ({name})" for name, role in held if role),
        }

    return saving.differences(words(typed), words(kept(now)), labels())
