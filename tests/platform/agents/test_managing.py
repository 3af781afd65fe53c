"""Agents are invited, changed and let go by those who administer their organisations (C-03)."""

import asyncio
from uuid import UUID

import pytest
from creneau.agents import service as agents
from creneau.agents.managing import service as managing
from creneau.agents.managing.errors import (
    LastAdministrator,
    MoreThanOwn,
    NotOneself,
    StillBooked,
)
from creneau.agents.managing.schemas import AgentChange, Parting
from creneau.agents.schemas import AgentDraft
from creneau.appointments import service as appointments
from creneau.context import SYSTEM, Actor, Tenant
from creneau.database import tenant_transaction
from creneau.organisations import service as organisations
from creneau.organisations.schemas import OrganisationDraft
from creneau.refusals import InvalidInput, NotAllowed, NotFound, Refusal
from creneau.roles import service as roles
from creneau.roles.schemas import RoleDraft
from creneau.testing import factories
from creneau_infra.postgres.errors import REFUSED

from tests.platform.agents.letterbox import delivered, link_in
from tests.platform.cast import PASSWORD, Stranger, Town, new_agent


def invitation(town: Town, **changes: object) -> AgentDraft:
    values: dict[str, object] = {
        "email": "eve@exemple.fr",
        "first_name": "Eve",
        "last_name": "Durand",
        "service_ids": (town.citizenship,),
        "memberships": ((town.organisation, "agent"),),
    }
    return AgentDraft(**{**values, **changes})  # type: ignore[arg-type] - the fields' own values


def changed(town: Town, **changes: object) -> AgentChange:
    values: dict[str, object] = {
        "first_name": "Bob",
        "last_name": "Martin",
        "locale": None,
        "service_ids": (town.registry,),
        "memberships": ((town.organisation, "agent"),),
    }
    return AgentChange(**{**values, **changes})  # type: ignore[arg-type] - the fields' own values


@pytest.fixture
def alice(town: Town) -> Actor:
    return Actor("agent", town.alice)


async def second_administrator(town: Town, name: str = "Ada") -> UUID:
    return await new_agent(
        name, town.organisation, town.citizenship, "administrator", password=PASSWORD
    )


@pytest.mark.feature("C-03")
async def test_an_invited_agent_is_mailed_a_link(town: Town, tenant: Tenant, alice: Actor) -> None:
    eve = await managing.invite(invitation(town), alice)
    assert (await agents.agent(eve)).state == "invited"
    (mail,) = await delivered(tenant)
    assert mail.to == "eve@exemple.fr"
    assert "Alice Martin vous invite" in mail.text
    assert link_in(mail)


@pytest.mark.feature("C-03")
async def test_nobody_invites_with_a_right_that_they_do_not_hold(town: Town) -> None:
    inviter = await roles.create_role(
        RoleDraft(name="Recrutement", permissions=("organisation:agent:update",)), SYSTEM
    )
    role = await roles.role(inviter)
    rita = await new_agent("Rita", town.organisation, town.citizenship, role.code)
    with pytest.raises(MoreThanOwn):
        await managing.invite(
            invitation(town, memberships=((town.organisation, "administrator"),)),
            Actor("agent", rita),
        )
    assert all(one.email != "eve@exemple.fr" for one in await agents.agents())


async def test_a_secretariat_is_a_right_as_well(town: Town) -> None:
    created = await roles.create_role(
        RoleDraft(
            name="Équipe", permissions=("organisation:agent:update", "service:appointment:read")
        ),
        SYSTEM,
    )
    code = (await roles.role(created)).code
    rita = Actor("agent", await new_agent("Rita", town.organisation, town.citizenship, code))
    memberships = ((town.organisation, code),)
    with pytest.raises(MoreThanOwn):
        await managing.invite(
            invitation(town, service_ids=(town.reception,), memberships=memberships), rita
        )
    await managing.invite(invitation(town, memberships=memberships), rita)


async def test_only_who_administers_the_organisation_reaches_an_agent(
    town: Town, stranger: Stranger
) -> None:
    bea = Actor("agent", town.bea)
    for attempt in (
        managing.invite(invitation(town), bea),
        managing.resend(town.bob, bea),
        managing.change(town.bob, changed(town), bea),
        managing.remove(town.bob, Parting(), bea),
        managing.reset_factor(town.bob, bea),
        managing.colleagues(town.bea),
        managing.change(town.bob, changed(town), Actor("agent", stranger.charlie)),
    ):
        with pytest.raises(NotAllowed):
            await attempt
    with pytest.raises(NotFound):
        await managing.colleague(town.alice, stranger.charlie)


async def test_roles_elsewhere_stay_as_they_are(town: Town, alice: Actor) -> None:
    annexe = await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    zoe = await new_agent("Zoe", annexe, town.registry, "agent")
    await managing.change(
        zoe, changed(town, memberships=((annexe, "agent"), (town.organisation, "agent"))), SYSTEM
    )
    _before, after = await managing.change(zoe, changed(town, memberships=()), alice)
    assert [place.organisation_id for place in after.places] == [annexe]
    with pytest.raises(NotAllowed):
        await managing.change(zoe, changed(town, memberships=((annexe, "secretary"),)), alice)


async def test_an_agent_has_a_role_somewhere(town: Town, alice: Actor) -> None:
    with pytest.raises(InvalidInput) as refused:
        await managing.change(town.bob, changed(town, memberships=(), service_ids=()), alice)
    assert refused.value.fields.keys() == {"memberships", "service_ids"}


@pytest.mark.feature("C-03")
async def test_the_last_administrator_is_neither_demoted_nor_removed(town: Town) -> None:
    with pytest.raises(LastAdministrator):
        await managing.change(town.alice, changed(town), SYSTEM)
    with pytest.raises(LastAdministrator):
        await managing.remove(town.alice, Parting(), SYSTEM)
    assert (await agents.agent(town.alice)).state == "active"


async def test_each_organisation_keeps_an_administrator_of_its_own(town: Town) -> None:
    annexe = await organisations.create_organisation(OrganisationDraft(name="Annexe"), SYSTEM)
    eve = await new_agent("Eve", annexe, town.citizenship, "administrator", password=PASSWORD)
    with pytest.raises(LastAdministrator):
        await managing.remove(eve, Parting(), SYSTEM)


@pytest.mark.feature("C-03")
async def test_the_database_itself_keeps_the_last_administrator(town: Town) -> None:
    for statement in (
        "UPDATE agent SET state = 'removed' WHERE id = $1",
        "DELETE FROM membership WHERE agent_id = $1",
        "UPDATE membership SET role_id = (SELECT id FROM role WHERE code = 'agent') WHERE agent_id = $1",
    ):
        with pytest.raises(REFUSED, match="last administrator"):
            async with tenant_transaction() as tx:
                await tx.execute(statement, town.alice)


@pytest.mark.feature("C-03")
async def test_of_two_who_remove_each_other_one_stays(town: Town) -> None:
    for number in range(5):
        ada = await second_administrator(town, f"Ada{number}")
        outcomes = await asyncio.gather(
            managing.remove(ada, Parting(), Actor("agent", town.alice)),
            managing.remove(town.alice, Parting(), Actor("agent", ada)),
            return_exceptions=True,
        )
        refused = [one for one in outcomes if one is not None]
        assert len(refused) == 1
        assert isinstance(refused[0], Refusal)
        states = [(await agents.agent(one)).state for one in (town.alice, ada)]
        assert sorted(states) == ["active", "removed"]
        if states[0] == "removed":
            return


async def test_of_two_demotions_at_once_one_is_refused(town: Town) -> None:
    ada = await second_administrator(town)
    outcomes = await asyncio.gather(
        managing.change(ada, changed(town, first_name="Ada"), SYSTEM),
        managing.change(town.alice, changed(town, first_name="Alice"), SYSTEM),
        return_exceptions=True,
    )
    assert sum(isinstance(one, LastAdministrator) for one in outcomes) == 1


async def test_nobody_removes_themselves(town: Town, alice: Actor) -> None:
    await second_administrator(town)
    with pytest.raises(NotOneself):
        await managing.remove(town.alice, Parting(), alice)


async def test_a_removed_administrator_changes_nothing_any_more(town: Town) -> None:
    ada = await second_administrator(town)
    await managing.remove(ada, Parting(), SYSTEM)
    with pytest.raises(NotAllowed):
        await managing.remove(town.bob, Parting(), Actor("agent", ada))


@pytest.fixture
async def booked(tenant: Tenant) -> tuple[factories.Town, UUID]:
    del tenant
    village = await factories.new_town()
    booking = await factories.new_booking(village)
    return village, booking.id


@pytest.mark.feature("C-03")
@pytest.mark.parametrize(
    ("choice", "state"), [("cancel", "cancelled"), ("to_reschedule", "to_reschedule")]
)
async def test_appointments_to_come_are_shown_first_and_then_settled_with_the_removal(
    booked: tuple[factories.Town, UUID], choice: str, state: str
) -> None:
    village, booking_id = booked
    with pytest.raises(StillBooked) as refused:
        await managing.remove(village.alice_id, Parting(), SYSTEM)
    shown = {one.booking_id for one in refused.value.departure.bookings}
    assert shown == {booking_id}
    with pytest.raises(StillBooked):
        await managing.remove(village.alice_id, Parting(choice=choice), SYSTEM)  # type: ignore[arg-type] - one of the choices
    assert (await appointments.get(booking_id)).state == "planned"
    parting = Parting(choice=choice, shown=frozenset(shown))  # type: ignore[arg-type] - one of the choices
    await managing.remove(village.alice_id, parting, SYSTEM)
    assert (await appointments.get(booking_id)).state == state


async def test_a_removed_agent_is_offered_to_nobody(booked: tuple[factories.Town, UUID]) -> None:
    village, booking_id = booked
    parting = Parting(choice="cancel", shown=frozenset({booking_id}))
    await managing.remove(village.alice_id, parting, SYSTEM)
    with pytest.raises(IndexError):
        await factories.first_slot(village)


async def test_a_removal_that_is_refused_leaves_everything_as_it_was(
    booked: tuple[factories.Town, UUID],
) -> None:
    village, booking_id = booked
    async with tenant_transaction() as tx:
        await tx.execute(
            "UPDATE membership SET role_id = (SELECT id FROM role WHERE code = 'administrator')"
        )
        await tx.execute("UPDATE agent SET state = 'active'")
    parting = Parting(choice="cancel", shown=frozenset({booking_id}))
    with pytest.raises(LastAdministrator):
        await managing.remove(village.alice_id, parting, SYSTEM)
    assert (await appointments.get(booking_id)).state == "planned"
    assert (await factories.first_slot(village)).starts_at


async def test_somebody_who_was_removed_can_be_invited_again(
    town: Town, tenant: Tenant, alice: Actor
) -> None:
    await managing.remove(town.bob, Parting(), alice)
    again = await managing.invite(invitation(town, email="bob@exemple.fr", first_name="Bob"), alice)
    assert again == town.bob
    found = await managing.colleague(town.alice, town.bob)
    assert (found.agent.state, [name for _id, name in found.services]) == (
        "invited",
        ["Citoyenneté"],
    )
    assert len(await delivered(tenant)) == 1


async def test_booking_and_removal_at_once_leave_no_appointment_with_nobody(
    tenant: Tenant,
) -> None:
    del tenant
    village = await factories.new_town()
    outcomes = await asyncio.gather(
        factories.new_booking(village),
        managing.remove(village.alice_id, Parting(), SYSTEM),
        return_exceptions=True,
    )
    assert sum(isinstance(one, BaseException) for one in outcomes) == 1
