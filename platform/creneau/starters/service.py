"""Beginning with what the verticals propose: the chosen items only, in the tenant's language."""

from collections.abc import Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from creneau.context import Actor, acting_for, current_tenant
from creneau.contributions import Starter, StarterMotive, StarterRole, StarterService
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.i18n import gettext
from creneau.motives import queries as motives
from creneau.motives.rules import checked_motive
from creneau.organisations import queries as organisations
from creneau.plugins import CORE, installed
from creneau.refusals import NotFound
from creneau.roles.rules import built_in_permissions
from creneau.starters import queries
from creneau.starters.rules import key_of, motive_draft
from creneau.starters.schemas import Added, Chosen, Proposal
from creneau.validation import one_line

Part = TypeVar("Part", StarterService, StarterMotive, StarterRole)


async def proposals(organisation_id: UUID) -> list[Proposal]:
    """List what the tenant may begin with: its verticals' starters, or else the plain one (T-02).

    What exists in the organisation already is named in the tenant's own language.
    """
    async with tenant_transaction() as tx:
        there = await _there(tx, organisation_id)
    infos = installed().infos()
    return [
        Proposal(
            plugin=name,
            label="" if name == CORE else gettext(infos[name].label),
            starter=starter,
            there=there,
        )
        for name, starter in _starters().items()
    ]


def _starters() -> Mapping[str, Starter]:
    known, on = installed().starters(), current_tenant.get().plugins
    own = {name: found for name, found in known.items() if name in on}
    return own or {CORE: known[CORE]}


async def _there(tx: Transaction, organisation_id: UUID) -> frozenset[str]:
    found = await motives.motives(tx, None)
    return frozenset(
        [
            *(motive.name for motive in found if motive.organisation_id == organisation_id),
            *(service.name for service in await organisations.services(tx)),
            *await queries.role_codes(tx),
        ]
    )


async def add(chosen: Chosen, actor: Actor) -> Added:
    """Add what was chosen, with the services that the chosen motives need, in one transaction.

    What exists already stays as it is, so that the same choice sent twice adds nothing.

    Raises:
        NotFound: There is no such organisation in use here.
        InvalidInput: A motive cannot be created as it is proposed.
    """
    # What a tenant is called to the public is in its own language, whichever its agent reads.
    with acting_for(current_tenant.get()):
        async with tenant_transaction() as tx:
            if await organisations.missing_organisations(tx, [chosen.organisation_id]):
                raise NotFound
            adding = _Adding(tx, actor, chosen.organisation_id)
            for name, starter in _starters().items():
                await adding.add(name, starter, chosen)
            return Added(
                services=adding.services_added,
                motives=adding.motives_added,
                roles=adding.roles_added,
            )


class _Adding:
    """One choice being carried out."""

    def __init__(self, tx: Transaction, actor: Actor, organisation_id: UUID) -> None:
        self._tx = tx
        self._actor = actor
        self._organisation_id = organisation_id
        self.services_added: list[str] = []
        self.motives_added: list[str] = []
        self.roles_added: list[str] = []

    async def add(self, plugin: str, starter: Starter, chosen: Chosen) -> None:
        services = _picked(plugin, starter.services, chosen.services)
        picked = _picked(plugin, starter.motives, chosen.motives)
        needed = {motive.service for motive in picked}
        wanted = [
            service for service in starter.services if service in services or service.name in needed
        ]
        ids = {service.name: await self._service(service) for service in wanted}
        for motive in picked:
            await self._motive(motive, ids[motive.service], starter.motives.index(motive) * 10)
        for role in _picked(plugin, starter.roles, chosen.roles):
            await self._role(role)

    async def _service(self, service: StarterService) -> UUID:
        name = one_line(gettext(service.name))
        created = await organisations.insert_service(
            self._tx, name, secretariat=service.secretariat
        )
        if created is None:
            known = await organisations.services(self._tx)
            return next(found.id for found in known if found.name == name)
        self.services_added.append(name)
        await self._record("service.created", "service", created)
        return created

    async def _motive(self, motive: StarterMotive, service_id: UUID, position: int) -> None:
        draft = checked_motive(motive_draft(motive, self._organisation_id, service_id, position))
        created = await motives.insert_motive(self._tx, draft)
        if created is not None:
            self.motives_added.append(draft.name)
            await self._record("motive.created", "motive", created)

    async def _role(self, role: StarterRole) -> None:
        held = built_in_permissions(role.like, installed().permissions())
        rights = [f"{scope}:{code}" for code, scope in held]
        name = one_line(gettext(role.name))
        created = await queries.insert_role(self._tx, role.code, name, rights)
        if created is not None:
            self.roles_added.append(name)
            await self._record("role.created", "role", created)

    async def _record(self, action: str, kind: str, subject_id: UUID) -> None:
        await history.record(self._tx, self._actor, action, kind, subject_id)


def _picked(plugin: str, parts: Sequence[Part], keys: frozenset[str]) -> list[Part]:
    return [part for number, part in enumerate(parts) if key_of(plugin, number) in keys]
