from collections.abc import Mapping
from uuid import UUID, uuid4

import pytest
from creneau.context import SYSTEM, acting_for
from creneau.contributions import TENANT_SETTINGS, Permission
from creneau.organisations.schemas import OrganisationDraft
from creneau.organisations.service import create_organisation
from creneau.refusals import NotAllowed
from creneau.roles import service
from creneau.roles.rules import Rights, display_name, granted
from creneau.roles.schemas import Held, Reach, Role

from tests.platform.cast import Stranger, Town, new_agent

READ = "appointment:read"
UPDATE = "appointment:update"
HERE, THERE, SOCIAL = uuid4(), uuid4(), uuid4()
DECLARED = (
    Permission(
        code=READ,
        label="Voir les rendez-vous",
        grants={"administrator": "organisation", "secretary": "organisation", "agent": "service"},
    ),
    Permission(
        code="settings:update",
        label="Changer les réglages",
        grants={"administrator": "organisation"},
    ),
)


def rights(*roles: Held, secretariat: bool = False) -> Rights:
    return Rights(
        agent_id=uuid4(),
        service_ids=frozenset({SOCIAL}),
        secretariat=secretariat,
        granted=granted(roles, DECLARED),
    )


def held(code: str, organisation: UUID = HERE, *permissions: str, built_in: bool = True) -> Held:
    return Held(organisation_id=organisation, code=code, permissions=permissions, built_in=built_in)


@pytest.mark.feature("C-04")
def test_only_administrators_reach_the_settings() -> None:
    assert rights(held("administrator")).can("settings:update")
    assert not rights(held("agent")).can("settings:update")
    assert not rights(held("secretary")).can("settings:update")
    assert not rights(held("agent"), secretariat=True).can("settings:update")


def test_settings_of_the_tenant_are_open_to_the_administrators_of_any_organisation() -> None:
    declared = Permission(code="look:update", label="Apparence", grants=TENANT_SETTINGS)
    administrator = Rights(
        agent_id=uuid4(),
        service_ids=frozenset(),
        secretariat=False,
        granted=granted([held("administrator"), held("agent", THERE)], [*DECLARED, declared]),
    )
    assert administrator.everywhere("look:update")
    assert not administrator.everywhere("settings:update")
    assert administrator.organisations("settings:update") == {HERE}


def test_an_own_role_holds_a_right_only_in_a_scope_that_it_has() -> None:
    own = held("chief", HERE, "tenant:settings:update", f"service:{READ}", built_in=False)
    assert granted([own], DECLARED) == {READ: {HERE: "service"}}


@pytest.mark.feature("C-04")
def test_an_agent_reaches_the_agendas_of_their_own_services() -> None:
    assert rights(held("agent")).reach(READ) == Reach(
        itself=True, colleagues_in=frozenset({HERE}), service_ids=frozenset({SOCIAL})
    )


@pytest.mark.feature("C-04")
def test_a_secretariat_reaches_every_agenda_of_the_organisation() -> None:
    for one in (rights(held("agent"), secretariat=True), rights(held("secretary"))):
        assert one.reach(READ).everyone_in == {HERE}


def test_a_right_is_reached_in_the_organisations_where_it_is_held() -> None:
    one = rights(held("administrator", HERE), held("agent", THERE))
    assert one.reach(READ).everyone_in == {HERE}
    assert one.reach(READ).colleagues_in == {THERE}
    assert one.reach("settings:update").everyone_in == {HERE}


def test_without_a_role_nothing_is_reached() -> None:
    assert not rights().can(READ)
    assert rights().reach(READ) == Reach(service_ids=frozenset({SOCIAL}))


def test_a_role_of_the_tenants_own_gives_what_it_lists_and_what_exists() -> None:
    own = held("archivist", HERE, f"service:{READ}", "organisation:gone:read", built_in=False)
    one = rights(own)
    assert one.reach(READ).colleagues_in == {HERE}
    assert not one.can("gone:read")
    wider = held("chief", HERE, f"organisation:{READ}", built_in=False)
    assert rights(wider, own).reach(READ).everyone_in == {HERE}


async def seen_by(agent: UUID, code: str = READ) -> set[UUID]:
    return {found.id for found in await service.visible_agents(agent, code)}


async def test_everyone_reaches_exactly_the_agendas_of_their_role(town: Town) -> None:
    everyone = {town.alice, town.bob, town.bea, town.sam}
    expected: Mapping[UUID, set[UUID]] = {
        town.alice: everyone,
        town.bob: {town.bob},
        town.bea: {town.bea, town.alice},
        town.sam: everyone,
    }
    for agent, agendas in expected.items():
        assert await seen_by(agent) == agendas
        assert await seen_by(agent, UPDATE) == agendas


async def test_a_colleague_of_another_organisation_is_out_of_reach(town: Town) -> None:
    from_elsewhere = await elsewhere(town)
    assert from_elsewhere not in await seen_by(town.alice)
    assert from_elsewhere not in await seen_by(town.sam)
    assert await seen_by(from_elsewhere) == {from_elsewhere}


async def elsewhere(town: Town) -> UUID:
    annexe = await create_organisation(OrganisationDraft(name="Mairie annexe"), SYSTEM)
    return await new_agent("Eve", annexe, town.citizenship, "administrator")


async def test_a_colleague_without_the_right_is_refused(town: Town) -> None:
    await service.require_reach(town.bea, READ, [town.alice])
    with pytest.raises(NotAllowed):
        await service.require_reach(town.bob, READ, [town.alice])


async def test_a_stranger_holds_no_right_here(town: Town, stranger: Stranger) -> None:
    assert not (await service.rights_of(stranger.charlie)).can(READ)
    assert await seen_by(stranger.charlie) == set()
    with acting_for(stranger.tenant):
        assert await seen_by(town.alice) == set()
        assert town.alice not in await seen_by(stranger.charlie)


@pytest.mark.usefixtures("tenant")
async def test_a_tenant_starts_with_the_three_built_in_roles() -> None:
    assert [(role.code, role.built_in, display_name(role)) for role in await service.roles()] == [
        ("administrator", True, "Administration"),
        ("agent", True, "Agent"),
        ("secretary", True, "Secrétariat"),
    ]


def test_a_role_of_the_tenants_own_is_called_what_was_typed() -> None:
    own = Role(id=uuid4(), code="archivist", name="Archives", permissions=(), built_in=False)
    assert display_name(own) == "Archives"
