"""Agents from a file: each is invited by mail."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import msgspec

from creneau.agents import queries
from creneau.agents.managing.service import invite_within
from creneau.agents.rules import checked_agent
from creneau.agents.schemas import AgentDraft
from creneau.agents.standing import Standing, standing_of
from creneau.context import Actor
from creneau.database import Transaction
from creneau.i18n import gettext as _
from creneau.imports.kinds.base import by_name, parts
from creneau.imports.kinds.places import organisation_of
from creneau.imports.reading import folded
from creneau.imports.schemas import Column, Line
from creneau.organisations import queries as organisations
from creneau.plugins import installed
from creneau.refusals import InvalidInput
from creneau.roles import queries as roles
from creneau.roles.rules import display_name, given_by
from creneau.roles.schemas import Role

RIGHT: Final = "agent:update"
COLUMNS: Final = (
    Column(name="email", title="E-mail", example="alice@ville.example", required=True,
           also=("courriel", "mail")),
    Column(name="first_name", title="Prénom", example="Alice", required=True),
    Column(name="last_name", title="Nom", example="Martin", required=True),
    Column(name="service_ids", title="Services (séparés par |)", example="État civil",
           required=True, also=("services", "service")),
    Column(name="role", title="Rôle", example="Agent", required=True),
    Column(name="organisation", title="Organisation", example="Mairie principale"),
)  # fmt: skip


class Agents:
    """Each line is an agent to invite, with one role; whoever is there already is left as they are."""

    columns: Sequence[Column] = COLUMNS
    most = 2000

    async def known(self, tx: Transaction, actor: Actor) -> "KnownAgents":
        """Read organisations, services and roles by name, the addresses taken, the sender's rights."""
        sender = await standing_of(tx, actor.id) if actor.id else None
        return KnownAgents(
            organisations=by_name(
                [(one.name, one.id) for one in await organisations.organisations(tx)]
            ),
            services=by_name([(one.name, one.id) for one in await organisations.services(tx)]),
            roles=by_name([(display_name(one), one) for one in await roles.roles(tx)]),
            taken={one.email for one in await queries.agents(tx)},
            sender=sender,
        )

    async def make(self, tx: Transaction, drafts: Sequence[AgentDraft], actor: Actor) -> None:
        """Invite the agents, on behalf of whoever sent the file."""
        sender = await standing_of(tx, actor.id) if actor.id else None
        for draft in drafts:
            await invite_within(tx, draft, sender, actor)


class KnownAgents(msgspec.Struct, kw_only=True):
    """What agents name, and what the sender may give."""

    organisations: Mapping[str, UUID]
    services: Mapping[str, UUID]
    roles: Mapping[str, Role]
    taken: set[str]
    sender: Standing | None

    def draft(self, line: Line) -> AgentDraft | None:
        """Give the agent that a line means."""
        organisation_id = organisation_of(line, self.organisations)
        role = self._role(line)
        self._require_gift(role, organisation_id)
        draft = checked_agent(
            AgentDraft(
                email=line.text("email"),
                first_name=line.text("first_name"),
                last_name=line.text("last_name"),
                service_ids=tuple(self._service(name) for name in parts(line.text("service_ids"))),
                memberships=((organisation_id, role.code),),
            )
        )
        if draft.email in self.taken:
            return None
        self.taken.add(draft.email)
        return draft

    def _service(self, name: str) -> UUID:
        found = self.services.get(folded(name))
        if found is None:
            raise InvalidInput(
                {"service_ids": _("Aucun service ne s’appelle « %(name)s ».", name=name)}
            )
        return found

    def _role(self, line: Line) -> Role:
        found = self.roles.get(folded(line.text("role")))
        if found is None:
            raise InvalidInput(
                {"role": _("Aucun rôle ne s’appelle « %(name)s ».", name=line.text("role"))}
            )
        return found

    def _require_gift(self, role: Role, organisation_id: UUID) -> None:
        if self.sender is None:
            return
        rights = self.sender.rights
        manages = rights.everywhere(RIGHT) or organisation_id in rights.organisations(RIGHT)
        if not manages:
            raise InvalidInput(
                {"organisation": _("Vous ne gérez pas les agents de cette organisation.")}
            )
        if rights.lacking(given_by(role, installed().permissions()), organisation_id):
            raise InvalidInput({"role": _("Vous n’avez pas vous-même tous les droits de ce rôle.")})
