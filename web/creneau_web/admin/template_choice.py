"""What the verticals propose, as the form of the first steps shows it (T-02)."""

from collections.abc import Iterable, Sequence

import msgspec
from creneau.context import acting_for, current_tenant
from creneau.i18n import gettext as _
from creneau.i18n import ngettext
from creneau.starters.rules import key_of
from creneau.starters.schemas import Proposal
from creneau.validation import one_line


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that can be ticked; `there`: it exists already."""

    key: str
    label: str
    hint: str
    there: bool


class ServiceGroup(msgspec.Struct, frozen=True, kw_only=True):
    """The motives of one service."""

    service: str
    motives: Sequence[Choice]


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """What one vertical proposes; `others` are the services that no proposed motive belongs to."""

    label: str
    services: Sequence[ServiceGroup]
    others: Sequence[Choice]
    roles: Sequence[Choice]


def groups(proposals: Iterable[Proposal]) -> list[Group]:
    """Arrange proposals by vertical and service, in the current language."""
    return [
        Group(
            label=one.label,
            services=[
                ServiceGroup(service=_(service.name), motives=_motives(one, service.name))
                for service in one.starter.services
                if service.name in _served(one)
            ],
            others=_others(one),
            roles=_roles(one),
        )
        for one in proposals
    ]


def _served(proposal: Proposal) -> set[str]:
    return {motive.service for motive in proposal.starter.motives}


def _others(proposal: Proposal) -> list[Choice]:
    return [
        Choice(
            key=key_of(proposal.plugin, number),
            label=_(service.name),
            hint=_("Ses agents tiennent tous les agendas de l’organisation.")
            if service.secretariat
            else "",
            there=_written(service.name) in proposal.there,
        )
        for number, service in enumerate(proposal.starter.services)
        if service.name not in _served(proposal)
    ]


def _motives(proposal: Proposal, service: str) -> list[Choice]:
    return [
        Choice(
            key=key_of(proposal.plugin, number),
            label=_(motive.name),
            hint=_described(motive.duration_minutes, motive.description),
            there=_written(motive.name) in proposal.there,
        )
        for number, motive in enumerate(proposal.starter.motives)
        if motive.service == service
    ]


def _described(minutes: int, description: str) -> str:
    length = ngettext("%(number)s minute", "%(number)s minutes", minutes)
    return f"{length} · {_(description)}" if description else length


def _roles(proposal: Proposal) -> list[Choice]:
    return [
        Choice(
            key=key_of(proposal.plugin, number),
            label=_(role.name),
            hint=_alike(role.like),
            there=role.code in proposal.there,
        )
        for number, role in enumerate(proposal.starter.roles)
    ]


def _alike(role: str) -> str:
    if role == "secretary":
        return _("Avec les droits du secrétariat, à changer ensuite.")
    return _("Avec les droits d’un agent, à changer ensuite.")


def _written(message: str) -> str:
    # Whatever was added is called in the tenant's own language.
    with acting_for(current_tenant.get()):
        return one_line(_(message))
