"""Inviting an agent, changing one, and reading them (C-03)."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from creneau.agents import queries as agents
from creneau.agents.links.service import invite_in
from creneau.agents.managing import queries
from creneau.agents.managing.errors import NotOneself
from creneau.agents.managing.rules import version_of
from creneau.agents.managing.schemas import AgentChange, Colleague
from creneau.agents.managing.standings import (
    RIGHT,
    asking,
    keeping_an_administrator,
    reached,
    require_gift,
    require_whole,
    shares,
)
from creneau.agents.rules import checked_agent
from creneau.agents.schemas import AgentDraft
from creneau.agents.second_factor.service import reset_in
from creneau.agents.service import give_roles, refuse_strangers
from creneau.agents.standing import Standing, standing_of
from creneau.context import Actor
from creneau.database import Transaction, tenant_transaction
from creneau.history import queries as history
from creneau.i18n import gettext as _
from creneau.refusals import ChangedMeanwhile, InvalidInput, NotAllowed


async def colleagues(asker_id: UUID) -> list[Colleague]:
    """List the agents of the organisations that somebody administers, by last name.

    Raises:
        NotAllowed: They administer the agents of none.
    """
    async with tenant_transaction() as tx:
        asker = await standing_of(tx, asker_id)
        if not asker.rights.can(RIGHT):
            raise NotAllowed
        found = await queries.colleagues(tx)
    return [one for one in found if shares(asker, _places(one, asker))]


def _places(one: Colleague, asker: Standing) -> Standing:
    places = frozenset(place.organisation_id for place in one.places)
    return Standing(rights=asker.rights, organisation_ids=places)


async def colleague(asker_id: UUID, agent_id: UUID) -> Colleague:
    """Read one agent of the organisations that somebody administers.

    Raises:
        NotFound: There is no such agent here, or they were removed.
        NotAllowed: They are of other organisations only.
    """
    async with tenant_transaction() as tx:
        asker = await standing_of(tx, asker_id)
        found, _other = await reached(tx, asker, agent_id)
    return found


async def invite(draft: AgentDraft, actor: Actor) -> UUID:
    """Add an agent who has still to accept, and have the invitation mailed (C-03).

    Somebody who was removed comes back under the same e-mail address.

    Raises:
        InvalidInput: A field cannot be used, or the e-mail address is taken.
        MoreThanOwn: The agent would have a right that the inviter does not hold.
        NotAllowed: The inviter does not administer one of the organisations.
    """
    async with tenant_transaction() as tx:
        return await invite_within(tx, draft, await asking(tx, actor), actor)


async def invite_within(
    tx: Transaction, draft: AgentDraft, asker: Standing | None, actor: Actor
) -> UUID:
    """Invite in the caller's transaction, on behalf of whoever stands as `asker`; as `invite`."""
    clean = checked_agent(msgspec.structs.replace(draft, password=None))
    await refuse_strangers(tx, clean)
    _require_places(asker, [place for place, _role in clean.memberships])
    agent_id = await _added(tx, clean)
    nothing = await standing_of(tx, agent_id)
    await agents.insert_services(tx, agent_id, list(dict.fromkeys(clean.service_ids)))
    await give_roles(tx, agent_id, clean)
    await require_gift(tx, asker, nothing, agent_id)
    await history.record(tx, actor, "agent.invited", "agent", agent_id)
    await invite_in(tx, agent_id)
    return agent_id


async def _added(tx: Transaction, draft: AgentDraft) -> UUID:
    removed = await queries.removed_with(tx, draft.email)
    if removed is not None:
        await queries.revive(tx, removed, draft.first_name, draft.last_name)
        return removed
    created = await agents.insert_agent(tx, draft, None)
    if created is None:
        raise InvalidInput({"email": _("Un agent a déjà cette adresse e-mail.")})
    return created


def _require_places(asker: Standing | None, organisation_ids: Sequence[UUID]) -> None:
    if asker is None or asker.rights.everywhere(RIGHT):
        return
    if not asker.rights.organisations(RIGHT).issuperset(organisation_ids):
        raise NotAllowed


async def resend(agent_id: UUID, actor: Actor) -> None:
    """Have another invitation mailed; the links of earlier ones end (C-03).

    Raises:
        NotFound: There is no such agent here, or they have joined.
        NotAllowed: The actor administers none of their organisations.
    """
    async with tenant_transaction() as tx:
        await reached(tx, await asking(tx, actor), agent_id)
        await invite_in(tx, agent_id)
        await history.record(tx, actor, "agent.invited", "agent", agent_id)


async def change(
    agent_id: UUID, typed: AgentChange, actor: Actor, *, seen: str | None = None
) -> tuple[Colleague, Colleague]:
    """Change an agent, and give them as they were and as they are (C-03).

    `seen` is the version (`version_of`) that a form was made from; None: whatever it is.

    Raises:
        ChangedMeanwhile: Somebody else has saved since; it carries the agent as they are.
        InvalidInput: A field cannot be used.
        MoreThanOwn: The agent would have a right that the actor does not hold.
        LastAdministrator: An organisation would be left without one.
        NotFound: There is no such agent here.
        NotAllowed: The actor administers none of their organisations.
    """
    async with keeping_an_administrator(), tenant_transaction() as tx:
        asker = await asking(tx, actor)
        before, stood = await reached(tx, asker, agent_id)
        if seen is not None and version_of(before) != seen:
            raise ChangedMeanwhile(before)
        clean = _checked(typed, before, asker)
        await refuse_strangers(tx, clean)
        await queries.rename(tx, agent_id, clean.first_name, clean.last_name, clean.locale)
        await _change_services(tx, before, clean.service_ids)
        await _change_roles(tx, before, clean, asker)
        await require_gift(tx, asker, stood, agent_id)
        after, _stands = await reached(tx, None, agent_id)
        details = {"changed": changed_of(before, after)}
        await history.record(tx, actor, "agent.changed", "agent", agent_id, details)
    return before, after


def changed_of(before: Colleague, after: Colleague) -> list[str]:
    """Name what differs between an agent before and after a change."""
    pairs = {
        "first_name": (before.agent.first_name, after.agent.first_name),
        "last_name": (before.agent.last_name, after.agent.last_name),
        "locale": (before.agent.locale, after.agent.locale),
        "services": (before.services, after.services),
        "roles": (before.places, after.places),
    }
    return [name for name, (was, is_now) in pairs.items() if was != is_now]


def _checked(typed: AgentChange, before: Colleague, asker: Standing | None) -> AgentDraft:
    _require_places(asker, [place for place, _role in typed.memberships])
    elsewhere = [
        (place.organisation_id, place.role_code)
        for place in before.places
        if not _is_own(asker, place.organisation_id)
    ]
    return checked_agent(
        AgentDraft(
            email=before.agent.email,
            first_name=typed.first_name,
            last_name=typed.last_name,
            locale=typed.locale,
            service_ids=typed.service_ids,
            memberships=(*typed.memberships, *elsewhere),
        )
    )


def _is_own(asker: Standing | None, organisation_id: UUID) -> bool:
    return (
        asker is None
        or asker.rights.everywhere(RIGHT)
        or organisation_id in asker.rights.organisations(RIGHT)
    )


async def _change_services(tx: Transaction, before: Colleague, wanted: Sequence[UUID]) -> None:
    had = {service_id for service_id, _name in before.services}
    await queries.leave_services(tx, before.agent.id, [*had - set(wanted)])
    await agents.insert_services(tx, before.agent.id, [*set(wanted) - had])


async def _change_roles(
    tx: Transaction, before: Colleague, draft: AgentDraft, asker: Standing | None
) -> None:
    had = {place.organisation_id: place.role_code for place in before.places}
    wanted = dict(draft.memberships)
    gone = [place for place in had if place not in wanted and _is_own(asker, place)]
    await queries.leave_organisations(tx, before.agent.id, gone)
    for place, role in wanted.items():
        if had.get(place) != role and not await queries.set_role(tx, before.agent.id, place, role):
            raise InvalidInput({"memberships": _("Choisissez des rôles de la liste.")})


async def reset_factor(agent_id: UUID, actor: Actor) -> None:
    """Take a colleague's second factor away, who lost it: traced, and told by mail (T-07).

    Raises:
        NotOneself: It is the actor's own: the account page is the way.
        NotFound: There is no such agent here.
        NotAllowed: The actor does not administer all of their organisations, or they hold more.
    """
    if actor.id == agent_id:
        raise NotOneself
    async with tenant_transaction() as tx:
        asker = await asking(tx, actor)
        _found, other = await reached(tx, asker, agent_id)
        require_whole(asker, other, covering=True)
        await reset_in(tx, agent_id, actor)
